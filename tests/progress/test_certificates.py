"""Certificates: issued once, printed in two languages, verified by anybody, replaced for a new name."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jwt
import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from services.progress.certificates import Paper, decoded, encoded
from services.progress.certificates.status import BITS
from services.progress.handlers import handlers
from services.progress.rules.certificates import Window, certificate_id, slot
from shared.errors import Refused
from shared.events.identity import NameChanged
from shared.events.listeners import LISTENERS
from tests.progress.learning import Learning
from tests.service_kit import LEARNER, OTHER, SPV_ADMIN, ask, hostile, told

RENAMED = NameChanged(user_id="learner-1", sv=2)


def test_the_table_of_handlers_is_the_table_of_listeners() -> None:
    assert set(handlers.events) == set(LISTENERS["progress"])


def test_a_completion_delivered_twice_makes_one_certificate_and_one_event(learning: Learning) -> None:
    completed = learning.complete()

    learning.deliver(completed, completed)

    rows = learning.world.store.certificates.of_person("learner-1")
    assert [one["name"] for one in rows] == ["आशा वर्मा"]
    assert [one["type"] for one in told(learning.world.store.certificates.records.collection)] == [
        "progress.CertificateIssued.v1"
    ]
    assert (learning.world.store.enrolments.get(completed.enrolment_id) or {})["certificate_id"] == rows[0][
        "_id"
    ]


def test_a_course_without_certificate_gives_none(learning: Learning) -> None:
    learning.deliver(learning.complete(certificate=False))

    assert learning.world.store.certificates.of_person("learner-1") == []


def test_identity_away_is_a_failure_that_the_ladder_repeats(learning: Learning) -> None:
    completed, learning.directory.away = learning.complete(), True
    with pytest.raises(TimeoutError):
        learning.deliver(completed)
    learning.directory.away = False

    learning.deliver(completed)

    assert len(learning.world.store.certificates.of_person("learner-1")) == 1


def test_an_erased_person_gets_no_certificate(learning: Learning) -> None:
    completed, learning.directory.known = learning.complete(), {}

    with pytest.raises(Refused):
        learning.deliver(completed)


def test_a_new_name_replaces_valid_certificates_once_and_the_old_one_says_so(
    learning: Learning, door: FlaskClient
) -> None:
    old = learning.certificate()
    learning.directory.known["learner-1"] = "आशा वर्मा-सिंह"

    learning.deliver(RENAMED, RENAMED)

    rows = learning.world.store.certificates.of_person("learner-1")
    assert {one["course_version"] for one in rows} == {1}
    assert {(one["name"], one["status"]) for one in rows} == {
        ("आशा वर्मा", "revoked"), ("आशा वर्मा-सिंह", "valid"),
    }  # fmt: skip
    seen = door.get(f"/v1/verify/{old['_id']}").json or {}
    assert seen["status"] == "replaced"
    assert (door.get(f"/v1/verify/{seen['replaced_by']}").json or {})["status"] == "valid"


def test_completion_and_new_name_in_any_order_and_twice_end_alike(learning: Learning) -> None:
    completed = learning.complete()
    learning.directory.known["learner-1"] = "New Name"
    for order in (
        (completed, RENAMED) * 2,
        (RENAMED, completed) * 2,
        (RENAMED, RENAMED, completed, completed),
    ):
        learning.world.store.database["certificates"].delete_many({})
        learning.deliver(*order)
        rows = learning.world.store.certificates.of_person("learner-1")
        assert [(one["name"], one["status"]) for one in rows] == [("New Name", "valid")]


def test_a_replacement_that_broke_off_is_finished(learning: Learning) -> None:
    old = learning.certificate()
    learning.directory.known["learner-1"] = "New Name"
    learning.deliver(RENAMED)
    learning.world.store.database["certificates"].update_one(
        {"_id": old["_id"]}, {"$set": {"status": "valid"}}
    )

    learning.deliver(RENAMED)

    assert (learning.world.store.certificates.get(old["_id"]) or {})["status"] == "revoked"
    assert len(learning.world.store.certificates.of_person("learner-1")) == 2


@pytest.mark.parametrize(("locale", "words"), [("en", "Certificate of Completion"), ("hi", "प्रमाणपत्र")])
def test_the_pdf_is_one_a4_page_whose_code_leads_to_verification(
    learning: Learning, door: FlaskClient, locale: str, words: str
) -> None:
    made = learning.certificate()

    answer = ask(door, "GET", f"/v1/certificates/{made['_id']}.pdf?locale={locale}", LEARNER)

    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    pdf = pypdfium2.PdfDocument(answer.data)
    assert [round(side) for side in pdf[0].get_size()] == [842, 595]
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_range()
    assert words in text
    assert made["_id"] in text
    assert "आशा वर्मा" in text
    codes = zxingcpp.read_barcodes(pdf[0].render(scale=2).to_pil())
    assert [one.text for one in codes] == [f"http://localhost:8000/verify/{made['_id']}"]
    pdf.close()


def test_n06_signs_of_the_typesetter_come_out_as_typed(learning: Learning) -> None:
    made = learning.certificate()

    for name in (
        '#eval("1+1")',
        "{{7*7}}",
        "$ x^2 $ *b* _i_ @label",
        "<b onerror=x>",
        "\\#panic()",
        "A" * 200,
    ):
        pdf = pypdfium2.PdfDocument(
            Paper().pdf({**made, "name": name}, "https://k.example/verify/x", "en", {})
        )
        text = pdf[0].get_textpage().get_text_range()
        assert name.replace(" ", "") in "".join(text.split())
        assert len(pdf) == 1
        pdf.close()


def test_the_same_certificate_is_the_same_file(learning: Learning) -> None:
    made = learning.certificate()

    one, other = (Paper().pdf(made, "https://k.example/verify/x", "hi", {}) for _ in range(2))

    assert one == other


def test_the_badge_verifies_with_the_published_keys_and_names_its_status_bit(
    learning: Learning, door: FlaskClient
) -> None:
    made = learning.certificate()
    answer = ask(door, "GET", f"/v1/certificates/{made['_id']}/badge", LEARNER)
    assert answer.content_type == "application/vc+jwt"

    badge = read(door, answer.text)

    issuer = door.get("/v1/badges/issuer").json or {}
    assert badge["issuer"]["id"] == issuer["id"] == badge["iss"]
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert badge["credentialSubject"]["achievement"]["name"] == "Procurement"
    status = badge["credentialStatus"]
    assert status["statusListCredential"].endswith(f"/v1/badges/status/{made['list']}")
    assert revoked(door, status) is False


def test_a_revoked_certificate_shows_in_verification_and_in_the_status_list(
    learning: Learning, door: FlaskClient
) -> None:
    made = learning.certificate()
    badge = read(door, ask(door, "GET", f"/v1/certificates/{made['_id']}/badge", LEARNER).text)
    path = f"/v1/certificates/{made['_id']}/revoke"

    first = ask(door, "POST", path, SPV_ADMIN, {"reason": "misconduct"})
    again = ask(door, "POST", path, SPV_ADMIN, {"reason": "misconduct"})

    assert (first.status_code, again.status_code) == (200, 409)
    assert (door.get(f"/v1/verify/{made['_id']}").json or {})["status"] == "revoked"
    assert revoked(door, badge["credentialStatus"]) is True
    events = told(learning.world.store.certificates.records.collection)
    assert [one["type"].split(".")[1] for one in events] == ["CertificateIssued", "CertificateRevoked"]
    kept = learning.world.store.audit.find_one({"what": "certificate_revoked", "who": "spv-1"}) or {}
    shown = ask(door, "GET", f"/v1/ops/timeline/{kept['correlation_id']}", SPV_ADMIN).json
    assert [one["what"] for one in shown["items"]] == ["certificate_revoked"]


def read(door: FlaskClient, token: str) -> dict[str, Any]:
    """What a wallet does: the key by kid from the published set, the signature, the claims."""
    keys = jwt.PyJWKSet.from_json(json.dumps(door.get("/v1/badges/jwks").json))
    kid = jwt.get_unverified_header(token)["kid"]
    found: dict[str, Any] = jwt.decode(token, keys[kid].key, algorithms=["EdDSA"])
    return found


def revoked(door: FlaskClient, status: dict[str, str]) -> bool:
    """What a verifier does with the status entry of a badge."""
    path = "/v1" + status["statusListCredential"].split("/v1")[1]
    listed = read(door, door.get(path).text)["credentialSubject"]
    assert listed["statusPurpose"] == "revocation"
    return int(status["statusListIndex"]) in decoded(listed["encodedList"])


def test_a_status_list_tells_its_bits_and_nothing_more() -> None:
    assert decoded(encoded([0, 7, 8, BITS - 1])) == {0, 7, 8, BITS - 1}
    assert encoded([])[0] == "u"


def test_a_taken_status_bit_is_followed_by_another(learning: Learning) -> None:
    made = learning.certificate()
    second = slot(made["_id"], 1, 64, BITS)
    store = learning.world.store
    store.database["certificates"].delete_many({})
    store.database["certificates"].insert_one(
        {
            "_id": "other",
            "enrolment_id": "other",
            "user_id": "other",
            "list": made["list"],
            "index": made["index"],
        }
    )

    again = learning.certificate()

    assert (again["list"], again["index"]) == second


def test_z05_verification_tells_the_minimum(learning: Learning, door: FlaskClient) -> None:
    made = learning.certificate()

    seen = door.get(f"/v1/verify/{made['_id']}").json or {}

    assert set(seen) == {"status", "name", "title", "completed_at", "issued_at", "replaced_by"}
    assert door.get("/v1/verify/KY-0000-0000-0000-0000").status_code == 404


def test_z05_the_owner_sees_what_is_printed_and_nothing_of_the_store(
    learning: Learning, door: FlaskClient
) -> None:
    made = learning.certificate()

    body = ask(door, "GET", f"/v1/certificates/{made['_id']}", LEARNER).json or {}

    assert set(body) == {
        *("id", "course_id", "version", "name", "title", "provider_id", "competencies", "minutes"),
        *("completed_at", "issued_at", "status", "replaced_by", "verify_url", "qr_svg"),
    }
    assert body["qr_svg"].startswith("<svg")


def test_z01_another_persons_certificate_is_as_unknown_as_none(learning: Learning, door: FlaskClient) -> None:
    made = learning.certificate()

    for end in ("", ".pdf", "/badge"):
        foreign = ask(door, "GET", f"/v1/certificates/{made['_id']}{end}", OTHER)
        unknown = ask(door, "GET", f"/v1/certificates/KY-0000{end}", OTHER)
        assert foreign.status_code == unknown.status_code == 404
        assert {**(foreign.json or {}), "request_id": ""} == {**(unknown.json or {}), "request_id": ""}


def test_a_completion_without_certificate_yet_is_being_prepared(
    learning: Learning, door: FlaskClient
) -> None:
    completed = learning.complete()
    coming = (ask(door, "GET", "/v1/certificates/me", LEARNER).json or {})["items"]

    learning.deliver(completed)

    there = (ask(door, "GET", "/v1/certificates/me", LEARNER).json or {})["items"]
    assert [(one["id"], one["status"]) for one in coming] == [
        (certificate_id(completed.enrolment_id, 1), "preparing")
    ]
    assert [(one["id"], one["status"]) for one in there] == [(coming[0]["id"], "valid")]


def test_n01_z04_a_revocation_takes_its_reason_and_nothing_else(
    learning: Learning, door: FlaskClient
) -> None:
    made = learning.certificate()
    bodies = [body for _, body in hostile({"reason": "misconduct"})]
    bodies += [{"reason": "misconduct", extra: 1} for extra in ("status", "user_id", "_id", "$set", "role")]

    answers = {
        ask(door, "POST", f"/v1/certificates/{made['_id']}/revoke", SPV_ADMIN, one).status_code
        for one in bodies
    }

    assert answers == {422}
    assert (learning.world.store.certificates.get(made["_id"]) or {})["status"] == "valid"


def test_w07_verification_has_a_limit_by_address(learning: Learning, door: FlaskClient) -> None:
    answers = [door.get("/v1/verify/x").status_code for _ in range(61)]

    assert answers == [404] * 60 + [429]
    assert door.get("/v1/verify/x", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 429
    assert door.get("/v1/verify/x", environ_base={"REMOTE_ADDR": "10.0.0.2"}).status_code == 404


def test_a_window_forgets_after_its_time() -> None:
    window = Window(1, 60)

    assert [window.wait("a", 0), window.wait("a", 30), window.wait("a", 60)] == [0, 30, 0]


def test_numbers_of_certificates_are_readable_and_differ() -> None:
    numbers = {certificate_id(f"e{n}", issue) for n in range(500) for issue in (1, 2)}

    assert len(numbers) == 1000
    assert all(len(one) == 22 and not set(one[3:]) & set("ILOU") for one in numbers)


def test_the_limit_of_a_name_is_one_line(learning: Learning) -> None:
    learning.directory.known["learner-1"] = "श्रीमती " + "लंबानाम " * 12
    learning.world.wait(timedelta(days=1).total_seconds())
    made = learning.certificate()

    pdf = pypdfium2.PdfDocument(Paper().pdf(made, "https://k.example/verify/x", "hi", {}))

    assert len(pdf) == 1
    pdf.close()

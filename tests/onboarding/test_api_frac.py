"""Administration of the dictionary over HTTP."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.onboarding.store import Store
from tests.service_kit import FRAC_ADMIN, LEARNER, ask, told

TOPIC: dict[str, Any] = {"name": {"en": "Drone surveys", "hi": "ड्रोन सर्वेक्षण"}, "group": "technology"}


def post(client: FlaskClient, path: str, body: Any = None, **headers: str) -> TestResponse:
    return ask(client, "POST", path, FRAC_ADMIN, body, headers=headers)


def patch(client: FlaskClient, path: str, version: int, body: Any) -> TestResponse:
    return ask(client, "PATCH", path, FRAC_ADMIN, body, headers={"If-Match": f'"{version}"'})


def test_a_fresh_start_publishes_each_entry_once(store: Store) -> None:
    from services.onboarding.store import ensure_indexes
    from tests.onboarding.conftest import SEED

    ensure_indexes(store.database, SEED)

    for kind, amount in (("topics", 3), ("competencies", 4), ("positions", 2)):
        assert len(told(store.entries[kind].collection)) == amount
    position = told(store.entries["positions"].collection, "section-officer")[0]
    assert position["data"]["competencies"] == {"public-procurement": 4, "communication": 2}
    assert position["sequence"] == "000000000001"


def test_draft_verified_retired(client: FlaskClient, store: Store) -> None:
    made = post(client, "/v1/frac/topics", TOPIC)
    path = "/v1/frac/topics/drone-surveys"

    assert (made.status_code, made.json["id"], made.json["status"]) == (201, "drone-surveys", "draft")
    assert client.get("/v1/topics?q=drone").json["items"] == []
    drafts = ask(client, "GET", "/v1/frac/drafts", FRAC_ADMIN).json["items"]
    assert [(one["entry_kind"], one["id"]) for one in drafts] == [("topics", "drone-surveys")]
    assert post(client, f"{path}/retire").status_code == 409
    assert post(client, f"{path}/verify").json["status"] == "verified"
    assert post(client, f"{path}/verify").status_code == 409
    assert len(client.get("/v1/topics?q=drone").json["items"]) == 1
    assert ask(client, "DELETE", path, FRAC_ADMIN).json["slug"] == "in_use"
    assert post(client, f"{path}/retire").json["status"] == "retired"
    statuses = [one["data"]["status"] for one in told(store.entries["topics"].collection, "drone-surveys")]
    assert statuses == ["verified", "retired"]
    history = ask(client, "GET", f"{path}/history", LEARNER).json["items"]
    assert [one["what"] for one in history] == ["retired", "verified", "created"]


def test_an_older_version_is_a_conflict_with_the_present_entry(client: FlaskClient, store: Store) -> None:
    path = "/v1/frac/topics/budgeting"
    assert patch(client, path, 1, {"group": "technology"}).json["version"] == 2

    late = patch(client, path, 1, {"group": "finance"})

    assert (late.status_code, late.json["current"]["group"]) == (409, "technology")
    assert ask(client, "PATCH", path, FRAC_ADMIN, {}).json["slug"] == "if_match_missing"
    assert [one["data"]["group"] for one in told(store.entries["topics"].collection, "budgeting")] == [
        "finance", "technology"
    ]  # fmt: skip


def test_a_draft_is_removed_and_an_id_is_taken_once(client: FlaskClient) -> None:
    for _ in range(2):
        made = post(client, "/v1/frac/topics", TOPIC, **{"Idempotency-Key": "t1"})
        assert made.status_code == 201
    assert post(client, "/v1/frac/topics", TOPIC).json["slug"] == "id_taken"
    assert ask(client, "DELETE", "/v1/frac/topics/drone-surveys", FRAC_ADMIN).status_code == 204
    assert ask(client, "DELETE", "/v1/frac/topics/drone-surveys", FRAC_ADMIN).status_code == 404


def test_a_position_needs_verified_competencies(client: FlaskClient) -> None:
    need = {"competency_id": "drones", "level": 2}
    both = {"en": "Surveyor", "hi": "सर्वेक्षक"}
    body = {
        "name": both, "description": both,
        "roles": [{"name": both, "activities": [{"name": both, "competencies": [need]}]}],
    }  # fmt: skip
    made = post(client, "/v1/frac/positions", body)

    refused = post(client, f"/v1/frac/positions/{made.json['id']}/verify")

    assert (made.status_code, refused.status_code, list(refused.json["errors"])) == (201, 422, ["roles"])
    assert client.get("/v1/positions/surveyor").status_code == 404


def test_a_competency_needs_its_five_levels_to_be_verified(client: FlaskClient) -> None:
    both = {"en": "Drones", "hi": "ड्रोन"}
    body = {"name": both, "description": both, "kind": "domain", "group": "core"}
    made = post(client, "/v1/frac/competencies", body)

    assert list(post(client, "/v1/frac/competencies/drones/verify").json["errors"]) == ["levels"]
    five = [{"level": n, "name": both, "description": both} for n in range(1, 6)]
    assert (
        patch(client, "/v1/frac/competencies/drones", made.json["version"], {"levels": five}).status_code
        == 200
    )
    assert post(client, "/v1/frac/competencies/drones/verify").status_code == 200


@pytest.mark.parametrize("kind", ["topics", "competencies", "positions"])
@pytest.mark.parametrize("format_", ["csv", "json"])
def test_what_is_exported_is_imported_without_a_change(client: FlaskClient, kind: str, format_: str) -> None:
    query = f"kind={kind}&format={format_}"
    text = ask(client, "GET", f"/v1/frac/export?{query}", LEARNER).get_data(as_text=True)

    report = post(client, f"/v1/frac/import?{query}", {"text": text}).json

    assert report["errors"] == []
    assert report["unchanged"] == report["rows"] > 1


def test_an_import_adds_changes_and_names_what_does_not_fit(client: FlaskClient, store: Store) -> None:
    text = (
        "id,group,name_en,name_hi\r\nbudgeting,technology,Budgeting,बजट\r\nyoga,people,Yoga,योग\r\n"
        "Bad Id,people,X,Y\r\nyoga,people,Yoga,योग\r\nempty,people,,\r\n"
    )
    dry = post(client, "/v1/frac/import?kind=topics&dry_run=true", {"text": text}).json
    assert store.entries["topics"].get("yoga") is None

    report = post(client, "/v1/frac/import?kind=topics", {"text": text}).json

    assert dry == report
    assert {key: report[key] for key in ("rows", "created", "changed", "unchanged")} == {
        "rows": 5, "created": 1, "changed": 1, "unchanged": 0
    }  # fmt: skip
    assert [(one["row"], one["field"]) for one in report["errors"]] == [(4, "id"), (5, "id"), (6, "name.en")]
    assert (store.entries["topics"].get("yoga") or {})["status"] == "draft"


def test_n07_formula_cells_are_quoted_in_the_file_and_come_back_as_they_were(
    client: FlaskClient, store: Store
) -> None:
    for place, start in enumerate(("=1+1", "+1", "-1", "'=1")):
        made = post(
            client, "/v1/frac/topics", TOPIC | {"id": f"f{place}", "name": {"en": start, "hi": start}}
        )
        post(client, f"/v1/frac/topics/{made.json['id']}/verify")

    text = ask(client, "GET", "/v1/frac/export?kind=topics", LEARNER).get_data(as_text=True)

    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t")]
    report = post(client, "/v1/frac/import?kind=topics", {"text": text}).json
    assert (report["changed"], report["errors"]) == (0, [])


@pytest.mark.parametrize("text", ["", "id,name\n1,2\n", "[]", '{"items": 1}', '"'])
@pytest.mark.parametrize("format_", ["csv", "json"])
def test_n02_what_is_no_such_file_is_refused(client: FlaskClient, text: str, format_: str) -> None:
    answer = post(client, f"/v1/frac/import?kind=topics&format={format_}", {"text": text})

    assert answer.status_code in (400, 422)


def test_w05_the_import_takes_a_mebibyte_and_other_routes_do_not(client: FlaskClient) -> None:
    rows = "".join(f"t{n},people,{'x' * 90} {n},{'क' * 90}\r\n" for n in range(1500))
    body = {"text": "id,group,name_en,name_hi\r\n" + rows}
    size = len(json.dumps(body, ensure_ascii=False).encode())
    assert 400_000 < size < 1 << 20

    taken = client.post(
        "/v1/frac/import?kind=topics&dry_run=true",
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers=FRAC_ADMIN.headers | {"Content-Type": "application/json"},
    )
    over = post(client, "/v1/frac/import?kind=topics", {"text": "x" * (1 << 20)})
    elsewhere = post(client, "/v1/frac/topics", TOPIC | {"group": "x" * 65536})

    assert (taken.status_code, taken.json["created"]) == (200, 1500)
    assert (over.status_code, elsewhere.status_code) == (413, 413)

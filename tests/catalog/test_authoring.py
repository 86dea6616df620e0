"""Authoring: draft, review by somebody else, publication as an unchangeable version, conflicts, retirement."""

from __future__ import annotations

import copy
import csv
import io
import itertools
from typing import Any

import pytest
from marshmallow import ValidationError

from services.catalog.schemas.content import NewCourseIn
from services.catalog.store import Store
from shared.mongo import utcnow
from tests.catalog.authors import ALONE, BODY, FOREIGN, PLACE, add_providers, draft, publish_draft, step
from tests.catalog.courses import make_client
from tests.service_kit import CREATOR, LEARNER, PUBLISHER, REVIEWER, SPV_ADMIN, ask, hostile, told


@pytest.fixture(scope="module")
def client(blank: Any) -> Any:
    add_providers(Store(blank))
    return make_client(blank)[0]


@pytest.fixture(scope="module")
def store(client: Any) -> Store:
    return client.application.extensions["catalog"].store  # type: ignore[no-any-return]


def found(client: Any) -> set[str]:
    return {one["id"] for one in client.get("/v1/search?q=procurement&limit=100").json["items"]}


def test_a_course_goes_from_draft_to_learners(client: Any, store: Store) -> None:
    id_ = draft(client)
    before = client.get(f"/v1/courses/{id_}").status_code

    published = publish_draft(client, id_)
    client.application.extensions["catalog"].index.follow()

    assert (before, published.json["status"], published.json["live"]) == (404, "published", 1)
    assert client.get(f"/v1/courses/{id_}").json["title"] == BODY["title"]
    assert id_ in found(client)
    (event,) = told(store.courses.collection, id_)
    assert (event["type"], event["data"]["course_id"], event["data"]["version"]) == (
        "catalog.CoursePublished.v1",
        id_,
        1,
    )


def test_who_wrote_a_course_does_not_review_it(client: Any) -> None:
    id_ = ask(client, "POST", PLACE, ALONE, BODY).json["id"]
    step(client, id_, "submit", ALONE)

    own = step(client, id_, "review", ALONE, {"decision": "approve"})

    assert (own.status_code, own.json["slug"]) == (403, "own_course")
    assert step(client, id_, "review", REVIEWER, {"decision": "approve"}).json["status"] == "approved"


def test_who_changed_a_course_does_not_review_it(client: Any) -> None:
    id_ = draft(client)
    ask(client, "PATCH", f"{PLACE}/{id_}", ALONE, {"authors": ["Somebody else"]})
    step(client, id_, "submit", CREATOR)

    assert step(client, id_, "review", ALONE, {"decision": "approve"}).status_code == 403


def test_a_returned_course_is_a_draft_with_notes(client: Any) -> None:
    id_ = draft(client)
    step(client, id_, "submit", CREATOR)

    without = step(client, id_, "review", REVIEWER, {"decision": "return"})
    returned = step(client, id_, "review", REVIEWER, {"decision": "return", "notes": "Shorter, please."})

    assert without.status_code == 422
    assert (returned.json["status"], returned.json["review"]["notes"]) == ("draft", "Shorter, please.")


@pytest.mark.parametrize(
    ("what", "who", "body"),
    [("publish", PUBLISHER, {}), ("review", REVIEWER, {"decision": "approve"}), ("new-version", CREATOR, {}),
     ("retire", PUBLISHER, {"reason": "Outdated"})],
)  # fmt: skip
def test_steps_out_of_order_are_refused(client: Any, store: Store, what: str, who: Any, body: Any) -> None:
    id_ = draft(client)

    assert step(client, id_, what, who, body).status_code == 409
    assert told(store.courses.collection, id_) == []


def test_what_is_in_review_cannot_be_changed(client: Any) -> None:
    id_ = draft(client)
    step(client, id_, "submit", CREATOR)

    assert ask(client, "PATCH", f"{PLACE}/{id_}", CREATOR, {"authors": ["A"]}).status_code == 409


def test_two_authors_collide_and_the_second_sees_the_present_state(client: Any) -> None:
    id_ = draft(client)
    tag = {"If-Match": ask(client, "GET", f"{PLACE}/{id_}", CREATOR).headers["ETag"]}

    first = ask(client, "PATCH", f"{PLACE}/{id_}", CREATOR, {"authors": ["First"]}, headers=tag)
    second = ask(client, "PATCH", f"{PLACE}/{id_}", ALONE, {"authors": ["Second"]}, headers=tag)

    assert (first.status_code, second.status_code, second.json["slug"]) == (200, 409, "changed_elsewhere")
    assert second.json["current"]["authors"] == ["First"]


def test_the_same_key_makes_one_draft(client: Any, store: Store) -> None:
    before = store.courses.collection.count_documents({})
    ids = {
        ask(client, "POST", PLACE, CREATOR, BODY, headers={"Idempotency-Key": "k-1"}).json["id"]
        for _ in range(2)
    }

    assert len(ids) == 1
    assert store.courses.collection.count_documents({}) == before + 1


def test_a_published_version_never_changes_and_a_new_one_follows(client: Any, store: Store) -> None:
    id_ = draft(client)
    publish_draft(client, id_)
    client.get("/v1/search")

    renewed = step(client, id_, "new-version", CREATOR)
    ask(client, "PATCH", f"{PLACE}/{id_}", CREATOR, {"title": {"en": "Second edition"}, "locales": ["en"]})
    meanwhile = client.get(f"/v1/courses/{id_}").json
    publish_draft(client, id_)

    assert (renewed.json["status"], renewed.json["live"], meanwhile["title"]) == ("draft", 1, BODY["title"])
    page = client.get(f"/v1/courses/{id_}").json
    assert (page["version"], page["title"], page["versions"]) == (2, {"en": "Second edition"}, [1, 2])
    assert client.get(f"/v1/courses/{id_}?version=1").json["title"] == BODY["title"]
    assert [one["data"]["version"] for one in told(store.courses.collection, id_)] == [1, 2]


def test_a_retired_course_leaves_search_and_stays_for_those_who_began(client: Any, store: Store) -> None:
    id_ = draft(client)
    publish_draft(client, id_)
    client.get("/v1/search")

    retired = step(client, id_, "retire", PUBLISHER, {"reason": "Overtaken by new rules."})
    client.application.extensions["catalog"].index.follow()

    assert retired.json["status"] == "retired"
    assert id_ not in found(client)
    assert client.get(f"/v1/courses/{id_}").json["retired"] is True
    assert told(store.courses.collection, id_)[-1]["type"] == "catalog.CourseRetired.v1"
    assert step(client, id_, "retire", PUBLISHER, {"reason": "Again and again."}).status_code == 409


def test_a_draft_is_thrown_away_but_not_what_was_published(client: Any, store: Store) -> None:
    id_, other = draft(client), draft(client)
    publish_draft(client, other)
    step(client, other, "new-version", CREATOR)

    for one in (id_, other):
        assert ask(client, "DELETE", f"{PLACE}/{one}", CREATOR).status_code == 204

    assert store.courses.get(id_) is None
    assert (store.courses.get(other) or {})["status"] == "published"


BROKEN: list[tuple[str, Any]] = [
    ("modules", []), ("title", {"en": "Only English"}), ("topics", []), ("open", False),
    ("modules.0.resources.0.html", None), ("modules.0.resources.0.id", "r2"), ("modules.1.id", "m1"),
    ("modules.1.resources", []), ("modules.0.resources.0.kind", "video"), ("assessments.0.questions", []),
    ("assessments.0.questions.0.correct", ["o9"]), ("assessments.0.questions.0.correct", ["o1", "o2"]),
    ("assessments.0.questions.1.accepted", []), ("assessments.0.questions.2.pairs", {"l1": "r9", "l2": "r1"}),
    ("assessments.0.draw", 9), ("assessments.0.module_id", "m9"), ("poster", "unknown-file"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), BROKEN)
def test_an_incomplete_course_is_not_submitted_and_the_field_is_named(
    client: Any, place: str, value: Any
) -> None:
    body = copy.deepcopy(BODY)
    *path, last = place.split(".")
    spot: Any = body
    for part in path:
        spot = spot[int(part)] if part.isdigit() else spot[part]
    spot[last] = value
    id_ = ask(client, "POST", PLACE, CREATOR, body).json["id"]

    checks = ask(client, "GET", f"{PLACE}/{id_}/checks", CREATOR).json["problems"]
    refused = step(client, id_, "submit", CREATOR)

    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {one["field"] for one in checks}
    assert any(
        field.split(".")[0] == place.split(".")[0] or field == "owner_mdo_id"
        for field in refused.json["errors"]
    )


def test_a_complete_course_has_no_problems(client: Any) -> None:
    assert ask(client, "GET", f"{PLACE}/{draft(client)}/checks", REVIEWER).json["problems"] == []


@pytest.mark.parametrize(
    "url",
    ["http://manual.example/x", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "https://2130706433/",
     "https://0x7f000001/", "file:///etc/passwd", "https://localhost/", "https://user@host.example/", "https://host.example:8080/",
     "javascript:alert(1)", "https:host.example", "//host.example", "https://host.internal/", "https://a.example\\@b.example/",
     "https://host.example/ x", "data:text/html,x", "https://gov.in\u0000.example/", "https://xn--/"],
)  # fmt: skip
def test_n09_a_link_names_a_public_https_host(client: Any, url: str) -> None:
    body = copy.deepcopy(BODY)
    body["modules"][0]["resources"][1]["link_url"] = url

    assert ask(client, "POST", PLACE, CREATOR, body).status_code == 422


def test_n05_html_is_cleaned_when_it_is_written(client: Any, store: Store) -> None:
    body = copy.deepcopy(BODY)
    body["modules"][0]["resources"][0]["html"] = {
        "en": "<h2 style=x>A</h2><script>alert(1)</script><img src=x onerror=alert(1)><iframe src=//e></iframe><b>B</b>"
    }

    id_ = ask(client, "POST", PLACE, CREATOR, body).json["id"]

    stored = (store.courses.get(id_) or {})["draft"]["modules"][0]["resources"][0]["html"]["en"]
    assert stored == "<h2>A</h2>B"


@pytest.mark.parametrize("text", ["{{7*7}}", "${7*7}", "%s{}", "<b>x</b>", "{% raw %}", "O'Neil & “co”"])
def test_n06_text_comes_back_as_typed(client: Any, text: str) -> None:
    id_ = draft(client, title={"en": text, "hi": text}, authors=[text])

    publish_draft(client, id_)

    page = client.get(f"/v1/courses/{id_}").json
    assert (page["title"]["en"], page["authors"]) == (text, [text])


def test_n01_operators_anywhere_in_a_course_are_refused(client: Any, store: Store) -> None:
    body = copy.deepcopy(BODY)
    wrong = []
    for name, made in hostile(body):
        try:
            NewCourseIn().load(made)
        except ValidationError:
            continue
        if not allowed(name, made):
            wrong.append(name)
    over_http = [
        ask(client, "POST", PLACE, CREATOR, made).status_code
        for name, made in itertools.islice(hostile(body), 0, None, 37)
        if not allowed(name, made)
    ]

    assert wrong == []
    assert set(over_http) == {422}


def allowed(name: str, made: Any) -> bool:
    """Null where a field may be empty, a flag where one belongs."""
    spot: Any = made
    for part in name.split("."):
        spot = spot[int(part)] if part.isdigit() else spot[part]
    return spot is None or isinstance(spot, bool)


@pytest.mark.parametrize(
    "field",
    [
        "status",
        "live",
        "versions",
        "created_by",
        "_id",
        "id",
        "version",
        "review",
        "card",
        "$set",
        "_outbox",
        "draft",
    ],
)
def test_z04_fields_that_are_not_the_authors_are_refused(client: Any, field: str) -> None:
    id_ = draft(client)

    assert ask(client, "PATCH", f"{PLACE}/{id_}", CREATOR, {field: "published"}).status_code == 422
    assert ask(client, "POST", PLACE, CREATOR, BODY | {field: "published"}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/preview"),
        ("GET", "/checks"),
        ("GET", "/ratings"),
        ("GET", "/export"),
        ("POST", "/submit"),
        ("POST", "/publish"),
        ("POST", "/new-version"),
    ],
)
def test_z01_a_course_of_another_provider_is_like_an_unknown_one(client: Any, method: str, path: str) -> None:
    id_ = draft(client)

    foreign = ask(client, method, f"{PLACE}/{id_}{path}", FOREIGN)
    unknown = ask(client, method, f"{PLACE}/none{path}", FOREIGN)

    assert (
        (foreign.status_code, foreign.json["slug"])
        == (unknown.status_code, unknown.json["slug"])
        == (404, "course_unknown")
    )


def test_lists_hold_only_what_one_may_work_on(client: Any) -> None:
    id_ = draft(client)

    def ids(who: Any, query: str = "") -> list[str]:
        return [one["id"] for one in ask(client, "GET", f"{PLACE}{query}", who).json["items"]]

    assert id_ in ids(CREATOR, "?limit=100")
    assert ids(FOREIGN) == []
    assert id_ not in ids(ALONE, "?mine=1")
    assert id_ in ids(CREATOR, "?status=draft&mine=1&limit=100")
    assert id_ not in ids(CREATOR, "?status=published")


def test_a_suspended_or_unknown_provider_gets_no_course(client: Any) -> None:
    for provider in ("closed", "none"):
        answer = ask(client, "POST", PLACE, CREATOR, BODY | {"provider_id": provider})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["provider_id"])
    assert ask(client, "POST", PLACE, FOREIGN, BODY).status_code == 422


def test_a_provider_suspended_in_between_does_not_publish(client: Any) -> None:
    id_ = draft(client)
    step(client, id_, "submit", CREATOR)
    step(client, id_, "review", REVIEWER, {"decision": "approve"})

    ask(client, "POST", "/v1/providers/istm/suspend", SPV_ADMIN)
    refused = step(client, id_, "publish", PUBLISHER)
    ask(client, "POST", "/v1/providers/istm/resume", SPV_ADMIN)

    assert refused.status_code == 422
    assert step(client, id_, "publish", PUBLISHER).status_code == 200


def test_providers_are_entered_once(client: Any) -> None:
    body = {"id": "nadt", "name": {"en": "Tax academy", "hi": "कर अकादमी"}, "mdo_id": "cbdt"}

    answers = [
        ask(client, "POST", "/v1/providers", who, body).status_code for who in (CREATOR, SPV_ADMIN, SPV_ADMIN)
    ]

    assert answers == [403, 201, 409]
    assert "nadt" in {one["id"] for one in client.get("/v1/providers").json["items"]}


def test_a_preview_is_the_learners_view_of_the_draft(client: Any) -> None:
    shown = ask(client, "GET", f"{PLACE}/{draft(client)}/preview", REVIEWER).json

    assert shown["module_pages"][0]["resources"][0]["html"]["en"].startswith("<h2>Case</h2>")
    assert "correct" not in str(shown)


def test_a_learner_reads_no_missed_searches(client: Any) -> None:
    client.get("/v1/search?q=xylophone")

    assert ask(client, "GET", "/v1/searches/missed", LEARNER).status_code == 403
    assert [one["text"] for one in ask(client, "GET", "/v1/searches/missed", CREATOR).json["items"]] == [
        "xylophone"
    ]


def test_n07_missed_searches_come_as_a_table_without_formulas(client: Any, blank: Any) -> None:
    client.get("/v1/search?q=xylophone")
    client.get("/v1/search?q=झाँकीवाला")
    row = {"_id": "m", "text": "=1+1", "locale": "en", "count": 2, "last_at": utcnow()}
    blank["misses"].insert_one(row)

    answer = ask(client, "GET", "/v1/searches/missed.csv", CREATOR)

    cells = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert cells[0] == ["text", "locale", "count", "last_at"]
    assert {one[0] for one in cells[1:]} >= {"'=1+1", "xylophone", "झांकीवाला"}
    assert ask(client, "GET", "/v1/searches/missed.csv", LEARNER).status_code == 403

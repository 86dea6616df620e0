"""Who gets in where, and that no route shows a learner a draft or an answer key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.catalog.store import Store
from tests.catalog.authors import BODY, PLACE, add_providers, draft, publish_draft, step
from tests.catalog.courses import SECRET, make_client
from tests.service_kit import CREATOR, EVERYBODY, LEARNER, SPV_ADMIN, ask, doors_agree, filled, matrix, routes

GOLDEN = Path(__file__).with_name("matrix.txt")
DRAFT = "draftmarker"


@pytest.fixture(scope="module")
def client(blank: Any) -> Any:
    add_providers(Store(blank))
    made = make_client(blank)[0]
    published = draft(made)
    publish_draft(made, published)
    unseen: dict[str, Any] = {
        "title": {"en": f"{DRAFT} title"}, "keywords": {"en": [DRAFT]}, "topics": [DRAFT], "description": {"en": DRAFT},
        "competencies": [{"competency_id": DRAFT, "level": 1}], "authors": [DRAFT], "locales": ["en"],
    }  # fmt: skip
    hidden = draft(made, **unseen)
    renewed = step(made, published, "new-version", CREATOR)
    tag = {"If-Match": renewed.headers["ETag"]}
    assert ask(made, "PATCH", f"{PLACE}/{published}", CREATOR, unseen, headers=tag).status_code == 200
    made.ids = {"course_id": published, "hidden": hidden}
    return made


def test_z03_doors_let_in_whom_their_rule_names(client: Any) -> None:
    assert doors_agree(client.application) == []


def test_z03_the_matrix_is_the_golden_list(client: Any) -> None:
    """Run with GOLDEN_WRITE=1 after an intended change, and look at the difference."""
    lines = matrix(client.application)
    if os.environ.get("GOLDEN_WRITE"):
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8").splitlines() == lines


def seen(client: Any, who: Any) -> dict[str, str]:
    """The text of every answer that somebody without a content role can get, with the ids of both courses."""
    found = {}
    for course in client.ids.values():
        ids = {"course_id": course, "module_id": "m1", "version": "1", "id_": course, "file_id": "x"}
        for method, path in routes(client.application):
            if path.startswith("/internal") or path.startswith("/v1/searches/missed"):
                continue  # What people looked for is what they typed, also these markers.
            answer = ask(client, method, filled(path, ids), who)
            found[f"{method} {path} {course}"] = answer.get_data(as_text=True)
    for query in (
        f"q={DRAFT}",
        f"q={SECRET}",
        f"topic={DRAFT}",
        f"competency={DRAFT}",
        "q=title",
        "sort=newest",
    ):
        found[query] = client.get(f"/v1/search?{query}").get_data(as_text=True)
    for text in (DRAFT, SECRET, DRAFT[:5]):
        found[f"suggest {text}"] = client.get(f"/v1/suggest?q={text}").get_data(as_text=True)
    found["ids"] = client.get(f"/v1/courses?ids={','.join(client.ids.values())}").get_data(as_text=True)
    return found


@pytest.mark.parametrize("name", ["anonymous", "learner", "own_admin", "frac", "spv"])
def test_z05_no_route_shows_a_draft_or_an_answer_key(client: Any, name: str) -> None:
    answers = seen(client, EVERYBODY[name])

    leaking = [
        place
        for place, text in answers.items()
        # A value that was asked for comes back in the facets; hits and courses must not.
        if SECRET in text.replace(f'"value": "{SECRET}"', "")
        or f"{DRAFT} title" in text
        or client.ids["hidden"] in items(text)
    ]
    assert leaking == []


def items(text: str) -> str:
    """The hits of an answer, or nothing."""
    try:
        loaded = json.loads(text)
    except ValueError:
        return ""
    return json.dumps(loaded.get("items", "") if isinstance(loaded, dict) else loaded)


def test_z05_counts_do_not_tell_of_drafts(client: Any) -> None:
    found = client.get("/v1/search").json

    assert found["total"] == 1
    assert DRAFT not in json.dumps(found["facets"])
    assert client.get(f"/v1/search?topic={DRAFT}").json["total"] == 0
    assert {one["id"] for one in client.get("/v1/browse/topics").json["items"]} == set(BODY["topics"])


PAGE_FIELDS = """
id version title summary provider minutes mode locales difficulty content_type resource_types topics competencies
keywords poster_url rating published_at status certificate owner_mdo_id open description objectives prerequisites
authors modules assessments assessments_count similar versions retired enrolled
"""


def test_z05_a_course_answers_with_these_fields_and_no_others(client: Any) -> None:
    page = client.get(f"/v1/courses/{client.ids['course_id']}").json

    assert set(page) == set(PAGE_FIELDS.split())
    assert set(page["assessments"][0]) == {
        "id", "kind", "module_id", "title", "questions", "pass_mark", "attempts", "limit_seconds",
    }  # fmt: skip


def test_z01_a_draft_is_like_an_unknown_course(client: Any) -> None:
    for path in ("", "/modules/m1", "/ratings", "/ratings/me"):
        hidden = ask(client, "GET", f"/v1/courses/{client.ids['hidden']}{path}", LEARNER)
        unknown = ask(client, "GET", f"/v1/courses/none{path}", LEARNER)
        assert (hidden.status_code, hidden.json["slug"]) == (unknown.status_code, unknown.json["slug"])


BAD_BODIES = (
    *(b"null", b"[]", b'"x"', b"{", b'{"a":NaN}', b'{"a":1,"a":2}', b'{"a":"\xed\xa0\x80"}', b"\xff\xfe{}"),
    b'{"a":' + b"9" * 5000 + b"}",
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
)


def test_n02_no_shape_of_a_body_gives_an_error_of_ours(client: Any) -> None:
    wrong = []
    for method, path in routes(client.application):
        if method in ("POST", "PUT", "PATCH") and not path.startswith("/internal"):
            for body in BAD_BODIES:
                for who in (CREATOR, SPV_ADMIN):
                    answer = client.open(
                        filled(path),
                        method=method,
                        data=body,
                        headers=who.headers,
                        content_type="application/json",
                    )
                    if not 400 <= answer.status_code < 500:
                        wrong.append(f"{method} {path} {body[:9]!r}: {answer.status_code}")

    assert wrong == []


def test_w05_a_large_body_is_refused_everywhere(client: Any) -> None:
    large = b'{"a":"' + b"x" * 70_000 + b'"}'
    wrong = []
    for method, path in routes(client.application):
        if method in ("POST", "PUT", "PATCH") and not path.startswith("/internal"):
            answer = client.open(
                filled(path),
                method=method,
                data=large,
                headers=CREATOR.headers,
                content_type="application/json",
            )
            if answer.status_code not in (403, 404, 413, 415, 422):
                wrong.append(f"{method} {path}: {answer.status_code}")

    assert wrong == []
    assert ask(client, "POST", PLACE, CREATOR, {"title": {"en": "x" * 70_000}}).status_code == 413

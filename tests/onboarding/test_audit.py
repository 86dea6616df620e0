"""What administrators did in onboarding: kept in its audit log and shown in the operators' timeline."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.onboarding.store import Store
from tests.onboarding.test_api_approvals import change
from tests.onboarding.test_api_frac import TOPIC
from tests.onboarding.test_api_proposals import PROPOSALS
from tests.service_kit import FRAC_ADMIN, LEARNER, OWN_ADMIN, SPV_ADMIN, ask

__all__ = ["change"]


def entries(store: Store) -> list[tuple[str, str, Any]]:
    """Who did what to whom, in order."""
    return [(one["who"], one["what"], one.get("whom")) for one in store.audit.find({}).sort("_id")]


@pytest.mark.parametrize(("step", "what"), [("approve", "approved"), ("decline", "declined")])
def test_z07_a_decision_on_a_profile_is_kept_once(
    client: FlaskClient, store: Store, change: str, step: str, what: str
) -> None:
    for _ in range(2):
        ask(client, "POST", f"/v1/approvals/{change}/{step}", OWN_ADMIN, {"reason": "As ordered"})

    assert entries(store) == [(OWN_ADMIN.user_id, f"profile_change_{what}", LEARNER.user_id)]
    assert "As ordered" not in str(list(store.audit.find({})))


def test_z07_a_decision_on_a_proposed_topic_is_kept(client: FlaskClient, store: Store) -> None:
    id_ = ask(client, "POST", PROPOSALS, LEARNER, {"name": "Yoga", "reason": "Health"}).json["id"]
    ask(client, "POST", f"{PROPOSALS}/{id_}/decline", SPV_ADMIN, {"reason": "Not planned"})

    assert entries(store) == [(SPV_ADMIN.user_id, "topic_proposal_declined", LEARNER.user_id)]


def test_z07_each_edit_of_the_dictionary_is_kept_and_a_file_as_one(client: FlaskClient, store: Store) -> None:
    path = "/v1/frac/topics/drone-surveys"
    ask(client, "POST", "/v1/frac/topics", FRAC_ADMIN, TOPIC)
    ask(client, "PATCH", path, FRAC_ADMIN, {"group": "people"}, headers={"If-Match": '"1"'})
    ask(client, "POST", f"{path}/verify", FRAC_ADMIN)
    ask(client, "POST", f"{path}/retire", FRAC_ADMIN)
    text = "id,group,name_en,name_hi\r\nyoga,people,Yoga,योग\r\nart,people,Art,कला\r\n"
    for dry in ("true", "false"):
        ask(client, "POST", f"/v1/frac/import?kind=topics&dry_run={dry}", FRAC_ADMIN, {"text": text})
    ask(client, "DELETE", "/v1/frac/topics/art", FRAC_ADMIN)

    done = [what for _, what, _ in entries(store)]
    assert done == ["entry_created", "entry_changed", "entry_verified", "entry_retired", "dictionary_imported",
                    "entry_removed"]  # fmt: skip
    assert store.audit.find_one({"what": "entry_removed"})["about"] == "topics:art"  # type: ignore[index]


def test_the_timeline_shows_what_was_done_under_a_reference(client: FlaskClient, store: Store) -> None:
    ask(client, "POST", "/v1/frac/topics", FRAC_ADMIN, TOPIC)
    ask(client, "POST", "/v1/frac/topics/drone-surveys/verify", FRAC_ADMIN)
    kept = store.audit.find_one({"what": "entry_verified"}) or {}

    items = ask(client, "GET", f"/v1/ops/timeline/{kept['correlation_id']}", SPV_ADMIN).json["items"]

    assert [(one["what"], one["subject"]) for one in items] == [("entry_verified", "topics:drone-surveys")]

"""A platform on which everything that can wait for somebody does."""

from __future__ import annotations

from tests.portal.stub.gateway import Stub
from tests.portal.stub.parts import NOW


def let_things_wait(stub: Stub) -> None:
    """Everything that can wait for somebody does: name, address, copy, erasure, dispute, version, mandate."""
    change = {"first_name": "आशा", "last_name": "गिल", "reason": "विवाह", "requested_at": NOW}
    decided = {"id": "nc2", "status": "declined", "decision_reason": "विवाह का प्रमाणपत्र भेजें।"}
    stub.me = {**stub.me, "pending_email": "asha.gill@bsnl.co.in", "name_change": change | decided}
    stub.privacy.due_at = "2026-11-22T09:30:00Z"
    stub.privacy.copies.insert(0, {"id": "ex1", "state": "ready", "asked_at": NOW, "ready_at": NOW})
    stub.privacy.consents.append({"version": "2026-11", "locale": "hi", "accepted": True, "at": NOW})
    stub.progress.enrolments["finance-1"]["new_version"] = 2
    note = {"note": "मैंने वीडियो देखा था", "created_at": NOW, "answer": None, "answered_at": None}
    answer = {"status": "answered", "answer": "अंतिम भाग फिर देखें।", "answered_at": NOW}
    stub.progress.disputes += [{"id": "d1", **note, **answer}, {"id": "d2", **note, "status": "open"}]
    stub.desk.progress.mandates["ma1"] |= {"reason": "आदेश 7", "course_ids": ["procure-1", "finance-1"]}
    declined = {"status": "declined", "decision_reason": "यह डोमेन राज्य का नहीं है।", "decided_at": NOW}
    stub.desk.people.asked.append({**stub.desk.people.asked[0], "id": "dr9", "name": "drdo.in"} | declined)

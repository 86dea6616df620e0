"""Bodies of topics and proposals."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.onboarding.schemas.common import ID, RAW, NameIn, NameOut, PagedOut
from shared.paging import PageIn

TOPIC = {"example": "public-procurement"}


class TopicsIn(Schema):
    """Words in the name, a group."""

    q = fields.String(load_default="", validate=validate.Length(max=200), metadata={"example": "finance"})
    group = fields.String(load_default="", validate=validate.Length(max=64))


class TopicOut(Schema):
    """A topic of interest."""

    id = fields.String(required=True, metadata=TOPIC)
    name = fields.Nested(NameOut, required=True)
    group = fields.String(required=True, metadata={"example": "finance"})
    group_name = fields.Nested(NameOut, required=True)
    status = fields.String(required=True, metadata={"example": "verified"})
    version = fields.Integer(required=True)


class TopicsOut(Schema):
    """All topics that fit."""

    items = fields.List(fields.Nested(TopicOut), required=True)


class TopicChoiceIn(Schema):
    """The topics chosen, all of them."""

    ids = fields.List(
        fields.String(validate=ID),
        required=True,
        validate=validate.Length(max=100),
        metadata={"example": ["public-procurement"]},
    )


class ProposalOut(Schema):
    """A proposed topic and what became of it."""

    id = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "Drone surveys"})
    reason = fields.String(required=True, metadata={"example": "Our land records are made with drones now."})
    status = fields.String(required=True, metadata={"example": "proposed"})
    topic_id = fields.String(required=True, allow_none=True)
    decided_reason = fields.String(required=True, allow_none=True)
    proposed_at = fields.DateTime(required=True)


class ChosenTopicsOut(TopicsOut):
    """The chosen topics and the own proposals."""

    version = fields.Integer(required=True)
    proposals = fields.List(fields.Nested(ProposalOut), required=True)


class ProposalIn(Schema):
    """A topic that is missing, and why it should be there."""

    name = fields.String(required=True, validate=RAW, metadata={"example": "Drone surveys"})
    reason = fields.String(
        required=True, validate=RAW, metadata={"example": "Our land records are made with drones now."}
    )


class ProposalsIn(PageIn):
    """Which proposals."""

    status = fields.String(
        load_default="proposed", validate=validate.OneOf(["proposed", "accepted", "merged", "declined"])
    )


class ProposalForAdminOut(ProposalOut):
    """A proposal with its author."""

    user_id = fields.String(required=True)


class ProposalsOut(PagedOut):
    """A page of proposals, oldest first."""

    items = fields.List(fields.Nested(ProposalForAdminOut), required=True)


class AcceptIn(Schema):
    """The topic that the proposal becomes; without an id one is made of the English name."""

    id = fields.String(load_default=None, allow_none=True, validate=ID, metadata={"example": "drone-surveys"})
    name = fields.Nested(NameIn, required=True)
    group = fields.String(required=True, validate=ID, metadata={"example": "technology"})


class MergeIn(Schema):
    """The topic that means the same."""

    topic_id = fields.String(required=True, validate=ID, metadata=TOPIC)

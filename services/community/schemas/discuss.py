"""Bodies of discussions."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.community.schemas.common import NameOut, PagedOut, PersonOut, free_text, key, line, query_text
from shared.paging import PageIn

SPACE = {"example": "topic:public-procurement"}
TITLE = {"example": "Which limit holds for a limited tender?"}
BODY = {"example": "The manual names two limits. Which one holds for an office of the field?"}


class SpacesIn(PageIn):
    """Spaces of topics or of courses, by words of their name."""

    kind = fields.String(load_default="topic", validate=validate.OneOf(["topic", "course"]))
    q = query_text()


class SpaceRefOut(Schema):
    """The space of a topic or a course."""

    id = fields.String(required=True, metadata=SPACE)
    kind = fields.String(required=True, metadata={"example": "topic"})
    ref = fields.String(required=True, metadata={"example": "public-procurement"})
    name = fields.Nested(NameOut, required=True)


class SpaceOut(SpaceRefOut):
    """A space with what happens there."""

    threads = fields.Integer(required=True)
    last_at = fields.DateTime(required=True, allow_none=True)


class SpacesOut(PagedOut):
    """A page of spaces."""

    items = fields.List(fields.Nested(SpaceOut), required=True)


class ThreadsIn(PageIn):
    """Which threads: of a space, by words, one's own, followed or unanswered ones."""

    space = fields.String(load_default="", validate=validate.Length(max=128), metadata=SPACE)
    q = query_text()
    sort = fields.String(
        load_default="trending", validate=validate.OneOf(["trending", "new", "active", "top"])
    )
    chosen = fields.String(
        data_key="only", load_default="", validate=validate.OneOf(["", "mine", "followed", "unanswered"])
    )


class ThreadIn(Schema):
    """A new thread."""

    space = key(required=True, metadata=SPACE)
    title = line(150, least=5, required=True, metadata=TITLE)
    body = free_text(10_000, least=1, required=True, metadata=BODY)


class ThreadChangeIn(Schema):
    """What changes in a thread."""

    title = line(150, least=5, metadata=TITLE)
    body = free_text(10_000, least=1, metadata=BODY)


class ThreadCardOut(Schema):
    """A thread as it is listed."""

    id = fields.String(required=True)
    space = fields.Nested(SpaceRefOut, required=True)
    title = fields.String(required=True, metadata=TITLE)
    excerpt = fields.String(required=True)
    author = fields.Nested(PersonOut, required=True)
    created_at = fields.DateTime(required=True)
    edited_at = fields.DateTime(required=True, allow_none=True)
    last_at = fields.DateTime(required=True)
    votes = fields.Integer(required=True)
    replies = fields.Integer(required=True)
    answered = fields.Boolean(required=True)
    voted = fields.Boolean(required=True)
    followed = fields.Boolean(required=True)
    mine = fields.Boolean(required=True)
    state = fields.String(required=True, metadata={"example": "shown"})
    version = fields.Integer(required=True)


class ThreadOut(ThreadCardOut):
    """A whole thread."""

    body = fields.String(required=True, metadata=BODY)
    accepted_id = fields.String(required=True, allow_none=True)
    followers = fields.Integer(required=True)
    may_moderate = fields.Boolean(required=True)
    removed_reason = fields.String(required=True, allow_none=True)


class ThreadsOut(PagedOut):
    """A page of threads."""

    items = fields.List(fields.Nested(ThreadCardOut), required=True)


class RepliesIn(PageIn):
    """In which order the replies stand."""

    sort = fields.String(load_default="top", validate=validate.OneOf(["top", "oldest"]))


class ReplyIn(Schema):
    """A reply."""

    body = free_text(10_000, least=1, required=True, metadata={"example": "The lower one: see rule 162."})


class ReplyOut(Schema):
    """A reply as it is shown."""

    id = fields.String(required=True)
    thread_id = fields.String(required=True)
    body = fields.String(required=True)
    author = fields.Nested(PersonOut, required=True)
    at = fields.DateTime(required=True)
    edited_at = fields.DateTime(required=True, allow_none=True)
    votes = fields.Integer(required=True)
    voted = fields.Boolean(required=True)
    accepted = fields.Boolean(required=True)
    mine = fields.Boolean(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    removed_reason = fields.String(required=True, allow_none=True)


class RepliesOut(PagedOut):
    """A page of replies."""

    items = fields.List(fields.Nested(ReplyOut), required=True)


class FormerOut(Schema):
    """A former text of a post and since when it had stood."""

    at = fields.DateTime(required=True)
    title = fields.String()
    body = fields.String(required=True)


class HistoryOut(Schema):
    """Former texts, newest first."""

    items = fields.List(fields.Nested(FormerOut), required=True)


class VoteOut(Schema):
    """The votes of a post now."""

    votes = fields.Integer(required=True)
    voted = fields.Boolean(required=True)


class FollowOut(Schema):
    """Whether one follows a thread, and how many do."""

    followed = fields.Boolean(required=True)
    followers = fields.Integer(required=True)


class AcceptIn(Schema):
    """The reply that answers the question."""

    reply_id = key(required=True)


class HotOut(Schema):
    """A trending thread on the home page."""

    id = fields.String(required=True)
    title = fields.String(required=True, metadata=TITLE)
    space = fields.Nested(SpaceRefOut, required=True)
    votes = fields.Integer(required=True)
    replies = fields.Integer(required=True)
    answered = fields.Boolean(required=True)
    last_at = fields.DateTime(required=True)


class HotsOut(Schema):
    """The rail of discussions."""

    items = fields.List(fields.Nested(HotOut), required=True)

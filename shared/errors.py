"""Errors that rules and commands raise; one table turns them into HTTP answers."""

from __future__ import annotations


class Problem(Exception):
    """A named reason (`slug`) with a sentence for people; `fields` maps field names to sentences."""

    status = 500
    title = "The request failed"

    def __init__(
        self, slug: str, sentence: str, *, field: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.sentence = sentence
        self.fields: dict[str, list[str]] = {field: [sentence]} if field else {}
        self.retry_after = retry_after


class Refused(Problem):
    """A rule says no, and would say no again."""

    status = 422
    title = "The request was refused"


class Unauthorized(Problem):
    """Nobody is signed in, or the credential is not valid."""

    status = 401
    title = "Sign in first"


class Forbidden(Problem):
    """The person is known and has no right to this."""

    status = 403
    title = "Access denied"


class NotFound(Problem):
    """There is no such thing, or none that this person may know of."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    """Somebody else changed it first; `current` is the present state, as JSON values and times, for the answer."""

    status = 409
    title = "Changed elsewhere"

    def __init__(self, slug: str, sentence: str, *, field: str | None = None, current: object = None) -> None:
        super().__init__(slug, sentence, field=field)
        self.current = current


class Gone(Problem):
    """It was there once: used, expired or overtaken."""

    status = 410
    title = "No longer valid"


class TooMany(Problem):
    """A limit was reached; `retry_after` in seconds says when to come back."""

    status = 429
    title = "Too many requests"

    def __init__(self, slug: str, sentence: str, *, retry_after: int) -> None:
        super().__init__(slug, sentence, retry_after=retry_after)


class Unavailable(Problem):
    """A part that is needed does not answer; `retry_after` in seconds."""

    status = 503
    title = "Not available for the moment"

    def __init__(self, slug: str, sentence: str, *, retry_after: int = 5) -> None:
        super().__init__(slug, sentence, retry_after=retry_after)

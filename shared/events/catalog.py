"""What catalog tells the others: courses, ratings, and searches that found nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.fields import Flag, Id, Kind, Locale, Number, Pseudonym, PublicText

Mode = Annotated[Literal["self_paced", "instructor_led"], Kind("enum")]
ResourceKind = Annotated[
    Literal["video", "audio", "pdf", "html", "link", "exercise", "session"], Kind("enum")
]
AssessmentKind = Annotated[Literal["practice", "final"], Kind("enum")]


@event("catalog.CoursePublished.v1")
class CoursePublished(Event):
    """A version of a course was published, with what progress needs to judge it.

    `resources`, in the order of the course, maps a resource to its kind; `seconds` holds the duration of video
    and audio and the minimum reading time of the others; `pages` those of a PDF; `assessments` likewise with
    pass mark (percent), attempts allowed (0: any number) and time limit in seconds (0: none).
    """

    course_id: Id
    version: Number
    title: dict[Locale, PublicText]
    provider_id: Id
    mdo_id: Id | None
    mode: Mode
    minutes: Number
    certificate: Flag
    topics: tuple[Id, ...]
    competencies: dict[Id, Number]
    resources: dict[Id, ResourceKind]
    resource_titles: dict[Id, PublicText]
    required: tuple[Id, ...]
    seconds: dict[Id, Number]
    pages: dict[Id, Number]
    assessments: dict[Id, AssessmentKind]
    pass_marks: dict[Id, Number]
    attempts: dict[Id, Number]
    limits: dict[Id, Number]


@event("catalog.CourseRetired.v1")
class CourseRetired(Event):
    """A course is no longer offered; who has begun it may finish."""

    course_id: Id
    version: Number


@event("catalog.CourseRated.v1")
class CourseRated(Event):
    """A learner rated a course or changed the rating (0: withdrew it); the words stay in catalog."""

    user_id: Pseudonym
    course_id: Id
    stars: Number


@event("catalog.SearchMissed.v1")
class SearchMissed(Event):
    """A search found nothing; its text stays in catalog."""

    search_id: Id
    locale: Locale
    facets: Number

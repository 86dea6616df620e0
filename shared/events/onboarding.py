"""What onboarding tells the others: wizard, profiles, and the dictionary of positions, competencies and topics.

`mdo_id` is empty for somebody who acts before the news of the registration came here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from shared.events import Event, event
from shared.events.fields import Flag, Id, Kind, Locale, Number, Pseudonym, PublicText

Step = Annotated[Literal["welcome", "roles", "topics", "current", "desired", "walkthrough"], Kind("enum")]
Group = Annotated[Literal["a", "b", "c", "d", "contractual", "other"], Kind("enum")]
Standing = Annotated[Literal["verified", "retired"], Kind("enum")]
CompetencyKind = Annotated[Literal["behavioural", "functional", "domain"], Kind("enum")]
ProposalDecision = Annotated[Literal["accepted", "merged", "declined"], Kind("enum")]


@event("onboarding.OnboardingStepSaved.v1")
class OnboardingStepSaved(Event):
    """A person saved or skipped one step of the guided onboarding."""

    user_id: Pseudonym
    mdo_id: Id | None
    step: Step
    skipped: Flag


@event("onboarding.OnboardingCompleted.v1")
class OnboardingCompleted(Event):
    """A person pressed Done; `skipped` names the steps passed over."""

    user_id: Pseudonym
    mdo_id: Id | None
    mdo_path: tuple[Id, ...]
    skipped: tuple[Step, ...]


@event("onboarding.OnboardingStalled.v1")
class OnboardingStalled(Event):
    """Days after the first password the mandatory profile is still incomplete; told once."""

    user_id: Pseudonym
    mdo_id: Id | None
    missing: tuple[Id, ...]
    locale: Locale


@event("onboarding.ProfileCompleted.v1")
class ProfileCompleted(Event):
    """The mandatory profile became complete for the first time; levels are 1 to 5."""

    user_id: Pseudonym
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    position_id: Id | None
    group: Group
    locale: Locale
    topics: tuple[Id, ...]
    held: dict[Id, Number]
    desired: dict[Id, Number]
    gap: dict[Id, Number]


@event("onboarding.ProfileUpdated.v1")
class ProfileUpdated(Event):
    """A complete profile, its topics or its competencies changed; `changed` names the fields."""

    user_id: Pseudonym
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    position_id: Id | None
    group: Group
    locale: Locale
    topics: tuple[Id, ...]
    held: dict[Id, Number]
    desired: dict[Id, Number]
    gap: dict[Id, Number]
    changed: tuple[Id, ...]


@event("onboarding.ProfileChangeRequested.v1")
class ProfileChangeRequested(Event):
    """A change of a complete profile awaits the decision of the MDO's administrators."""

    user_id: Pseudonym
    change_id: Id
    mdo_id: Id
    mdo_path: tuple[Id, ...]
    fields: tuple[Id, ...]


@event("onboarding.ProfileChangeDecided.v1")
class ProfileChangeDecided(Event):
    """An administrator approved or declined one changed field of a profile."""

    user_id: Pseudonym
    change_id: Id
    field: Id
    approved: Flag
    locale: Locale


@event("onboarding.PositionPublished.v1")
class PositionPublished(Event):
    """A position of the dictionary was verified, changed or retired; `competencies` are the required levels."""

    position_id: Id
    status: Standing
    name: dict[Locale, PublicText]
    competencies: dict[Id, Number]


@event("onboarding.CompetencyPublished.v1")
class CompetencyPublished(Event):
    """A competency of the dictionary was verified, changed or retired."""

    competency_id: Id
    status: Standing
    kind: CompetencyKind
    name: dict[Locale, PublicText]


@event("onboarding.TopicPublished.v1")
class TopicPublished(Event):
    """A topic of interest was published, changed or retired."""

    topic_id: Id
    status: Standing
    group: Id
    name: dict[Locale, PublicText]


@event("onboarding.TopicProposed.v1")
class TopicProposed(Event):
    """A person proposed a topic; its text stays in onboarding."""

    user_id: Pseudonym
    proposal_id: Id
    mdo_id: Id | None


@event("onboarding.TopicProposalDecided.v1")
class TopicProposalDecided(Event):
    """A proposed topic was accepted, merged into another one, or declined."""

    user_id: Pseudonym
    proposal_id: Id
    decision: ProposalDecision
    topic_id: Id | None
    locale: Locale

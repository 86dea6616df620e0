"""Forms about a course: review, report, leaving, dispute."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import _strip

_LONG = Length(max=2000, message=_("Write at most 2,000 characters"))
_NOTE = Length(max=500, message=_("Write at most 500 characters"))
WORDS = (
    Length(min=3, message=_("Write at least 3 characters")),
    Length(max=1000, message=_("Write at most 1,000 characters")),
)

STARS = (
    ("5", _("5 stars: very good")),
    ("4", _("4 stars: good")),
    ("3", _("3 stars: fair")),
    ("2", _("2 stars: poor")),
    ("1", _("1 star: very poor")),
)
WRONG = (
    ("spam", _("It is advertising")),
    ("abuse", _("It insults or threatens somebody")),
    ("off_topic", _("It is not about the course")),
    ("other", _("Something else")),
)
REASONS = (
    ("no_time", _("No time now")),
    ("not_relevant", _("Not relevant to my work")),
    ("too_easy", _("Too easy")),
    ("too_hard", _("Too hard")),
    ("technical", _("Something does not work")),
    ("other", _("Something else")),
)


class ReviewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Stars and a text."""

    stars = RadioField(
        _("How many stars?"),
        validate_choice=False,
        validators=[DataRequired(_("Choose 1 to 5 stars."))],
    )
    text = TextAreaField(_("Your review (optional)"), validators=[_LONG], filters=[_strip])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.stars.choices = list(STARS)


class ReportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why somebody's review should be looked at."""

    reason = RadioField(
        _("What is wrong with it?"),
        validate_choice=False,
        validators=[DataRequired(_("Choose what is wrong"))],
    )
    note = TextAreaField(_("Note for the moderators (optional)"), validators=[_NOTE], filters=[_strip])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.reason.choices = list(WRONG)


class LeaveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why somebody leaves a course."""

    reason = RadioField(
        _("Why do you leave the course?"),
        validate_choice=False,
        validators=[DataRequired(_("Choose a reason"))],
    )
    note = TextAreaField(_("Note (optional)"), validators=[_NOTE], filters=[_strip])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.reason.choices = list(REASONS)


class DisputeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why the progress shown is wrong."""

    note = TextAreaField(
        _("What is wrong?"), validators=[DataRequired(_("Say what is wrong")), *WORDS], filters=[_strip]
    )

"""Forms about a course: review, report, leaving, dispute."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import _strip

_LONG = Length(max=2000, message=_("Write at most 2,000 characters"))
_NOTE = Length(max=500, message=_("Write at most 500 characters"))


class ReviewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Stars and a text."""

    stars = RadioField(
        _("How many stars?"),
        choices=[
            ("5", _("5 stars: very good")),
            ("4", _("4 stars: good")),
            ("3", _("3 stars: fair")),
            ("2", _("2 stars: poor")),
            ("1", _("1 star: very poor")),
        ],
        validators=[DataRequired(_("Choose 1 to 5 stars."))],
        validate_choice=False,
    )
    text = TextAreaField(_("Your review (optional)"), validators=[_LONG], filters=[_strip])


class ReportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why somebody's review should be looked at."""

    reason = RadioField(
        _("What is wrong with it?"),
        choices=[
            ("spam", _("It is advertising")),
            ("abuse", _("It insults or threatens somebody")),
            ("off_topic", _("It is not about the course")),
            ("other", _("Something else")),
        ],
        validators=[DataRequired(_("Choose what is wrong"))],
    )
    note = TextAreaField(_("Note for the moderators (optional)"), validators=[_NOTE], filters=[_strip])


class LeaveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why somebody leaves a course."""

    reason = RadioField(
        _("Why do you leave the course?"),
        choices=[
            ("no_time", _("No time now")),
            ("not_relevant", _("Not relevant to my work")),
            ("too_easy", _("Too easy")),
            ("too_hard", _("Too hard")),
            ("technical", _("Something does not work")),
            ("other", _("Something else")),
        ],
        validators=[DataRequired(_("Choose a reason"))],
    )
    note = TextAreaField(_("Note (optional)"), validators=[_NOTE], filters=[_strip])


class DisputeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why the progress shown is wrong."""

    note = TextAreaField(
        _("What is wrong?"), validators=[DataRequired(_("Say what is wrong")), _NOTE], filters=[_strip]
    )

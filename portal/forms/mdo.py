"""Forms of an organisation's administrator: inviting, files of people, mandates."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, FileField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import _strip
from portal.forms.course import WORDS
from portal.forms.profile import GROUPS

NEEDED = DataRequired(_("This is needed"))
LONG = Length(max=500, message=_("Write at most 500 characters"))
LINE = Length(max=200, message=_("This is too long"))


class Offering(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form whose lists are known beforehand."""

    offers: ClassVar[dict[str, Any]] = {}

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        for name, choices in self.offers.items():
            self[name].choices = list(choices)


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why something is done to somebody."""

    reason = TextAreaField(_("Reason"), validators=[NEEDED, LONG], filters=[_strip])


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One person to invite."""

    email = EmailField(_("Official email address"), validators=[NEEDED, LINE], filters=[_strip])
    first_name = StringField(_("First name"), validators=[NEEDED, LINE], filters=[_strip])
    last_name = StringField(_("Last name"), validators=[NEEDED, LINE], filters=[_strip])
    mdo_id = SelectField(_("Unit"), validators=[NEEDED], validate_choice=False)
    position_id = SelectField(_("Position"), validators=[NEEDED], validate_choice=False)
    locale = SelectField(_("Language of the mail"), validate_choice=False)

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}


class BulkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Many people as a table."""

    file = FileField(_("A CSV file"))
    text = TextAreaField(_("or the table as text"))


class MandateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which courses, for whom, by when, and why."""

    title_en = StringField(_("Title in English"), validators=[NEEDED, LINE], filters=[_strip])
    title_hi = StringField(_("Title in Hindi"), validators=[NEEDED, LINE], filters=[_strip])
    course_ids = SelectMultipleField(_("Courses"), validators=[NEEDED], validate_choice=False)
    mdo_ids = SelectMultipleField(_("Units"), validate_choice=False)
    position_ids = SelectMultipleField(_("Positions"), validate_choice=False)
    groups = SelectMultipleField(_("Service groups"), validate_choice=False)
    named = SelectMultipleField(_("People named so far"), validate_choice=False)
    emails = TextAreaField(_("Named people: one official address a line"), filters=[_strip])
    due = StringField(_("To be completed by"), validators=[NEEDED])
    reason = TextAreaField(_("Reason"), validators=[NEEDED, LONG], filters=[_strip])
    order_number = StringField(_("Order number (optional)"), validators=[Length(max=100)], filters=[_strip])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.groups.choices = [choice for choice in GROUPS if choice[0]]

    def body(self, user_ids: list[str]) -> dict[str, Any]:
        """What the call sends."""
        audience = {name: self[name].data or [] for name in ("mdo_ids", "position_ids", "groups")}
        made = {
            "title": {"en": self.title_en.data, "hi": self.title_hi.data},
            "course_ids": self.course_ids.data,
            "audience": {**audience, "user_ids": list(dict.fromkeys([*(self.named.data or []), *user_ids]))},
            "due": self.due.data,
            "reason": self.reason.data,
        }
        return made | ({"order_number": self.order_number.data} if self.order_number.data else {})


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The answer to a dispute."""

    text = TextAreaField(_("Answer"), validators=[NEEDED, *WORDS], filters=[_strip])


class AttendanceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who was at a session."""

    user_ids = SelectMultipleField(
        _("Who was there?"), validators=[DataRequired(_("Tick who was there"))], validate_choice=False
    )

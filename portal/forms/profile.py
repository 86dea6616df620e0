"""The form of the profile."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import LEVELS, _strip
from portal.i18n import NAMES

GROUPS = (
    ("", _("Choose")),
    ("a", _("Group A")),
    ("b", _("Group B")),
    ("c", _("Group C")),
    ("d", _("Group D")),
    ("contractual", _("Contractual")),
    ("other", _("Other")),
)
APPROVED = ("position_id", "group", "mdo_id")


class ProfileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a profile needs; the unit is one select for each level."""

    position_id = SelectField(
        _("Position"), validators=[DataRequired(_("Choose your position"))], validate_choice=False
    )
    mdo_1 = SelectField(
        _("Ministry or State"),
        validators=[DataRequired(_("Choose your ministry or State"))],
        validate_choice=False,
    )
    mdo_2 = SelectField(_("Department"), validate_choice=False)
    mdo_3 = SelectField(_("Organisation"), validate_choice=False)
    mdo_4 = SelectField(_("Unit"), validate_choice=False)
    mdo_5 = SelectField(_("Unit below"), validate_choice=False)
    group = SelectField(
        _("Service group"), validate_choice=False, validators=[DataRequired(_("Choose your service group"))]
    )
    locale = SelectField(_("Preferred language"), validate_choice=False)
    mobile = StringField(
        _("Mobile number (optional)"),
        validators=[Length(max=20, message=_("This is too long"))],
        filters=[_strip],
    )
    reason = TextAreaField(
        _("Reason for the change"), validators=[Length(max=500, message=_("Write at most 500 characters"))],
        filters=[_strip],
    )  # fmt: skip

    shown_levels: list[str]

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.group.choices = list(GROUPS)
        self.locale.choices = list(NAMES.items())

    def changes(self, mdo_id: str, stored: dict[str, Any]) -> dict[str, Any]:
        """What differs from the stored profile; the reason goes with what needs approval."""
        path = [self[level].data for level in LEVELS if self[level].data]
        typed = {
            "position_id": self.position_id.data,
            "mdo_id": mdo_id,
            "group": self.group.data,
            "locale": self.locale.data,
            "mobile": "".join((self.mobile.data or "").split()) or None,
        }
        changed = {name: value for name, value in typed.items() if (value or "") != (stored.get(name) or "")}
        if "mdo_id" in changed:
            changed["mdo_path"] = path
        if self.reason.data and any(name in changed for name in APPROVED):
            changed["reason"] = self.reason.data
        return changed

"""Forms of registration, passwords and signing in."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length

LEVELS = ("mdo_1", "mdo_2", "mdo_3", "mdo_4", "mdo_5")


def _strip(value: str | None) -> str | None:
    return value.strip() if value else value


class EmailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One official email address."""

    email = EmailField(
        _("Official email address"),
        validators=[
            DataRequired(_("Enter your official email address")),
            Length(max=254, message=_("This is too long")),
        ],
        filters=[_strip],
    )


class SignInForm(EmailForm):
    """Address and password."""

    password = PasswordField(
        _("Password"),
        validators=[DataRequired(_("Enter your password")), Length(max=1024, message=_("This is too long"))],
    )
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new password."""

    password = PasswordField(
        _("New password"),
        validators=[DataRequired(_("Enter a new password")), Length(max=1024, message=_("This is too long"))],
    )


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """First and last name."""

    first_name = StringField(
        _("First name"),
        validators=[DataRequired(_("Enter your first name")), Length(max=100, message=_("This is too long"))],
        filters=[_strip],
    )
    last_name = StringField(
        _("Last name"),
        validators=[DataRequired(_("Enter your last name")), Length(max=100, message=_("This is too long"))],
        filters=[_strip],
    )


class CorrectionForm(PasswordForm, NameForm):
    """The first password, and what the owner corrects of the registration; a unit is kept unless one is chosen."""

    position_id = SelectField(_("Position"), validate_choice=False)
    mdo_1 = SelectField(_("Ministry or State"), validate_choice=False)
    mdo_2 = SelectField(_("Department"), validate_choice=False)
    mdo_3 = SelectField(_("Organisation"), validate_choice=False)
    mdo_4 = SelectField(_("Unit"), validate_choice=False)
    mdo_5 = SelectField(_("Unit below"), validate_choice=False)

    shown_levels: list[str]

    def corrections(self, mdo_id: str, owner: dict[str, Any]) -> dict[str, Any]:
        """What differs from the registration."""
        typed = {
            "first_name": self.first_name.data,
            "last_name": self.last_name.data,
            "position_id": self.position_id.data,
            "mdo_id": mdo_id,
        }
        return {name: value for name, value in typed.items() if value and value != owner.get(name)}


class RegistrationForm(EmailForm, NameForm):
    """Who somebody is and where they work; the unit is one select for each level."""

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
    declaration = BooleanField(
        _("I declare that I work for the organisation named above and that what I have written is true."),
        validators=[DataRequired(_("Tick the box to declare that what you have written is true."))],
    )

    shown_levels: list[str]

    def answers(self, mdo_id: str, locale: str) -> dict[str, Any]:
        """The body of the call that registers."""
        return {
            "first_name": self.first_name.data,
            "last_name": self.last_name.data,
            "position_id": self.position_id.data,
            "email": self.email.data,
            "mdo_id": mdo_id,
            "declaration": True,
            "locale": locale,
        }

"""Forms of the own account: codes of the second factor, passwords."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import EmailForm, NameForm, _strip

_LONG = Length(max=1024, message=_("This is too long"))


def _joined(value: str | None) -> str | None:
    """A code without the blanks that apps show in it."""
    return "".join(value.split()) if value else value


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A code of an authenticator app; `sealed` carries what an earlier page was told."""

    code = StringField(
        _("Code"),
        validators=[DataRequired(_("Enter the code")), Length(max=32, message=_("This is too long"))],
        filters=[_joined],
    )
    sealed = HiddenField()


class ProofForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The own password, as proof."""

    password = PasswordField(_("Password"), validators=[DataRequired(_("Enter your password")), _LONG])


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The present password and the next one."""

    current_password = PasswordField(
        _("Present password"), validators=[DataRequired(_("Enter your password")), _LONG]
    )
    new_password = PasswordField(
        _("New password"), validators=[DataRequired(_("Enter a new password")), _LONG]
    )


class NewEmailForm(EmailForm):
    """Another address, and the password as proof."""

    password = PasswordField(_("Password"), validators=[DataRequired(_("Enter your password")), _LONG])


class NewNameForm(NameForm):
    """Another name, and why."""

    reason = TextAreaField(
        _("Reason for the change"),
        validators=[
            DataRequired(_("Say why. Your organisation's administrator decides with your reason.")),
            Length(min=3, message=_("Write at least 3 characters")),
            Length(max=500, message=_("Write at most 500 characters")),
        ],
        filters=[_strip],
    )

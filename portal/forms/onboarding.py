"""Forms of the wizard: roles with activities, a proposed topic."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import _strip

TEXT = Length(max=100, message=_("Write at most 100 characters"))


class RolesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new role with its first activity; `roles_form` adds one field for each role there is."""

    title = StringField(_("Role"), validators=[TEXT], filters=[_strip])
    activity = StringField(_("Activity"), validators=[TEXT], filters=[_strip])


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The title of a role; `role_form` adds its activities."""

    title = StringField(_("Role"), validators=[DataRequired(_("Enter the role")), TEXT], filters=[_strip])


class TopicForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A topic that is missing, and why it is needed."""

    name = StringField(
        _("Name of the topic"),
        validators=[DataRequired(_("Enter the name of the topic")), TEXT],
        filters=[_strip],
    )
    reason = TextAreaField(
        _("Why is it needed?"),
        validators=[
            DataRequired(_("Say why the topic is needed")),
            Length(max=500, message=_("Write at most 500 characters")),
        ],
        filters=[_strip],
    )


def roles_form(roles: list[dict[str, Any]]) -> RolesForm:
    """The form of the roles page: what is new, and one more activity for each role."""
    names = {
        f"activity_{role['id']}": StringField(_("Another activity"), validators=[TEXT], filters=[_strip])
        for role in roles
    }
    made: RolesForm = type("RolesForm", (RolesForm,), names)()
    return made


def role_form(role: dict[str, Any]) -> RoleForm:
    """The form to edit a role: its title and each activity, filled with what is stored."""
    fields = {
        f"activity_{part['id']}": StringField(
            _("Activity"),
            validators=[DataRequired(_("Enter the activity, or delete it")), TEXT],
            filters=[_strip],
        )
        for part in role["activities"]
    }
    stored = {"title": role["title"], **{f"activity_{p['id']}": p["text"] for p in role["activities"]}}
    made: RoleForm = type("RoleForm", (RoleForm,), fields)(data=stored)
    return made

"""Forms of the platform's administrators: units, providers, roles, domains, topics, messages."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.forms.account import _strip
from portal.forms.mdo import LINE, LONG, NEEDED, Offering

KINDS = (
    ("ministry", _("Ministry")),
    ("state", _("State")),
    ("department", _("Department")),
    ("organisation", _("Organisation")),
)
ROLES = (
    ("MDO_ADMIN", _("Administrator of an organisation")),
    ("CONTENT_CREATOR", _("Author of courses")),
    ("CONTENT_REVIEWER", _("Reviewer of courses")),
    ("CONTENT_PUBLISHER", _("Publisher of courses")),
    ("FRAC_ADMIN", _("Editor of the dictionary")),
    ("SPV_ADMIN", _("Administrator of the platform")),
)
MODES = (
    ("direct", _("Direct: the account is made at once")),
    ("approval", _("Approval: the organisation decides on each registration")),
)
_ID_HINT = _("Small letters, digits and hyphens; it cannot be changed later.")


class NameForm(Offering):
    """A name in both languages."""

    name_en = StringField(_("Name in English"), validators=[NEEDED, LINE], filters=[_strip])
    name_hi = StringField(_("Name in Hindi"), validators=[NEEDED, LINE], filters=[_strip])

    @property
    def names(self) -> dict[str, Any]:
        """The name as the API takes it."""
        return {"en": self.name_en.data, "hi": self.name_hi.data}


class UnitForm(NameForm):
    """A unit to add."""

    offers: ClassVar[dict[str, Any]] = {"kind": KINDS}
    id = StringField(_("Id"), description=_ID_HINT, validators=[NEEDED, LINE], filters=[_strip])
    kind = SelectField(_("Kind"), validate_choice=False)
    parent_id = SelectField(_("Stands below"), validate_choice=False)

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        made = {"id": self.id.data, "kind": self.kind.data, "name": self.names}
        return made | ({"parent_id": self.parent_id.data} if self.parent_id.data else {})


class ProviderForm(NameForm):
    """A provider of courses to add."""

    id = StringField(_("Id"), description=_ID_HINT, validators=[NEEDED, LINE], filters=[_strip])
    mdo_id = SelectField(_("Organisation (optional)"), validate_choice=False)

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        made = {"id": self.id.data, "name": self.names}
        return made | ({"mdo_id": self.mdo_id.data} if self.mdo_id.data else {})


class GrantForm(Offering):
    """A role to grant."""

    offers: ClassVar[dict[str, Any]] = {"role": ROLES}
    role = SelectField(_("Role"), validate_choice=False)
    scope = SelectField(
        _("For which unit"),
        description=_("Only for administrators of an organisation."),
        validate_choice=False,
    )


class DomainForm(Offering):
    """A mail domain to ask for."""

    offers: ClassVar[dict[str, Any]] = {"mode": MODES}
    name = StringField(
        _("Mail domain"),
        description=_("What stands after the @ sign."),
        validators=[NEEDED, Length(max=64, message=_("This is too long"))],
        filters=[_strip],
    )
    include_subdomains = BooleanField(_("Also everything below it"))
    mode = SelectField(_("What happens with a registration"), validate_choice=False)
    reason = TextAreaField(_("Reason"), validators=[NEEDED, LONG], filters=[_strip])

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        return {
            "name": self.name.data,
            "include_subdomains": bool(self.include_subdomains.data),
            "mode": self.mode.data,
            "reason": self.reason.data,
        }


class MessageForm(Offering):
    """A message that was set aside: its body and why it is edited or dropped."""

    body = TextAreaField(_("Body"), render_kw={"rows": 12, "lang": "en"})
    reason = TextAreaField(_("Reason (needed to edit or drop)"), validators=[LONG], filters=[_strip])

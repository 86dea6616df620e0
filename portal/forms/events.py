"""The form of an event. Times are typed in Indian time and sent in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from portal.forms.account import _strip
from portal.forms.cbp import lines
from portal.forms.mdo import LINE, NEEDED, Offering
from portal.i18n import NAMES

INDIA = ZoneInfo("Asia/Kolkata")
KINDS = (
    ("webinar", _("Webinar")),
    ("workshop", _("Workshop")),
    ("talk", _("Talk")),
    ("other", _("Other event")),
)
LANGUAGES = (("en", _("English")), ("hi", _("Hindi")))
AUDIENCES = (("all", _("Everybody")), ("mdo", _("People of the unit and of units below it")))
LATER = ("about_en", "about_hi", "join_url", "place", "speakers", "capacity")
_TITLE = Length(max=150, message=_("Write at most 150 characters"))
_ABOUT = Length(max=5000, message=_("Write at most 5,000 characters"))
_WHOLE = _("Write a number; 0 means no limit")


def in_utc(text: str | None) -> str:
    """A time as typed, in Indian time, as the API takes it; raises ValueError when it is none."""
    typed = datetime.fromisoformat(text or "")
    return typed.replace(tzinfo=INDIA).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def in_india(text: str) -> str:
    """A time of the API as the field shows it."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(INDIA)
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("kind", "language", "audience", "capacity"), lambda value: value),
    **dict.fromkeys(("starts_at", "ends_at"), in_utc),
    **dict.fromkeys(("join_url", "place"), lambda value: value or ""),
    **dict.fromkeys(("mdo_id", "course_id"), lambda value: value or None),
    "speakers": lines,
    "topics": lambda value: value or [],
}


def _moment(_form: Any, field: Any) -> None:
    try:
        in_utc(field.data)
    except ValueError:
        raise ValidationError(str(_("Give a day and a time, for example 2027-03-31T15:00"))) from None


class EventForm(Offering):
    """Everything about an event."""

    offers: ClassVar[dict[str, Any]] = {"kind": KINDS, "language": LANGUAGES, "audience": AUDIENCES}
    title_en = StringField(_("Title in English"), validators=[_TITLE], filters=[_strip])
    title_hi = StringField(_("Title in Hindi"), validators=[_TITLE], filters=[_strip])
    about_en = TextAreaField(_("Description in English"), validators=[_ABOUT], filters=[_strip])
    about_hi = TextAreaField(_("Description in Hindi"), validators=[_ABOUT], filters=[_strip])
    kind = SelectField(_("Kind"), validate_choice=False)
    language = SelectField(_("Language"), validate_choice=False)
    starts_at = StringField(
        _("Begins (Indian time)"), validators=[NEEDED, _moment], render_kw={"type": "datetime-local"}
    )
    ends_at = StringField(
        _("Ends (Indian time)"), validators=[NEEDED, _moment], render_kw={"type": "datetime-local"}
    )
    join_url = StringField(
        _("Link to join (optional)"),
        description=_("It begins with https:// and is shown to registered people only."),
        validators=[Length(max=500, message=_("This is too long"))],
        filters=[_strip],
    )
    place = StringField(_("Place (optional)"), validators=[LINE], filters=[_strip])
    speakers = TextAreaField(_("Speakers (optional): one name a line"))
    capacity = IntegerField(
        _("Number of places"),
        description=_("0 means no limit. When all are taken, people wait for one."),
        validators=[InputRequired(_WHOLE), NumberRange(min=0, max=100_000, message=_WHOLE)],
    )
    mdo_id = SelectField(_("Organised by"), validate_choice=False)
    audience = RadioField(_("Who may come"), validators=[NEEDED], validate_choice=False)
    topics = SelectMultipleField(_("Topics (at most 5)"), validate_choice=False)
    course_id = SelectField(_("Belongs to the course (optional)"), validate_choice=False)

    def validate_title_hi(self, field: Any) -> None:
        """One of the two titles is enough."""
        if not field.data and not self.title_en.data:
            raise ValidationError(str(_("Write a title in one language at least")))

    def body(self) -> dict[str, Any]:
        """What the call sends: what the fields of the form hold; of a published event some are taken out."""
        made: dict[str, Any] = {
            name: {code: self[f"{name}_{code}"].data for code in NAMES if self[f"{name}_{code}"].data}
            for name in ("title", "about")
            if f"{name}_en" in self
        }
        for field in self:
            if field.name in _READ:
                made[field.name] = _READ[field.name](field.data)
        return made

    @staticmethod
    def typed(found: dict[str, Any]) -> dict[str, Any]:
        """An event as the form shows it."""
        pairs = {
            f"{name}_{code}": (found.get(name) or {}).get(code, "")
            for name in ("title", "about")
            for code in NAMES
        }
        plain = ("kind", "language", "join_url", "place", "capacity", "audience", "course_id")
        return {
            **pairs,
            **{name: found.get(name) for name in plain},
            "starts_at": in_india(found["starts_at"]),
            "ends_at": in_india(found["ends_at"]),
            "speakers": "\n".join(found.get("speakers") or []),
            "mdo_id": (found.get("mdo") or {}).get("id", ""),
            "topics": [topic["id"] for topic in found.get("topics") or []],
        }

"""Forms of Network and Careers: a note to somebody, an application, an opening."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from portal.forms.account import _strip
from portal.forms.mdo import LINE, NEEDED, Offering
from portal.i18n import NAMES

_ABOUT = Length(max=5000, message=_("Write at most 5,000 characters"))


class ConnectForm(Offering):
    """A note to somebody one wants to connect with."""

    note = TextAreaField(
        _("Note (optional)"),
        description=_("At most 300 characters. The person reads it beside your request."),
        validators=[Length(max=300, message=_("Write at most 300 characters"))],
        filters=[_strip],
    )


class ApplyForm(Offering):
    """A note to those who fill an opening."""

    note = TextAreaField(
        _("Note (optional)"),
        description=_("At most 1,000 characters. Administrators of the organisation read it."),
        validators=[Length(max=1000, message=_("Write at most 1,000 characters"))],
        filters=[_strip],
    )


class OpeningForm(Offering):
    """An opening; the competencies are fields of the page."""

    title_en = StringField(_("Title in English"), validators=[LINE], filters=[_strip])
    title_hi = StringField(_("Title in Hindi"), validators=[LINE], filters=[_strip])
    about_en = TextAreaField(_("Description in English"), validators=[_ABOUT], filters=[_strip])
    about_hi = TextAreaField(_("Description in Hindi"), validators=[_ABOUT], filters=[_strip])
    mdo_id = SelectField(_("Unit"), validators=[NEEDED], validate_choice=False)
    position_id = SelectField(_("Position"), validators=[NEEDED], validate_choice=False)
    last_date = StringField(_("Last date to apply"), validators=[NEEDED], render_kw={"type": "date"})
    places = IntegerField(
        _("Number of places"),
        validators=[
            InputRequired(_("Write a number, 1 or more")),
            NumberRange(min=1, max=10_000, message=_("Write a number, 1 or more")),
        ],
    )

    def validate_title_hi(self, field: Any) -> None:
        """One of the two titles is enough."""
        if not field.data and not self.title_en.data:
            raise ValidationError(str(_("Write a title in one language at least")))

    def validate_last_date(self, field: Any) -> None:
        """A day of the calendar."""
        try:
            date.fromisoformat(field.data or "")
        except ValueError:
            raise ValidationError(str(_("Give a day, for example 2027-03-31"))) from None

    def body(self, levels: dict[str, int]) -> dict[str, Any]:
        """What the call sends; `levels` by competency id."""
        pairs = {
            name: {code: self[f"{name}_{code}"].data for code in NAMES if self[f"{name}_{code}"].data}
            for name in ("title", "about")
        }
        needs = [{"competency_id": key, "level": level} for key, level in levels.items()]
        plain = {name: self[name].data for name in ("mdo_id", "position_id", "last_date", "places")}
        return {**pairs, **plain, "competencies": needs}

"""Forms of Discuss: asking, replying, reporting."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.forms.account import _strip
from portal.forms.mdo import LONG, NEEDED, Offering

_BODY = Length(max=10_000, message=_("Write at most 10,000 characters"))
_TITLE = Length(min=5, max=150, message=_("Write 5 to 150 characters"))
WRONG = (
    ("spam", _("It is advertising")),
    ("abuse", _("It insults or threatens somebody")),
    ("off_topic", _("It does not belong here")),
    ("personal_data", _("It shows somebody's personal data")),
    ("other", _("Something else")),
)


class QuestionForm(Offering):
    """A title and a text."""

    title = StringField(_("Your question in one line"), validators=[NEEDED, _TITLE], filters=[_strip])
    body = TextAreaField(
        _("What others should know to answer"),
        description=_("At most 10,000 characters, in any script. Leave out personal and secret data."),
        validators=[NEEDED, _BODY],
        filters=[_strip],
        render_kw={"rows": 8},
    )


class AskForm(QuestionForm):
    """A question, and where it belongs."""

    space = SelectField(_("Where does it belong?"), validators=[NEEDED], validate_choice=False)


class AnswerForm(Offering):
    """A reply."""

    body = TextAreaField(_("Your reply"), validators=[NEEDED, _BODY], filters=[_strip], render_kw={"rows": 6})


class WrongForm(Offering):
    """Why somebody's post should be looked at."""

    offers: ClassVar[dict[str, Any]] = {"reason": WRONG}
    reason = RadioField(
        _("What is wrong with it?"),
        validators=[DataRequired(_("Choose what is wrong"))],
        validate_choice=False,
    )
    note = TextAreaField(_("Note for the moderators (optional)"), validators=[LONG], filters=[_strip])

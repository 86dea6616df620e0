"""Forms of the dictionary's editors; nested things are written as lines."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.forms.account import _strip
from portal.forms.cbp import lines
from portal.forms.mdo import LINE, NEEDED, Offering
from portal.forms.profile import GROUPS
from portal.forms.spv import NameForm

KINDS = (("behavioural", _("Behavioural")), ("functional", _("Functional")), ("domain", _("Domain")))
TABLES = (("positions", _("Positions")), ("competencies", _("Competencies")), ("topics", _("Topics")))
FORMATS = (("csv", _("CSV")), ("json", _("JSON")))
_PROSE = Length(max=2048, message=_("This is too long"))


def _parts(line: str, count: int) -> list[str]:
    """The parts of a line between bars, always as many as asked for."""
    found = [part.strip() for part in line.split("|")]
    return (found + [""] * count)[:count]


class TopicForm(NameForm):
    """A topic: its name and its group."""

    group = StringField(_("Group"), validators=[NEEDED, LINE], filters=[_strip])

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        return {"name": self.names, "group": self.group.data}

    @staticmethod
    def typed(entry: dict[str, Any]) -> dict[str, Any]:
        """An entry as the form shows it."""
        name, about = entry.get("name") or {}, entry.get("description") or {}
        return {
            "name_en": name.get("en"), "name_hi": name.get("hi"), "group": entry.get("group") or "",
            "about_en": about.get("en"), "about_hi": about.get("hi"),
        }  # fmt: skip


class _Described(NameForm):
    about_en = TextAreaField(_("Description in English"), validators=[NEEDED, _PROSE], filters=[_strip])
    about_hi = TextAreaField(_("Description in Hindi"), validators=[NEEDED, _PROSE], filters=[_strip])

    def described(self) -> dict[str, Any]:
        """Name and description as the API takes them."""
        return {"name": self.names, "description": {"en": self.about_en.data, "hi": self.about_hi.data}}


class CompetencyForm(_Described):
    """A competency with its five levels, one a line."""

    offers: ClassVar[dict[str, Any]] = {"kind": KINDS}
    kind = SelectField(_("Kind"), validate_choice=False)
    group = StringField(_("Group"), validators=[NEEDED, LINE], filters=[_strip])
    levels = TextAreaField(
        _("The five levels"),
        description=_("One a line: name in English | name in Hindi | description in English | in Hindi"),
        render_kw={"rows": 6, "lang": "en"},
        validators=[Optional()],
    )

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        levels = []
        for number, line in enumerate(lines(self.levels.data), 1):
            name_en, name_hi, text_en, text_hi = _parts(line, 4)
            name, text = {"en": name_en, "hi": name_hi}, {"en": text_en, "hi": text_hi}
            levels.append({"level": number, "name": name, "description": text})
        made = {**self.described(), "kind": self.kind.data, "group": self.group.data}
        return made | ({"levels": levels} if levels else {})

    @staticmethod
    def typed(entry: dict[str, Any]) -> dict[str, Any]:
        """An entry as the form shows it."""
        rows = [
            " | ".join((one["name"].get("en", ""), one["name"].get("hi", ""), *_both(one["description"])))
            for one in entry.get("levels") or []
        ]
        return {**TopicForm.typed(entry), "kind": entry.get("kind"), "levels": "\n".join(rows)}


class PositionForm(_Described):
    """A position with its roles and their activities, written as lines."""

    group = SelectField(_("Service group"), validate_choice=False)
    roles = TextAreaField(
        _("Roles and activities"),
        description=_(
            "A role: # name in English | name in Hindi. Below it its activities: "
            "- name in English | name in Hindi | competency level, competency level"
        ),
        render_kw={"rows": 12, "lang": "en"},
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.group.choices = [("", _("None")), *(choice for choice in GROUPS if choice[0])]

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        roles: list[dict[str, Any]] = []
        for line in lines(self.roles.data):
            if line.startswith("#") or not roles:
                english, hindi = _parts(line.lstrip("# "), 2)
                roles.append({"name": {"en": english, "hi": hindi}, "activities": []})
                continue
            english, hindi, needed = _parts(line.lstrip("- "), 3)
            activity = {"name": {"en": english, "hi": hindi}, "competencies": _needs(needed)}
            roles[-1]["activities"].append(activity)
        return {**self.described(), "group": self.group.data or None, "roles": roles}

    @staticmethod
    def typed(entry: dict[str, Any]) -> dict[str, Any]:
        """An entry as the form shows it."""
        rows = []
        for role in entry.get("roles") or []:
            rows.append("# " + " | ".join(_both(role["name"])))
            for act in role["activities"]:
                needed = ", ".join(f"{one['competency_id']} {one['level']}" for one in act["competencies"])
                rows.append("- " + " | ".join((*_both(act["name"]), needed)))
        return {**TopicForm.typed(entry), "roles": "\n".join(rows)}


def _both(text: dict[str, Any]) -> tuple[str, str]:
    return str(text.get("en", "")), str(text.get("hi", ""))


def _needs(text: str) -> list[dict[str, Any]]:
    found = [part.rsplit(None, 1) for part in text.split(",") if part.strip()]
    return [
        {"competency_id": one[0].strip(), "level": int(one[-1]) if one[-1].isdigit() else 0} for one in found
    ]


class LoadForm(Offering):
    """A file of entries."""

    offers: ClassVar[dict[str, Any]] = {"kind": TABLES, "format": FORMATS}
    kind = SelectField(_("What"), validate_choice=False)
    format = SelectField(_("Format"), validate_choice=False)
    file = FileField(_("File"), description=_("In UTF-8, at most 1 MB, as exported here."))
    text = TextAreaField(_("or the text of the file"), render_kw={"rows": 6})

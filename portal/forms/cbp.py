"""Forms of those who write and review courses: what a course is, its modules, resources and tests."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from portal.forms.account import _strip
from portal.forms.mdo import LINE, LONG, NEEDED, Offering
from portal.i18n import NAMES

_TITLE = Length(max=300, message=_("This is too long"))
_PROSE = Length(max=50_000, message=_("This is too long"))
NOTES = Length(max=2000, message=_("Write at most 2,000 characters"))
DIFFICULTIES = (("basic", _("Basic")), ("intermediate", _("Intermediate")), ("advanced", _("Advanced")))
MODES = (("self_paced", _("Self-paced")), ("instructor_led", _("Instructor-led")))
TYPES = (("course", _("Course")), ("program", _("Programme")))
FILE_KINDS = (
    ("pdf", _("PDF")),
    ("video", _("Video")),
    ("audio", _("Audio")),
    ("image", _("Picture")),
    ("captions", _("Captions (WebVTT)")),
)
PURPOSES = (
    ("", _("None of these")),
    ("case_study", _("Case study")),
    ("further_reading", _("Further reading")),
    ("hands_on", _("Hands-on exercise")),
)
VERDICTS = (("approve", _("Approve: it can be published")), ("return", _("Return it with notes")))
TEST_KINDS = (("practice", _("Practice")), ("final", _("Final test")))


def lines(text: str | None) -> list[str]:
    """The lines of a field that hold something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class TitleForm(Offering):
    """A title in both languages; a course in one language needs one."""

    title_en = StringField(_("Title in English"), validators=[_TITLE], filters=[_strip])
    title_hi = StringField(_("Title in Hindi"), validators=[_TITLE], filters=[_strip])

    def both(self, name: str) -> dict[str, Any]:
        """The texts of a pair of fields, without empty ones."""
        found = {code: self[f"{name}_{code}"].data for code in NAMES if f"{name}_{code}" in self}
        return {code: text for code, text in found.items() if text}


class BeginForm(TitleForm):
    """A course to begin."""

    provider_id = SelectField(_("Provider"), validators=[NEEDED], validate_choice=False)


class CourseForm(TitleForm):
    """Everything about a course but its content."""

    offers: ClassVar[dict[str, Any]] = {"difficulty": DIFFICULTIES, "mode": MODES, "content_type": TYPES}
    summary_en = TextAreaField(_("Summary in English"), validators=[_TITLE], filters=[_strip])
    summary_hi = TextAreaField(_("Summary in Hindi"), validators=[_TITLE], filters=[_strip])
    description_en = TextAreaField(_("Description in English"), validators=[_PROSE], filters=[_strip])
    description_hi = TextAreaField(_("Description in Hindi"), validators=[_PROSE], filters=[_strip])
    objectives_en = TextAreaField(_("What people learn, in English: one thing a line"))
    objectives_hi = TextAreaField(_("The same in Hindi, in the same order"))
    keywords_en = StringField(_("Keywords in English, with commas between"))
    keywords_hi = StringField(_("Keywords in Hindi, with commas between"))
    topics = SelectMultipleField(_("Topics"), validate_choice=False)
    competencies = TextAreaField(
        _("Competencies"),
        render_kw={"lang": "en"},
        description=_("One a line: the id from the dictionary, a space, the level 1 to 5."),
    )
    locales = SelectMultipleField(_("Languages of the course"), validators=[NEEDED], validate_choice=False)
    difficulty = SelectField(_("Difficulty"), validate_choice=False)
    mode = SelectField(_("Way of learning"), validate_choice=False)
    content_type = SelectField(_("Kind of content"), validate_choice=False)
    authors = TextAreaField(_("Authors: one name a line"))
    poster = SelectField(_("Picture"), validate_choice=False)
    open = BooleanField(_("Open to all organisations"))
    certificate = BooleanField(_("People get a certificate on completion"))

    def body(self) -> dict[str, Any]:
        """What the call sends."""
        made = {name: self.both(name) for name in ("title", "summary", "description")}
        english, hindi = lines(self.objectives_en.data), lines(self.objectives_hi.data)
        count = max(len(english), len(hindi))
        pairs = [
            (english + [""] * count)[n : n + 1] + (hindi + [""] * count)[n : n + 1] for n in range(count)
        ]
        goals = [{code: text for code, text in zip(NAMES, pair, strict=True) if text} for pair in pairs]
        needs = [line.rsplit(None, 1) for line in lines(self.competencies.data)]
        levels = [
            {"competency_id": one[0], "level": int(one[-1]) if one[-1].isdigit() else 0} for one in needs
        ]
        keywords = {code: _words(self[f"keywords_{code}"].data) for code in NAMES}
        plain = {name: self[name].data for name in ("locales", "difficulty", "mode", "content_type")}
        return {
            **made, **plain, "objectives": goals, "competencies": levels, "keywords": keywords,
            "topics": self.topics.data or [], "authors": lines(self.authors.data),
            "poster": self.poster.data or None, "open": bool(self.open.data),
            "certificate": bool(self.certificate.data),
        }  # fmt: skip


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


class UploadForm(Offering):
    """A file of a course."""

    offers: ClassVar[dict[str, Any]] = {"kind": FILE_KINDS}
    kind = SelectField(_("What it is"), validate_choice=False)
    file = FileField(_("File"), description=_("At most 20 MB."))


class ResourceForm(TitleForm):
    """One resource; fields that its kind does not use are taken out."""

    offers: ClassVar[dict[str, Any]] = {"purpose": PURPOSES}
    file = SelectField(_("File"), validate_choice=False)
    seconds = IntegerField(_("How long it runs, in seconds"), validators=[Optional()])
    captions_en = SelectField(_("Captions in English"), validate_choice=False)
    captions_hi = SelectField(_("Captions in Hindi"), validate_choice=False)
    pages = IntegerField(_("Number of pages"), validators=[Optional()])
    html_en = TextAreaField(_("Text in English (HTML)"), validators=[_PROSE], render_kw={"rows": 10})
    html_hi = TextAreaField(_("Text in Hindi (HTML)"), validators=[_PROSE], render_kw={"rows": 10})
    link_url = StringField(_("Address of the page"), validators=[Length(max=500)], filters=[_strip])
    task_en = TextAreaField(_("The exercise in English"), validators=[_PROSE])
    task_hi = TextAreaField(_("The exercise in Hindi"), validators=[_PROSE])
    starts_at = StringField(
        _("Begins"), description=_("For example 2026-12-31T10:00+05:30"), filters=[_strip]
    )
    ends_at = StringField(_("Ends"), filters=[_strip])
    place_en = StringField(_("Place in English"), validators=[LINE], filters=[_strip])
    place_hi = StringField(_("Place in Hindi"), validators=[LINE], filters=[_strip])
    transcript_en = TextAreaField(_("Transcript in English"), validators=[_PROSE])
    transcript_hi = TextAreaField(_("Transcript in Hindi"), validators=[_PROSE])
    purpose = SelectField(_("It is also"), validate_choice=False)
    required = BooleanField(_("Needed to complete the course"))


class AssessmentForm(TitleForm):
    """The rules of a test."""

    offers: ClassVar[dict[str, Any]] = {"kind": TEST_KINDS}
    kind = SelectField(_("Kind"), validate_choice=False)
    module_id = SelectField(_("Belongs to"), validate_choice=False)
    pass_mark = IntegerField(_("Pass mark, percent"), validators=[Optional()])
    attempts = IntegerField(_("Attempts (0: as many as one likes)"), validators=[Optional()])
    minutes = IntegerField(_("Minutes (0: no limit)"), validators=[Optional()])
    draw = IntegerField(_("How many questions are drawn (empty: all)"), validators=[Optional()])
    shuffle = BooleanField(_("Shuffle the questions"))


class QuestionForm(Offering):
    """What all questions have; choices and pairs are fields of the page."""

    text_en = TextAreaField(_("Question in English"), validators=[_PROSE], filters=[_strip])
    text_hi = TextAreaField(_("Question in Hindi"), validators=[_PROSE], filters=[_strip])
    explanation_en = TextAreaField(_("Explanation in English"), validators=[_PROSE], filters=[_strip])
    explanation_hi = TextAreaField(_("Explanation in Hindi"), validators=[_PROSE], filters=[_strip])
    points = IntegerField(_("Points"), validators=[Optional()])

    both = TitleForm.both


class VerdictForm(Offering):
    """What a reviewer decides."""

    offers: ClassVar[dict[str, Any]] = {"decision": VERDICTS}
    decision = RadioField(_("Decision"), validators=[DataRequired(_("Choose one"))], validate_choice=False)
    notes = TextAreaField(_("Notes for the authors"), validators=[NOTES], filters=[_strip])


class ReplyForm(Offering):
    """A reply to a review."""

    text = TextAreaField(_("Reply"), validators=[NEEDED, LONG], filters=[_strip])


class ArchiveForm(Offering):
    """A course as a zip."""

    file = FileField(_("ZIP file"), description=_("With course.json and files/, at most 50 MB."))

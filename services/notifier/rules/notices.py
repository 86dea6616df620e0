"""The table of notices: what a kind says in both languages, where it leads, and what may be switched off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.notifier.rules.community import page_of
from services.notifier.rules.learning import title_in

Document = dict[str, Any]


@dataclass(frozen=True)
class NoticeKind:
    """The text of a notice and the page of the portal it leads to."""

    en: str
    hi: str
    link: str
    own_page: bool = False  # Leads to `link` also when the notice names a course.

    @property
    def text(self) -> dict[str, str]:
        """The text in both languages."""
        return {"en": self.en, "hi": self.hi}


NOTICES: dict[str, NoticeKind] = {
    "welcome": NoticeKind(
        "Welcome to Karmayogi. Complete your profile to begin.",
        "कर्मयोगी में आपका स्वागत है। आरंभ करने के लिए अपनी प्रोफ़ाइल पूरी करें।",
        "/profile",
    ),
    "password_changed": NoticeKind("Your password was changed.", "आपका पासवर्ड बदला गया है।", "/account"),
    "approval_needed": NoticeKind(
        "A registration awaits your decision.", "एक पंजीकरण आपके निर्णय की प्रतीक्षा में है।", "/mdo/approvals"
    ),
    "role_granted": NoticeKind(
        "You were given a role. Sign in again to use it.",
        "आपको एक भूमिका दी गई है। इसका उपयोग करने के लिए फिर से साइन इन करें।",
        "/account",
    ),
    "role_revoked": NoticeKind("A role was taken from you.", "आपसे एक भूमिका वापस ली गई है।", "/account"),
    "name_change_needed": NoticeKind(
        "A change of name awaits your decision.",
        "नाम में परिवर्तन आपके निर्णय की प्रतीक्षा में है।",
        "/mdo/approvals",
    ),
    "name_change_approved": NoticeKind(
        "Your change of name was approved.", "आपके नाम में परिवर्तन स्वीकृत हो गया है।", "/account"
    ),
    "name_change_declined": NoticeKind(
        "Your change of name was declined. Open your account to read why.",
        "आपके नाम में परिवर्तन अस्वीकृत हो गया है। कारण पढ़ने के लिए अपना खाता खोलें।",
        "/account",
    ),
    "domain_requested": NoticeKind(
        "Somebody asks to have a mail domain approved.", "एक मेल डोमेन की स्वीकृति माँगी गई है।", "/spv/domains"
    ),
    "email_changed": NoticeKind("Your e-mail address was changed.", "आपका ई-मेल पता बदला गया है।", "/account"),
    "export_ready": NoticeKind(
        "The copy of your data is ready. You can fetch it once.",
        "आपके डेटा की प्रति तैयार है। इसे एक बार डाउनलोड किया जा सकता है।",
        "/account/privacy",
    ),
    "erasure_requested": NoticeKind(
        "Your account will be erased. You can still withdraw this.",
        "आपका खाता मिटा दिया जाएगा। आप इसे अभी भी वापस ले सकते हैं।",
        "/account/privacy",
    ),
    "profile_reminder": NoticeKind(
        "Your profile is not complete yet.", "आपकी प्रोफ़ाइल अभी पूरी नहीं है।", "/profile"
    ),
    "profile_change_approved": NoticeKind(
        "A change of your profile was approved.", "आपकी प्रोफ़ाइल में परिवर्तन स्वीकृत हो गया है।", "/profile"
    ),
    "profile_change_declined": NoticeKind(
        "A change of your profile was declined. Open your profile to read why.",
        "आपकी प्रोफ़ाइल में परिवर्तन अस्वीकृत हो गया है। कारण पढ़ने के लिए अपनी प्रोफ़ाइल खोलें।",
        "/profile",
    ),
    "topic_accepted": NoticeKind(
        "The topic you proposed can now be chosen.",
        "आपका प्रस्तावित विषय अब चुना जा सकता है।",
        "/onboarding/topics",
    ),
    "topic_declined": NoticeKind(
        "The topic you proposed was not added.", "आपका प्रस्तावित विषय नहीं जोड़ा गया।", "/onboarding/topics"
    ),
    "enrolled": NoticeKind("You are enrolled in a course.", "आपका एक पाठ्यक्रम में नामांकन हो गया है।", "/learn"),
    "course_completed": NoticeKind(
        "You completed a course. Well done!", "आपने एक पाठ्यक्रम पूरा किया। बधाई!", "/me/certificates"
    ),
    "certificate_issued": NoticeKind(
        "A certificate of yours is ready.", "आपका एक प्रमाणपत्र तैयार है।", "/me/certificates"
    ),
    "mandate_assigned": NoticeKind(
        "A course became part of your duties.", "एक पाठ्यक्रम आपके लिए अनिवार्य किया गया है।", "/learn"
    ),
    "mandate_due": NoticeKind(
        "A course that is part of your duties is due soon.",
        "आपका एक अनिवार्य पाठ्यक्रम शीघ्र पूरा किया जाना है।",
        "/learn",
    ),
    "mandate_overdue": NoticeKind(
        "A course that is part of your duties is overdue.",
        "आपके एक अनिवार्य पाठ्यक्रम की अंतिम तिथि बीत चुकी है।",
        "/learn",
    ),
    "progress_disputed": NoticeKind(
        "A learner asks you to look at their progress.",
        "एक शिक्षार्थी ने आपसे अपनी प्रगति देखने का अनुरोध किया है।",
        "/mdo/disputes",
        own_page=True,
    ),
    "dispute_answered": NoticeKind(
        "Your note about your progress was answered.",
        "आपकी प्रगति के बारे में आपकी टिप्पणी का उत्तर दिया गया है।",
        "/learn",
    ),
    "thread_answered": NoticeKind(
        "There is a new reply in a discussion that you follow.",
        "आप जिस चर्चा को देख रहे हैं, उसमें एक नया उत्तर आया है।",
        "/discuss",
    ),
    "answer_accepted": NoticeKind(
        "Your reply was accepted as the answer. Thank you!",
        "आपका उत्तर सही उत्तर के रूप में स्वीकार किया गया है। धन्यवाद!",
        "/discuss",
    ),
    "connection_requested": NoticeKind(
        "A colleague would like to connect with you.", "एक सहकर्मी आपसे संपर्क जोड़ना चाहते हैं।", "/network"
    ),
    "connection_made": NoticeKind(
        "A colleague accepted your request to connect.",
        "एक सहकर्मी ने आपका संपर्क अनुरोध स्वीकार किया है।",
        "/network/connections",
    ),
    "qualified_for_opening": NoticeKind(
        "You now hold all that an opening asks for.",
        "अब आपके पास एक रिक्ति के लिए आवश्यक सभी दक्षताएँ हैं।",
        "/careers",
    ),
    "session_tomorrow": NoticeKind(
        "A session for which you are registered begins within a day:",
        "जिस सत्र के लिए आपका पंजीकरण है, वह एक दिन में आरंभ होगा:",
        "/events",
    ),
    "session_soon": NoticeKind(
        "A session for which you are registered begins within an hour:",
        "जिस सत्र के लिए आपका पंजीकरण है, वह एक घंटे में आरंभ होगा:",
        "/events",
    ),
    "session_seat": NoticeKind(
        "A place became free: you are registered now.",
        "एक स्थान खाली हुआ है: अब आपका पंजीकरण हो गया है।",
        "/events",
    ),
    "session_cancelled": NoticeKind(
        "A session for which you had registered will not take place:",
        "जिस सत्र के लिए आपने पंजीकरण कराया था, वह आयोजित नहीं होगा:",
        "/events",
    ),
}

# Mails about access and rights always come, at once, whatever the person prefers.
SECURITY = frozenset(
    {
        "set_password", "reset_password", "password_changed", "already_registered", "registration_denied",
        "confirm_email", "email_changed", "erasure_requested", "export_ready",
    }
)  # fmt: skip


def new_notice(
    kind: str, user_id: str, event_id: str, at: Any, about: Mapping[str, Any] | None = None
) -> Document:
    """A notice that was not read yet; `digest` until the daily digest took it along."""
    made = {
        "_id": f"{kind}:{user_id}:{event_id}",
        "kind": kind,
        "user_id": user_id,
        "at": at,
        "read_at": None,
    }
    return made | ({"about": dict(about)} if about else {})


def shown(notice: Document, titles: Mapping[str, Mapping[str, str]]) -> Document:
    """A notice as its reader sees it; one about a course, a session or a thread leads to it."""
    kind, about = NOTICES[notice["kind"]], notice.get("about") or {}
    subject = about.get("course_id") or about.get("session_id") or ""
    title, link = titles.get(subject), page_of(about) or kind.link
    if about.get("certificate_id"):
        link = f"/me/certificates/{about['certificate_id']}"
    elif about.get("enrolment_id"):
        link = f"/me/why/{about['enrolment_id']}"
    elif about.get("course_id") and not kind.own_page:
        link = f"/courses/{about['course_id']}"
    return {
        "id": notice["_id"],
        "kind": notice["kind"],
        "text": {
            locale: f"{text} {title_in(title, locale)}" if title else text
            for locale, text in kind.text.items()
        },
        "link": link,
        "at": notice["at"],
        "read": notice["read_at"] is not None,
    }

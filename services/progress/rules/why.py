"""Why a progress is what it is, in words: each fact of the timeline as a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
Text = dict[str, str]

REFUSALS: dict[str, Text] = {
    "too_soon": {
        "en": "The minimum time of {needed} seconds is not over: {dwelt} seconds so far.",
        "hi": "{needed} सेकंड का न्यूनतम समय पूरा नहीं हुआ है: अब तक {dwelt} सेकंड।",
    },
    "not_opened": {"en": "Open the link first.", "hi": "पहले लिंक खोलें।"},
    "wrong_kind": {
        "en": "This part is completed by other evidence.",
        "hi": "यह भाग किसी अन्य प्रमाण से पूरा होता है।",
    },
    "resource_unknown": {"en": "The course has no such part.", "hi": "पाठ्यक्रम में ऐसा कोई भाग नहीं है।"},
    "enrolment_unknown": {"en": "There is no such enrolment.", "hi": "ऐसा कोई नामांकन नहीं है।"},
    "not_valid": {"en": "The report is not well-formed.", "hi": "यह सूचना सही रूप में नहीं है।"},
    "busy": {"en": "Too much happened at once. Send it again.", "hi": "एक साथ बहुत कुछ हुआ। इसे फिर भेजें।"},
    "withdrawn": {
        "en": "You left this course. Enrol again to go on.",
        "hi": "आपने यह पाठ्यक्रम छोड़ दिया है। आगे बढ़ने के लिए फिर से नामांकन करें।",
    },
    "jump": {
        "en": "A piece of {reported} seconds was reported at once; at most {allowed} seconds count in one report.",
        "hi": "एक बार में {reported} सेकंड का हिस्सा बताया गया; एक सूचना में अधिकतम {allowed} सेकंड गिने जाते हैं।",
    },
    "too_fast": {
        "en": "{reported} more seconds were reported, but by our clock there was time for {allowed} at most.",
        "hi": "{reported} और सेकंड बताए गए, पर हमारी घड़ी के अनुसार अधिकतम {allowed} सेकंड देखना संभव था।",
    },
    "beyond_end": {"en": "The position {position} lies behind the end.", "hi": "स्थान {position} अंत के बाद है।"},
    "backwards": {
        "en": "The piece ends at {position}, before it begins at {start}.",
        "hi": "यह हिस्सा {position} पर समाप्त होता है, जो इसके आरंभ {start} से पहले है।",
    },
    "from_the_future": {
        "en": "The clock of the device is ahead of ours.",
        "hi": "उपकरण की घड़ी हमारी घड़ी से आगे है।",
    },
    "too_scattered": {
        "en": "More than {allowed} separate pieces were reported.",
        "hi": "{allowed} से अधिक अलग-अलग हिस्से बताए गए।",
    },
}
RULES: dict[str, Text] = {
    "coverage": {
        "en": "Completed: {seen} of {seconds} seconds were seen.",
        "hi": "पूर्ण: {seconds} में से {seen} सेकंड देखे गए।",
    },
    "pages": {
        "en": "Completed: {seen} of {pages} pages were seen and the minimum time was over.",
        "hi": "पूर्ण: {pages} में से {seen} पृष्ठ देखे गए और न्यूनतम समय पूरा हुआ।",
    },
    "dwell": {
        "en": "Completed: you marked it as done after its time of {seconds} seconds.",
        "hi": "पूर्ण: {seconds} सेकंड के निर्धारित समय के बाद आपने इसे पूरा चिह्नित किया।",
    },
    "declaration": {
        "en": "Completed: you opened the link and declared that you are done with it.",
        "hi": "पूर्ण: आपने लिंक खोला और उसे पूरा करने की घोषणा की।",
    },
    "submission": {"en": "Completed: you handed the exercise in.", "hi": "पूर्ण: आपने अभ्यास जमा किया।"},
    "attendance": {
        "en": "Completed: your attendance was marked.",
        "hi": "पूर्ण: आपकी उपस्थिति दर्ज की गई।",
    },
}
FACTS: dict[str, Text] = {
    "enrolled": {"en": "You enrolled in version {version}.", "hi": "आपने संस्करण {version} में नामांकन किया।"},
    "enrolled_again": {
        "en": "You enrolled again; your earlier progress was kept.",
        "hi": "आपने फिर से नामांकन किया; आपकी पिछली प्रगति बनी रही।",
    },
    "withdrawn": {
        "en": "You left the course; your progress is kept.",
        "hi": "आपने पाठ्यक्रम छोड़ा; आपकी प्रगति सुरक्षित है।",
    },
    "upgraded": {
        "en": "You moved from version {from} to version {to}; {kept} completed parts were carried over.",
        "hi": "आप संस्करण {from} से संस्करण {to} पर आए; {kept} पूर्ण भाग साथ आए।",
    },
    "begun": {"en": "You began this part.", "hi": "आपने यह भाग शुरू किया।"},
    "passed": {
        "en": "Attempt {attempt} was passed with {score} %.",
        "hi": "प्रयास {attempt} {score} % के साथ उत्तीर्ण हुआ।",
    },
    "failed": {
        "en": "Attempt {attempt} reached {score} %, which is below the pass mark.",
        "hi": "प्रयास {attempt} में {score} % अंक मिले, जो उत्तीर्णांक से कम हैं।",
    },
    "course_completed": {
        "en": "The course is completed: all required parts and final assessments.",
        "hi": "पाठ्यक्रम पूर्ण हुआ: सभी अनिवार्य भाग और अंतिम मूल्यांकन।",
    },
}
OTHER = {"en": "Something was recorded.", "hi": "कुछ दर्ज किया गया।"}


def refusal_text(reason: str | None, numbers: Mapping[str, int]) -> Text:
    """Why an update does not count."""
    return _filled(REFUSALS.get(reason or "", OTHER), numbers)


def fact_text(one: Document) -> Text:
    """The sentence of one fact."""
    table, key = FACTS, one["what"]
    if one["what"] == "refused":
        table, key = REFUSALS, one.get("rule", "")
    if one["what"] == "completed":
        table, key = RULES, one.get("rule", "")
    return _filled(table.get(key, OTHER), one.get("numbers", {}))


def _filled(text: Text, numbers: Mapping[str, int]) -> Text:
    return {locale: words.format_map(_Numbers(numbers)) for locale, words in text.items()}


class _Numbers(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 0


DONE = {"en": "This part is completed.", "hi": "यह भाग पूर्ण है।"}
MISSING: dict[str, Text] = {
    "recording": {
        "en": "{seen} of {seconds} seconds were seen; {needed} are needed.",
        "hi": "{seconds} में से {seen} सेकंड देखे गए; {needed} आवश्यक हैं।",
    },
    "pages": {
        "en": "{seen} of {pages} pages were seen; {needed} are needed, and at least {seconds} seconds.",
        "hi": "{pages} में से {seen} पृष्ठ देखे गए; {needed} पृष्ठ और कम से कम {seconds} सेकंड आवश्यक हैं।",
    },
    "html": {
        "en": "Read it for at least {seconds} seconds and mark it as read.",
        "hi": "इसे कम से कम {seconds} सेकंड पढ़ें और पढ़ा हुआ चिह्नित करें।",
    },
    "link": {
        "en": "Open the link and declare that you are done with it.",
        "hi": "लिंक खोलें और उसे पूरा करने की घोषणा करें।",
    },
    "exercise": {"en": "Hand the exercise in.", "hi": "अभ्यास जमा करें।"},
    "session": {
        "en": "Attend the session; the provider marks who was there.",
        "hi": "सत्र में भाग लें; प्रदाता उपस्थिति दर्ज करता है।",
    },
}


def missing_text(kind: str, done: bool, numbers: Mapping[str, int]) -> Text:
    """What a resource still needs, by its kind."""
    if done:
        return DONE
    key = "recording" if kind in ("video", "audio") else "pages" if "pages" in numbers else kind
    return _filled(MISSING.get(key, MISSING["html"]), numbers)

"""The hubs on the real platform, in a browser: an answer accepted, a connection, an opening, an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar

from deploy.local.stack import Stack
from tests.journeys.conftest import PASSWORD, until
from tests.journeys.test_certificates import signed_in
from tests.journeys.test_learning import KEYS, Learner, completed, enrolled, learn, right
from tests.mailbox import Mailbox
from tests.portal.browser.office import Office, Official

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Form = Callable[..., dict[str, Any]]
Newcomer = Callable[..., tuple[Official, dict[str, str]]]
INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def office(stack: Stack, chromium: Browser) -> Iterator[Office]:
    """Browsers on the platform; no page may report a fault of a script or of the policy."""
    made = Office(stack, chromium)
    yield made
    made.close()
    assert made.faults == []


@pytest.fixture
def newcomer(office: Office, api: httpx.Client, mail: Mailbox, form: Form) -> Newcomer:
    """Makes an official with a complete profile, signed in at a browser; with the headers of their requests."""

    def make(first: str, last: str) -> tuple[Official, dict[str, str]]:
        asked = form(first_name=first, last_name=last, locale="en", position_id="junior-telecom-officer")
        headers = signed_in(api, mail, asked | {"position_text": None})
        mine = "/onboarding/v1/profiles/me"
        until(lambda: api.get(mine, headers=headers).json()["fields"]["mdo_id"])
        api.post("/onboarding/v1/onboarding/me/complete", json={}, headers=headers)
        fields = {"group": "b", "locale": "en"}
        assert api.patch(mine, json=fields, headers=headers).json()["complete"] is True
        one = office.guest()
        one.email, one.password = asked["email"], PASSWORD
        office.people[one.email] = one
        one.sign_in()
        one.page.wait_for_url("**/home")
        one.soon(
            "/discuss/ask", lambda main: main.locator("#space option").count() > 1
        )  # Community knows too.
        return one, headers

    return make


def official(office: Office, email: str) -> Official:
    """A demo account with a role, signed in; the stack asks for no second factor."""
    one = office.guest()
    one.email = email
    office.people[email] = one
    one.sign_in()
    return one


def test_a_question_is_answered_and_the_answer_accepted(newcomer: Newcomer) -> None:
    (asha, _), (ravi, _) = newcomer("Asha", "Kumari"), newcomer("Ravi", "Menon")
    asha.soon("/discuss/ask", lambda main: main.locator("#space option").count() > 1)
    asha.page.select_option("#space", index=1)
    asha.write(title="Which limit holds for two quotations?", body="The manual names two limits.")
    asha.press("Ask")
    asha.page.wait_for_url("**/discuss/threads/*")
    thread = asha.page.url.removeprefix(asha.url).partition("?")[0]

    ravi.soon("/discuss?q=quotations", lambda main: "Which limit holds" in main.inner_text())
    ravi.press("Which limit holds for two quotations?")
    ravi.write(body="The lower one, since the order of March.")
    ravi.press("Reply")
    assert "The lower one" in ravi.main.inner_text()

    asha.soon("/notifications", lambda main: "new reply" in main.inner_text())
    asha.go(thread)
    asha.press("Accept as the answer")
    assert "Accepted answer" in asha.main.inner_text()

    ravi.soon("/notifications", lambda main: "accepted" in main.inner_text().lower())
    ravi.go(thread)
    assert "Accepted answer" in ravi.main.inner_text()
    asha.soon("/discuss?sort=new", lambda main: "Answered" in main.inner_text())


def test_somebody_asks_to_connect_and_the_other_accepts(newcomer: Newcomer) -> None:
    (meena, _), (farid, _) = newcomer("Meena", "Pillai"), newcomer("Farid", "Ansari")
    meena.soon("/network", lambda main: "Farid Ansari" in main.inner_text())
    assert "Belongs to your organisation" in meena.main.inner_text()
    meena.main.get_by_role("link", name="Connect Farid Ansari").click()
    meena.write(note="We met in Pune.")
    meena.press("Send the request")
    meena.page.get_by_text("Your request is sent.").first.wait_for()
    meena.soon("/network/sent", lambda main: "Farid Ansari" in main.inner_text())

    farid.soon("/network", lambda main: "We met in Pune." in main.inner_text())
    farid.press("Accept Meena Pillai")
    farid.page.get_by_text("You are connected now.").first.wait_for()
    farid.soon("/network/connections", lambda main: "Meena Pillai" in main.inner_text())

    meena.soon("/notifications", lambda main: "connect" in main.inner_text().lower())
    meena.soon("/network/connections", lambda main: "Farid Ansari" in main.inner_text())
    meena.go("/network")
    assert "Farid Ansari" not in meena.main.inner_text()


def test_who_completes_a_course_is_told_that_an_opening_fits(
    newcomer: Newcomer, office: Office, api: httpx.Client, mail: Mailbox
) -> None:
    kiran, headers = newcomer("Kiran", "Desai")
    admin = official(office, "demo.mdo@bsnl.co.in")
    admin.go("/mdo/openings/new")
    admin.write(
        title_en="Officer for tenders", about_en="Two years in Delhi.", last_date="2027-12-31", places="2"
    )
    admin.choose(mdo_id="BSNL")
    admin.page.select_option("main [name='position_id']", index=1)
    admin.write(find_words="procurement")
    admin.press("Find")
    admin.main.get_by_label("Public procurement", exact=False).first.select_option("2")
    admin.press("Save as a draft")
    admin.press("Publish")
    assert "Published" in admin.main.inner_text()

    kiran.soon("/careers", lambda main: "Officer for tenders" in main.inner_text())
    kiran.press("Officer for tenders")
    assert "What lacks" in kiran.main.inner_text()
    assert "Courses that close it:" in kiran.main.inner_text()
    opening = kiran.page.url.removeprefix(kiran.url)
    kiran.press("Tell me when I qualify")
    kiran.main.get_by_role("button", name="Do not tell me").wait_for()

    pupil = Learner(api, headers)
    id_ = until(lambda: enrolled(pupil))["id"]
    learn(pupil, id_)
    pupil.sit(id_, {key: right(one) for key, one in KEYS.items()})
    until(lambda: completed(pupil, id_))

    kiran.soon("/notifications", lambda main: "all that an opening asks for" in main.inner_text())
    kiran.go(opening)
    assert "What lacks" not in kiran.main.inner_text()
    assert any(opening in one["text"] for one in until(lambda: told(mail, kiran.email, opening)))


def told(mail: Mailbox, address: str, part: str) -> list[dict[str, Any]]:
    """The mails to an address that hold this."""
    return [one for one in mail.all(address) if part in one["text"]]


def test_an_event_is_prepared_reviewed_and_stands_in_the_calendar(newcomer: Newcomer, office: Office) -> None:
    start = datetime.now(INDIA).replace(minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=5)
    author = official(office, "demo.creator@gov.in")
    author.go("/events/organise/new")
    author.write(
        title_en="Questions on tenders", about_en="An hour of answers.", join_url="https://meet.example.org/tenders",
        starts_at=f"{start:%Y-%m-%dT%H:%M}", ends_at=f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    )  # fmt: skip
    author.press("Save as a draft")
    event = author.page.url.removeprefix(author.url).partition("?")[0]
    author.press("Hand in for review")
    assert "Somebody else reviews" in author.main.inner_text()

    reviewer = official(office, "demo.reviewer@gov.in")
    reviewer.go(event)
    reviewer.press("Publish")

    learner, _ = newcomer("Sunita", "Rao")
    learner.soon("/events", lambda main: "Questions on tenders" in main.inner_text())
    learner.press("Questions on tenders")
    assert "meet.example.org" not in learner.page.content()
    learner.press("Register")
    assert "You are registered" in learner.main.inner_text()
    assert (
        learner.main.get_by_role("link", name="Join").get_attribute("href")
        == "https://meet.example.org/tenders"
    )

    with learner.page.expect_download() as file:
        learner.main.get_by_role("link", name="Add to my calendar (.ics)").click()
    (entry,) = Calendar.from_ical(file.value.path().read_bytes()).walk("VEVENT")
    begins = start.replace(tzinfo=INDIA).astimezone(UTC)
    assert (entry["summary"], entry["dtstart"].dt, entry["dtend"].dt) == (
        "Questions on tenders", begins, begins + timedelta(hours=1),
    )  # fmt: skip
    assert "meet.example.org/tenders" in str(entry.get("url", "")) + str(entry.get("location", ""))

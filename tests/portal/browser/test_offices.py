"""The role portals on the real platform, second factor included: what each administrator does, and who gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient

from deploy.local.__main__ import demo_accounts
from deploy.local.demo import prepare_learner
from deploy.local.stack import ROOT, Stack
from tests.mailbox import Mailbox, link
from tests.portal.browser.office import Office, Official
from tests.portal.browser.site import FILES
from tests.portal.browser.test_journey import choose
from tests.portal.stub import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.matrix, pytest.mark.timeout(400)]
RULES = ROOT / "services" / "catalog" / "seed" / "files" / "audit-reply-format.pdf"
DOMAIN = "tcil.in"
NEWCOMER = f"kiran.bedi@{DOMAIN}"


@pytest.fixture(scope="module")
def office(stack: Stack, chromium: Browser) -> Iterator[Office]:
    """The platform as it is in production: roles hold with a second factor only."""
    stack.restart("identity-web", SECOND_FACTOR_REQUIRED="true")
    made = Office(stack, chromium)
    yield made
    made.close()
    stack.restart("identity-web")
    with MongoClient(stack.mongodb_uri) as client:  # Other tests of this stack sign in without a code.
        client["identity"]["users"].update_many({}, {"$unset": {"totp": ""}})
    assert made.faults == []


@pytest.fixture(scope="module")
def domain(office: Office) -> str:
    """A mail domain whose registrations an organisation decides on: asked for by one, approved by another."""
    spv = office.person("demo.spv@gov.in")
    spv.go("/spv/domains")
    spv.write(name=DOMAIN, reason="A public enterprise below the department")
    spv.choose(mode="Approval")
    spv.press("Ask")
    assert "another administrator decides" in spv.main.inner_text()

    spv.go("/spv/people?q=demo.publisher")
    spv.press("Arjun Sen")
    spv.choose(role="Administrator of the platform")
    spv.press("Grant")
    assert "Administrator of the platform" in spv.main.locator("li", has_text="Revoke").last.inner_text()

    second = office.person("demo.publisher@gov.in")
    second.go("/spv/domains")
    second.press(f"Approve {DOMAIN}")
    return DOMAIN


@pytest.fixture(scope="module")
def learner(office: Office) -> Official:
    """The demo learner, whom `make run` has led into the middle of two courses."""
    accounts = demo_accounts(office.stack)
    prepare_learner(office.stack.url, accounts[0]["email"], accounts[0]["password"])
    one = office.person(accounts[0]["email"])
    one.page.wait_for_url("**/home")
    assert "Procurement" in one.main.locator("#continue").inner_text()
    return one


def test_the_platform_adds_a_domain_and_grants_a_role(office: Office, domain: str) -> None:
    spv = office.person("demo.spv@gov.in")
    spv.go("/spv/domains")
    listed = spv.main.locator("li", has_text=domain)
    assert "the organisation decides" in listed.inner_text()

    spv.sign_out()
    spv.sign_in()
    spv.go("/spv/audit")
    assert "demo.publisher" in spv.main.inner_text() or "Arjun Sen" in spv.main.inner_text()


def test_an_administrator_approves_a_registration(office: Office, domain: str, mail: Mailbox) -> None:
    person = office.guest()
    person.go("/register")
    person.write(first_name="Kiran", last_name="Bedi", email=NEWCOMER)
    person.page.select_option("#position_id", index=1)
    for level, words in (("mdo_1", "Communications"), ("mdo_2", "Telecommunications"), ("mdo_3", "BSNL")):
        choose(person.page, level, words, javascript=True)
    person.page.check("#declaration")
    person.press("Sign up")
    person.page.wait_for_url("**/register/sent")

    admin = office.person("demo.mdo@bsnl.co.in")
    admin.soon("/mdo/approvals", lambda main: "Kiran Bedi" in main.inner_text())
    admin.press("Approve Kiran Bedi")
    assert "Kiran Bedi" not in admin.main.inner_text()

    person.page.goto(link(mail.wait(NEWCOMER)[-1]))
    person.write(password=PASSWORD)
    person.press("Set password")
    person.page.wait_for_url("**/login")
    person.page.context.close()


def test_an_administrator_approves_a_profile_change(office: Office, learner: Official) -> None:
    learner.go("/profile/edit")
    learner.choose(group="Group A")
    learner.write(reason="Promoted in October")
    learner.press("Save")
    assert "waits for your organisation" in learner.page.locator("body").inner_text()

    admin = office.person("demo.mdo@bsnl.co.in")
    admin.soon("/mdo/approvals", lambda main: "Promoted in October" in main.inner_text())
    admin.press("Approve Asha Rao")
    assert "Promoted in October" not in admin.main.inner_text()

    learner.soon("/profile", lambda main: "Group A" in main.inner_text())


def test_an_administrator_mandates_a_course_and_watches_progress(office: Office, learner: Official) -> None:
    admin = office.person("demo.mdo@bsnl.co.in")
    admin.go("/mdo/mandates/new")
    admin.write(title_en="Know the rules", title_hi="नियम जानें", find_words="budget")
    admin.press("Find")
    title = admin.main.locator("#course_ids label").first.inner_text()
    admin.main.locator("input[name=course_ids]").first.check()
    admin.tick("BSNL")
    admin.write(due="2027-03-31", reason="Order of the ministry")
    admin.press("Save as a draft")
    admin.press("Try it")
    assert "People get it" in admin.main.locator("#tried").inner_text()
    admin.press("Publish")
    mandate = admin.page.url.removeprefix(admin.url)

    learner.soon("/home/widgets/mandates", lambda main: "Order of the ministry" in main.inner_text())
    learner.main.get_by_role("link", name=title).first.click()
    learner.press("Enrol")
    learner.main.get_by_role("link", name="Start").wait_for()

    admin.soon(mandate, lambda main: main.locator("tbody", has_text="Bharat Sanchar Nigam").count() > 0)
    admin.soon("/mdo/progress", lambda main: title in main.inner_text())
    row = admin.main.locator("tr", has_text="Asha Rao")
    assert re.search(r"Asha Rao\s+\d+\s+0\s+1\s", row.inner_text())


def test_a_course_is_written_reviewed_published_and_found(office: Office, learner: Official) -> None:
    author = office.person("demo.creator@gov.in")
    written(author)
    course = author.page.url.removeprefix(author.url).partition("#")[0]
    author.press("Send to review")

    reviewer = office.person("demo.reviewer@gov.in")
    reviewer.go(f"{course}/preview")
    assert "Keeping pangolins" in reviewer.main.inner_text()
    reviewer.go(f"{course}/review")
    reviewer.tick("Approve: it can be published")
    reviewer.press("Decide")

    publisher = office.person("demo.publisher@gov.in")
    publisher.go(course)
    publisher.press("Publish")
    assert "Published" in publisher.page.locator("body").inner_text()

    learner.soon("/learn?q=pangolin", lambda main: "Keeping pangolins" in main.inner_text())
    learner.press("Keeping pangolins")
    learner.press("Enrol")
    learner.main.get_by_role("link", name="Start").wait_for()
    learner.press("Start")
    assert "They are wild." in learner.main.inner_text()


def written(author: Official) -> None:
    """A course with a page of text, a PDF, captions and a final test, made by forms alone."""
    author.go("/cbp/new")
    author.write(title_en="Keeping pangolins", title_hi="पैंगोलिन पालना")
    author.page.select_option("#provider_id", index=1)
    author.press("Begin")
    author.page.wait_for_url("**/cbp/courses/*")
    course = author.page.url.removeprefix(author.url)
    author.go(f"{course}/edit")
    author.write(summary_en="What the rules say.", summary_hi="नियम क्या कहते हैं।", description_en="Short.",
                 description_hi="संक्षिप्त।", objectives_en="Name the rules.", objectives_hi="नियम बताना।",
                 competencies="public-procurement 1")  # fmt: skip
    author.main.locator("input[name=topics]").first.check()
    author.tick("English")
    author.tick("हिन्दी")
    author.tick("Open to all organisations")
    author.press("Save")
    for kind, file in (("Captions", FILES / "en.vtt"), ("PDF", RULES)):
        author.go(f"{course}/files")
        author.choose(kind=kind)
        author.page.set_input_files("#file", file)
        author.press("Upload")
        assert file.name in author.main.inner_text()
    author.go(f"{course}/modules/new")
    author.write(title_en="First", title_hi="पहला")
    author.press("Save")
    module = author.page.url
    for kind, fields in (("Reading", {"html_en": "<p>They are wild.</p>", "html_hi": "<p>वे वन्य हैं।</p>"}),
                         ("PDF", {"pages": "1"})):  # fmt: skip
        author.page.goto(module)
        author.choose(kind=kind)
        author.press("Add")
        author.write(title_en=f"{kind} one", title_hi="भाग एक", **fields)
        if kind == "PDF":
            author.choose(file=RULES.name)
        author.tick("Needed to complete the course")
        author.press("Save")
    author.go(f"{course}/assessments/new")
    author.write(title_en="Final", title_hi="अंतिम", attempts="3")
    author.press("Save")
    author.choose(kind="One answer")
    author.press("Add")
    author.write(text_en="May one keep one?", text_hi="क्या रख सकते हैं?")
    author.write(**{"one-1-en": "No", "one-1-hi": "नहीं", "one-2-en": "Yes", "one-2-hi": "हाँ"})
    author.page.check("#right-1")
    author.press("Save")
    author.go(course)

"""One Collaboration voucher in a real browser, from the sign-up of an SME to the bank, each person at an own window."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.browser.conftest import CHROMIUM, find_chromium, forget
from tests.builders.applications import PDF
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.users import PASSWORD, a_member_of_staff, mailed_link
from vouchers.users.models import User
from vouchers.users.queries import find_user
from vouchers.users.states import Role

pytestmark = pytest.mark.browser

SME = "lea@nanosome.example"
OFFER = {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": PDF}
PAID_ON = date(2026, 11, 20)


@pytest.fixture
def chromium_path() -> str:
    """What people have: the whole browser."""
    return find_chromium(*CHROMIUM)


class Person:
    """Somebody at a browser window."""

    def __init__(self, live, user: User | None = None, *, scripts: bool = True):
        self.live, self.page, self.user = live, live.page(scripts=scripts), user

    def sign_in(self) -> Person:
        self.live.sign_in(self.page, self.user)
        return self

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer.status == 200, (path, answer.status)

    def follow(self, name: str, *, exact: bool = True) -> None:
        link = self.page.get_by_role("link", name=name, exact=exact)
        link.or_(self.page.get_by_role("button", name=name, exact=exact).and_(self.page.locator("a"))).first.click()
        self.page.wait_for_load_state()

    def press(self, name: str, *, exact: bool = False) -> None:
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        assert not self.page.title().startswith("Error"), self.page.locator(".govuk-error-summary").inner_text()

    def fill(self, **boxes: str) -> None:
        """By the names of the boxes."""
        for name, text in boxes.items():
            self.page.locator(f"[name='{name}']").fill(text)

    def fill_day(self, name: str, day: date) -> None:
        for part in ("day", "month", "year"):
            self.page.locator(f"[name='{name}-{part}']").fill(str(getattr(day, part)))

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name='{name}'][value='{value}']").check()

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_label(label).check()

    def sees(self, *texts: str) -> None:
        for text in texts:
            self.page.get_by_text(text).first.wait_for()


def test_a_collaboration_voucher_from_sign_up_to_paid(live):
    at = live.at = during_call()
    in2()
    manager, maker, second, auditor = (
        Person(live, a_member_of_staff(role, "in2lifesciences", region, name=name, at=at))
        for role, region, name in (
            (Role.CLUSTER_MANAGER, "BE-WAL", "Marie Manager"),
            (Role.FINANCE_OFFICER, "BE-WAL", "Fons Officer"),
            (Role.FINANCE_OFFICER, "BE-WAL", "Sofie Second"),
            (Role.AUDITOR, None, "Aude Auditor"),
        )
    )
    experts = [Person(live, an_expert(name=name, at=at).user) for name in ("Eva Expert", "Emil Expert")]
    for expert in experts:
        assert expert.user.totp_secret is None

    sme = sign_up(live)
    application = apply(live, sme)

    live.at += timedelta(hours=1)
    assign(manager.sign_in(), application, experts)
    for expert in experts:
        mark(expert.sign_in())
    decide(manager, application)

    live.at += timedelta(hours=1)
    agree(live, manager, sme, application)

    live.at = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    bank_account(live, sme.sign_in(), second.sign_in())
    claim(live, sme)
    verify(manager.sign_in())

    live.at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    pay(live, maker.sign_in(), second.sign_in())
    sme.sign_in().go("/applications")
    sme.sees("Completed")
    audit(auditor.sign_in(), application)


def sign_up(live) -> Person:
    """The SME makes an account, opens the link of the letter, and enters its company."""
    sme = Person(live)
    sme.go("/")
    sme.follow("Vouchers 2026, first call")
    sme.follow("Start an application")
    sme.follow("Sign up")
    sme.fill(name="Léa Nano", email=SME, password=PASSWORD)
    sme.press("Sign up")
    sme.sees(f"We are sending a letter to {SME}")
    forget()
    sme.go(mailed_link(SME))
    sme.press("Confirm my email address")
    forget()
    sme.user = find_user(SME)
    sme.sign_in()

    sme.go("/")
    sme.follow("Your organisations")
    sme.follow("Add an organisation", exact=False)
    sme.fill(name="Nanosome SRL", register_number="0403.170.701", street="Rue Longue", building="7")
    sme.fill(post_code="6041", town="Gosselies")
    sme.page.get_by_label("Partner region").select_option(label="Wallonia")
    sme.page.get_by_label("Country").select_option(label="Belgium")
    sme.press("Add the organisation")
    return sme


def apply(live, sme: Person) -> str:
    """From the call to the receipt; gives the address of the application."""
    sme.follow("Calls")
    sme.follow("Vouchers 2026, first call")
    sme.follow("Start an application")
    sme.choose("instrument", "COL")
    sme.press("Start the application")
    address = sme.page.url.removeprefix(live.url)
    sme.follow("Your company")
    sme.fill(headcount="12", turnover="1 900 000", balance_sheet="1200000.50")
    sme.choose("activity_field", "biotech")
    sme.press("Save and continue")
    sme.fill(title="Vesicles that cross the skin", project_description="We load vesicles and follow them.")
    sme.fill(expected_benefit="We will know the dose.", work_plan="The laboratory measures 40 samples.")
    sme.press("Save and continue")
    sme.fill(provider_name="Universitair Laboratorium", provider_contact="Jan de Vries")
    sme.fill(provider_email="jan@lab.example", why_this_partner="Only they have the microscope.")
    sme.page.locator("[name=provider_region]").last.wait_for()
    sme.page.get_by_label("In which region is the partner?").select_option(label="Gelderland")
    sme.press("Save and continue")
    sme.fill_day("activity_start", date(2026, 10, 12))
    sme.fill_day("activity_end", date(2027, 3, 12))
    sme.fill(requested_amount="6400")
    sme.choose("vat_recoverable", "yes")
    sme.press("Save and continue")
    sme.fill(de_minimis_received="0")
    sme.tick("No other public money", "What I have written is true")
    sme.press("Save and continue")
    sme.page.get_by_label("File").first.set_input_files(OFFER)
    sme.page.get_by_role("link", name="offer.pdf", exact=True).wait_for()  # sent as soon as it is chosen
    sme.follow("Continue")
    sme.sees("Vesicles that cross the skin", "offer.pdf")
    declare_no_aid(sme)
    sme.go(f"{address}/check")
    for box in sme.page.get_by_role("checkbox").all():
        box.check()
    sme.press("Submit the application")
    sme.sees("Receipt")
    return address


def declare_no_aid(sme: Person) -> None:
    """The last page before submitting leads to the declaration of aid, which is signed there."""
    sme.follow("Declare the aid received")
    sme.fill(signed_name="Léa Nano")
    sme.page.locator("[name=declared]").check()
    sme.press("Sign the declaration")
    sme.sees("Your declaration is signed and kept.")


def assign(manager: Person, application: str, experts: list[Person]) -> None:
    """The manager checks what the rules found and chooses two experts."""
    manager.go("/desk")
    manager.follow("Formal checks")  # only this one waits, so its check opens
    manager.sees("Nanosome")
    manager.press("Eligible", exact=True)
    manager.follow("Choose experts")
    for expert in experts:
        manager.tick(f"Choose {expert.user.name}")
        manager.press("Assign the chosen expert")
    manager.sees("In evaluation")


def mark(expert: Person) -> None:
    """The expert declares first, reads, and hands the marks in."""
    expert.go("/")
    expert.page.locator("tbody a").first.click()
    expert.page.get_by_role("checkbox").check()
    expert.press("Declare and open the application")
    expert.sees("Only they have the microscope.")
    expert.follow("Your score sheet")
    for code in ("novelty", "benefit", "partnership"):
        expert.fill(**{f"mark-{code}": "4.5", f"comment-{code}": "Well founded."})
    expert.fill(overall_comment="Do it.")
    expert.press("Submit the marks")
    expert.sees("Submitted")


def decide(manager: Person, application: str) -> None:
    """The manager awards what the ranking leaves room for."""
    manager.go("/decisions/")
    manager.follow("Vouchers 2026, first call, Wallonia")
    manager.page.get_by_role("row").filter(has_text="Nanosome").get_by_role("link").first.click()
    manager.follow("Award", exact=False)
    manager.press("Award the voucher")
    manager.sees("Awarded")


def agree(live, manager: Person, sme: Person, application: str) -> None:
    """Issued by the manager, accepted by the three parties; the provider comes with the link of a letter."""
    manager.go("/agreements/awards")
    manager.follow("Issue the agreement", exact=False)
    manager.press("Issue the agreement")
    agreement = manager.page.url
    accept(manager, "Accept for the region", "Marie Manager")

    sme.go(application)
    sme.follow("Agreement")
    accept(sme, "Accept the agreement", "Léa Nano")

    provider = Person(live)
    forget()
    provider.go(mailed_link("jan@lab.example"))
    accept(provider, "Accept the agreement", "Jan de Vries")
    manager.go(agreement)
    manager.sees("In force")


def accept(party: Person, link: str, name: str) -> None:
    party.follow(link)
    party.fill(name=name)
    party.tick("I have read the agreement")
    party.press("Accept the agreement")


def bank_account(live, sme: Person, second: Person) -> None:
    """Entered by the SME, confirmed by a finance officer."""
    sme.go("/organisations/")
    sme.follow("Nanosome SRL")
    sme.follow("Enter a bank account")
    sme.fill(holder="Nanosome SRL", iban="BE68 5390 0754 7034")
    sme.press("Enter the account")
    second.go("/organisations/bank-accounts")
    second.follow("Nanosome SRL")
    second.tick("I have checked that this account")
    second.page.locator("main form").first.get_by_role("button").first.click()
    second.page.wait_for_load_state()
    assert not second.page.title().startswith("Error")


def claim(live, sme: Person) -> None:
    """One invoice of the laboratory, its proof of payment, the report and the two names under it."""
    sme.go("/applications")
    sme.follow("Vesicles that cross the skin")
    sme.follow("Agreement")
    sme.follow("Claim your costs")
    sme.press("Start or continue a claim")
    sme.follow("Costs")
    sme.page.get_by_label("What kind of cost is it?").select_option("services")
    sme.fill(
        description="40 samples", supplier="Universitair Laboratorium", invoice_number="UL-77", net="6500", vat="0"
    )
    sme.fill_day("invoice_on", date(2026, 10, 20))
    sme.fill_day("activity_on", date(2026, 10, 19))
    sme.choose("is_vat_recoverable", "yes")
    sme.press("Save the cost")
    attach(sme, "invoices")
    for purpose in ("payment", "report"):
        sme.follow("Invoices, tickets and other files")
        attach(sme, purpose)
    sme.follow("Report")
    sme.fill(report="The vesicles cross the skin; we know the dose now.")
    sme.fill(answer_result="Data of 40 samples.", answer_next="A test on skin that was grown.")
    sme.press("Save")
    sme.follow("How satisfied are you?")
    sme.choose("mark_partner", "5")
    sme.choose("mark_office", "4")
    sme.press("Save")
    sign_report(live, sme)
    sme.follow("Check and submit")
    sme.sees("This claim uses all that is left of the voucher")
    sme.choose("is_final", "yes")
    sme.tick("The costs are real")
    sme.press("Submit the claim")
    sme.sees("What happens next")


def sign_report(live, sme: Person) -> None:
    """The SME signs, and sends the provider a link to sign too."""
    sme.follow("Sign the report")
    sme.fill(name="Léa Nano")
    sme.tick("I have read the report")
    sme.press("Sign the report")
    sme.sees("The report is signed.")
    sme.follow("Ask the provider to sign")
    sme.press("Send the link")
    sme.sees("We have written to the provider.")

    provider = Person(live)
    forget()
    provider.go(mailed_link("jan@lab.example"))
    provider.sees("The vesicles cross the skin; we know the dose now.", "Data of 40 samples.")
    provider.fill(name="Jan de Vries")
    provider.tick("I have read the report")
    provider.press("Sign the report")
    provider.sees("You have signed this report.")


def attach(sme: Person, purpose: str) -> None:
    sme.page.get_by_label("What is it?").select_option(purpose)
    content = PDF + f"% {purpose}\n".encode()
    sme.page.locator("input[type=file]").set_input_files(
        {"name": f"{purpose}.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    sme.press("Attach the file")


def verify(manager: Person) -> None:
    manager.go("/desk")
    manager.follow("Claims to verify")
    manager.page.locator("tbody a").first.click()
    manager.follow("Verify")
    manager.tick("The report shows", "Each accepted cost has", "Each accepted cost belongs")
    manager.press("Verify", exact=True)
    manager.sees("Verified")


def pay(live, maker: Person, second: Person) -> None:
    """The first officer authorises the claim and makes the batch, the second sends it, the bank books it."""
    maker.go("/desk")
    maker.follow("Claims to authorise")
    maker.page.locator("tbody a").first.click()
    maker.follow("Authorise payment")
    maker.tick("I have looked at the costs")
    maker.press("Authorise")
    maker.go("/payments/")
    maker.page.get_by_role("checkbox", name="Select").last.check()
    maker.press("Make a batch of the selected")
    maker.fill_day("execute_on", PAID_ON)
    maker.press("Make the batch")
    batch = maker.page.url
    assert maker.page.get_by_role("button", name="Authorise", exact=True).count() == 0, "one person, both halves"

    second.go(batch)
    second.follow("Authorise")
    second.tick("I have checked the beneficiaries")
    second.press("Authorise the batch")
    with second.page.expect_download() as download:
        second.follow("Download the bank file", exact=False)
    assert '<InstdAmt Ccy="EUR">6400.00</InstdAmt>' in download.value.path().read_text(encoding="utf-8")

    live.at = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    maker.sign_in().go(batch)
    maker.follow("Mark as executed by the bank")
    maker.fill_day("executed_on", PAID_ON)
    maker.fill(bank_reference="STMT-231")
    maker.press("Book the payments")
    maker.sees("Executed")


def audit(auditor: Person, application: str) -> None:
    """The auditor reads the whole story, finds the euros in the ledger, and takes them along."""
    auditor.go("/applications/worklist")
    auditor.page.get_by_role("row").filter(has_text="Nanosome").get_by_role("link").first.click()
    reference = auditor.page.locator("main").inner_text()
    auditor.follow("The whole story")
    auditor.sees("Completed", "Léa Nano", "Marie Manager", "Fons Officer", "Sofie Second")
    assert "€6,400.00" in auditor.page.locator(".app-kpi").last.inner_text()
    auditor.follow("All ledger lines of this voucher")
    rows = auditor.page.locator("tbody tr").all_inner_texts()
    assert any("Paid" in row for row in rows)
    with auditor.page.expect_download() as download:
        auditor.follow("CSV")
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "IN2-2026-0001" in text
    assert "IN2-2026-0001" in reference
    assert len(text.splitlines()) > len(rows)

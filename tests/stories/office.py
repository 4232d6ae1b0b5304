"""The office of the stories: its people, and what they do, in the words of the business and through the pages alone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import select

from tests.builders.applications import PDF, an_organisation
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme
from tests.builders.users import PASSWORD, a_member_of_staff, an_applicant, signed_in
from tests.stories.pages import Person
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.letters.models import Letter
from vouchers.users.actions import accounts
from vouchers.users.queries import find_user
from vouchers.users.secrets import open_secret
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

OPENING = datetime(2026, 10, 5, 7, 0, tzinfo=UTC)
"""A Monday morning on which the call 2026-1 is open."""
CALL = "/calls/in2lifesciences/2026-1"
IBANS = {"BE-WAL": "BE68 5390 0754 7034", "NL-NB": "NL20 INGB 0001 2345 67", "DE-BW": "DE02 1203 0000 0000 2020 51"}
_numbers = count(1)


def a_pdf(text: str = "") -> bytes:
    """A file whose bytes no other has."""
    return PDF + f"% {text} {next(_numbers)}\n".encode()


@dataclass
class Voucher:
    """What a company asks for, and where it stands in the office."""

    sme: Person
    instrument: str
    region: str
    amount: str
    organisation: str
    organisation_id: int
    application_id: int = 0
    reference: str = ""
    agreement_id: int = 0
    claim_ids: list[int] = field(default_factory=list)

    @property
    def page(self) -> str:
        """The address of its application."""
        return f"/applications/{self.application_id}"

    @property
    def state(self) -> str:
        """Where the application stands."""
        return str(get_application(self.application_id).state)


AMOUNTS = {"MG": "500", "INS": "4000", "COL": "7000"}
NAMES = {"MG": "Meet & Greet", "INS": "Insight", "COL": "Collaboration"}


class Office:
    """IN2LifeSciences on a Monday in October, and everybody who works with it.

    `opening` moves the calls and all of the story to another time: processes of their own know only the real one.
    """

    FUND = "European Regional Development Fund"

    def __init__(self, app: Flask, clock: Any, *, envelope: str = "100000", opening: datetime = OPENING) -> None:
        self.app, self.clock = app, clock
        self.people: dict[str, Person] = {}
        clock.stop(opening)
        self.shift = timedelta(days=(opening.date() - OPENING.date()).days)
        text = IN2_FILE.read_text(encoding="utf-8").replace("all: 800000", f"all: {8 * int(envelope)}")
        self.programme = a_programme(
            re.sub(r"((?:amount|[A-Z]{2}-[A-Z0-9]{2,3}): )100000\b", rf"\g<1>{envelope}", text)
        )

    @cached_property
    def administrator(self) -> Person:
        """Invited by a command on the server, as the first one is."""
        email = "admin@office.example"
        accounts.invite_user(email, "Anna Admin", Role.ADMINISTRATOR, None, None, by=OFFICE, at=self.clock.now)
        return self._accept_invitation(email, with_factor=True)

    # letters ----------------------------------------------------------------------------------------------------

    def letters_to(self, email: str) -> list[Letter]:
        """The letters to somebody, the newest first."""
        db.session.rollback()
        return list(db.session.scalars(select(Letter).where(Letter.to_email == email).order_by(Letter.id.desc())))

    def link_in(self, email: str, containing: str = "/") -> str:
        """The address in the newest letter to somebody that has such a one."""
        for letter in self.letters_to(email):
            for address in links_in(letter):
                if containing in address:
                    return address
        raise AssertionError(f"no letter to {email} has a link with {containing}")

    def read_all_letters(self) -> Counter[str]:
        """Whoever received a letter opens every address in it. Answers how many there are of each occasion."""
        db.session.rollback()
        letters = list(db.session.scalars(select(Letter).order_by(Letter.id)))
        for letter in letters:
            reader = self.people.get(letter.to_email) or Person(self.app, letter.to_email)
            for address in links_in(letter):
                reader.open(address)
        return Counter(letter.occasion for letter in letters)

    # people -----------------------------------------------------------------------------------------------------

    def sign_up(self, name: str, email: str) -> Person:
        """An applicant signs up, confirms the address with the link of the letter, and signs in."""
        person = self.people[email] = Person(self.app, email, password=PASSWORD)
        person.open("/sign-up").press("Sign up", {"Your name": name, "Email address": email, "Password": PASSWORD})
        person.sees("Look at your mail")
        person.open(self.link_in(email, "/confirm/")).press("Confirm my email address")
        return person.open("/sign-in").sign_in()

    def hire(self, role: Role, region: str | None = None, *, name: str = "") -> Person:
        """The administrator invites somebody, who accepts and sets up a second factor."""
        email = f"{role.value.replace('_', '-')}{next(_numbers)}@office.example"
        where = self.programme.region(region).name if region else "All regions"
        self.administrator.open("/people/invite").press(
            "Send the invitation",
            {
                "Email address": email,
                "Name": name or f"{role.label!s} {next(_numbers)} of {region}",
                "Role": str(role.label),
                "Region": where,
            },
        )
        return self._accept_invitation(email, with_factor=role != Role.EXPERT)

    def _accept_invitation(self, email: str, *, with_factor: bool) -> Person:
        person = self.people[email] = Person(self.app, email, password=PASSWORD)
        person.open(self.link_in(email, "/invitation/")).press("Accept the invitation", {"Password": PASSWORD})
        if with_factor:
            person.secret = "".join(person.page.find_class("app-code")[0].text_content().split())
            code = pyotp.TOTP(person.secret).at(self.clock.now)
            person.press("Set up the second factor", {"Code": code}).press("I have kept them")
        return person

    def admit_expert(self, manager: Person, name: str) -> Person:
        """A manager admits an expert to the pool; the expert accepts the invitation."""
        number = next(_numbers)
        email = f"expert{number}@pool{number}.example"
        manager.open("/experts/new").press(
            "Admit the expert",
            {
                "Email address": email,
                "Name": name,
                "Programme": "in2lifesciences",
                "Employer": f"Institute {number}",
                "Country": "United Kingdom",
                "Partner region": "Scotland",
                "Languages in which": ["English", "French"],
                "Expertise in words": "Diagnostics, microfluidics",
                "Applications of one call": "10",
            },
        )
        expert = self._accept_invitation(email, with_factor=False)
        expert.open("/experts/mine")
        expert.follow("Declare your interests").press(
            "Declare", {"Your interests": "None.", "This is complete and true": True, "Your name": name}
        )
        return expert

    # people who are there already -------------------------------------------------------------------------------

    def known(self, user: Any) -> Person:
        """Somebody with an account, signed in."""
        person = self.people[user.email] = Person(self.app, user.email, password=PASSWORD)
        if user.totp_secret:
            person.secret = open_secret(user.totp_secret)
        signed_in(person.client, user)
        return person

    def staff(self, role: Role = Role.CLUSTER_MANAGER, region: str | None = "BE-WAL") -> Person:
        """Somebody who has worked in the office for long."""
        return self.known(a_member_of_staff(role, region=region, at=self.clock.now))

    def expert(self, name: str) -> Person:
        """Somebody who is in the pool already."""
        return self.known(an_expert(name=name, at=self.clock.now).user)

    def company(self, instrument: str, *, region: str = "BE-WAL", amount: str | None = None) -> Voucher:
        """A company whose owner has an account already."""
        owner = an_applicant(at=self.clock.now)
        organisation = an_organisation(owner, region, at=self.clock.now)
        amount = amount or AMOUNTS[instrument]
        return Voucher(self.known(owner), instrument, region, amount, organisation.name, organisation.id)

    def applied(self, instrument: str, *, region: str = "BE-WAL", amount: str | None = None) -> Voucher:
        """A company whose application is submitted."""
        voucher = self.draft(self.company(instrument, region=region, amount=amount))
        self.submit(voucher)
        return voucher

    # before the application -------------------------------------------------------------------------------------

    def a_company(self, instrument: str, *, region: str = "BE-WAL", amount: str | None = None) -> Voucher:
        """A person signs up and adds an organisation."""
        number = next(_numbers)
        sme, name = self.sign_up("Ada Applicant", f"ada{number}@sme{number}.example"), f"Société Nº {number} Biotech"
        sme.open("/organisations/new").press(
            "Add the organisation",
            {
                "Name of the organisation": name,
                "Partner region": self.programme.region(region).name,
                "Country": {"BE": "Belgium", "NL": "Netherlands", "DE": "Germany"}[region[:2]],
                "Number in the company register": f"REG-{number:06d}",
                "Street": "Rue de l'Exemple",
                "House number": str(number),
                "Post code": {"BE": "6041", "NL": "5216 XY", "DE": "70174"}[region[:2]],
                "Town": "Gosselies",
            },
        )
        return Voucher(sme, instrument, region, amount or AMOUNTS[instrument], name, sme.number)

    def enter_account(self, voucher: Voucher, iban: str = "") -> None:
        """The company enters its account."""
        voucher.sme.open(f"/organisations/{voucher.organisation_id}").follow("Enter a bank account").press(
            "Enter the account",
            {"Account holder": voucher.organisation, "IBAN": iban or IBANS[voucher.region]},
        )

    def confirm_account(self, voucher: Voucher, officer: Person) -> None:
        """Somebody of the office confirms it."""
        officer.open("/organisations/bank-accounts").follow(voucher.organisation)
        officer.open(f"/organisations/{voucher.organisation_id}").follow("Check this account")
        officer.press("Confirm the bank account", {"I have checked that this account": True})

    # the application --------------------------------------------------------------------------------------------

    def draft(self, voucher: Voucher) -> Voucher:
        """The company starts an application and fills in every section, and attaches what is asked for."""
        sme = voucher.sme
        sme.open(CALL).follow("Start")
        sme.press("Start", {"Which voucher do you apply for?": NAMES[voucher.instrument]})
        voucher.application_id = sme.number
        voucher.reference = re.search(r"Application (\S+)", sme.text)[1]
        for code, given in self.answers(voucher).items():
            sme.open(f"{voucher.page}/sections/{code}").press("Save and continue", given)
        if voucher.instrument != "MG":
            sme.open(f"{voucher.page}/documents")
            sme.press("Attach", {"Choose one or several files": (a_pdf("offer"), "offer.pdf")})
        return voucher

    def answers(self, voucher: Voucher) -> dict[str, dict[str, Any]]:
        """What is typed, section by section."""
        project = {
            "A short title that anybody understands": "A faster assay for sepsis",
            "What do you want to do, and how?": "We test our assay on samples of the partner.",
            "What will your company have or know": "We will know whether the assay holds in a clinic.",
        }
        if voucher.instrument == "COL":
            project["Which steps will the partner take"] = "The partner measures 200 samples and writes a report."
        return {
            "company": {
                "How many people work for you": "12",
                "Turnover of the last year": "1 900 000",
                "Balance sheet total": "1200000.50",
                "What do you work on?": "Biotechnology and medicines",
            },
            "project": project,
            "partner": {
                "Name of the company or institution": "Universitair Laboratorium",
                "Name of the contact person": "Jan de Vries",
                "Email address of the contact person": "jan@lab.example",
                "In which region is the partner?": "Gelderland",
                "Why this partner": "Nobody in our region has the instrument.",
            },
            "activity": {
                "On which day does the activity start?": date(2026, 11, 2) + self.shift,
                "On which day does it end?": date(2026, 12, 15) + self.shift,
                "How much do you ask for?": voucher.amount,
                "Can your company recover the VAT": "Yes",
            },
            "declarations": {
                "How much de minimis aid": "0",
                "No other public money": True,
                "What I have written is true": True,
            },
        }

    def declare_aid(self, voucher: Voucher) -> None:
        """The company signs that it received no aid, as the papers of its draft ask."""
        sme, asked = voucher.sme, "no voucher is granted before it is signed"
        assert asked in sme.open(voucher.page).text
        sme.follow("Aid received, and what may still be granted")
        sme.press("Sign the declaration", {"Your first and last name": find_user(sme.email).name, **self.declared(sme)})
        assert asked not in sme.open(voucher.page).text

    def submit(self, voucher: Voucher) -> None:
        """The company declares its aid, checks its answers and submits; the receipt is on the screen."""
        self.declare_aid(voucher)
        sme = voucher.sme
        sme.open(f"{voucher.page}/check").press("Submit the application", self.declared(sme))
        sme.sees("eceipt", voucher.reference)

    @staticmethod
    def declared(person: Person) -> dict[str, Any]:
        """The tick beside the declaration, whatever its words are."""
        box = next(one for one in person.page.iter("input") if one.get("name") == "declared")
        label = next(one for one in person.page.iter("label") if one.get("for") == box.get("id"))
        return {" ".join(label.text_content().split()): True}

    # the office decides -----------------------------------------------------------------------------------------

    def check(self, voucher: Voucher, manager: Person) -> None:
        """The formal check: every rule is met."""
        manager.open(f"/evaluation/applications/{voucher.application_id}/check").press("Eligible")

    def assign(self, voucher: Voucher, manager: Person, name: str) -> None:
        """The manager asks an expert."""
        manager.open(f"/evaluation/applications/{voucher.application_id}/experts")
        manager.press("Assign the chosen expert", {f"Choose {name}": True})

    def mark(self, voucher: Voucher, expert: Person, *marks: str) -> None:
        """The expert follows the letter, declares that there is no conflict, and marks."""
        expert.open(self.link_in(expert.email, "/evaluation/")).sees("Do you have a conflict of interest?")
        assert "Nobody in our region has the instrument." not in expert.text
        expert.press("Declare and open the application", {"I have no conflict of interest": True})
        expert.sees("Nobody in our region has the instrument.")
        expert.open(re.sub(r"(/assignments/\d+).*", r"\1/marks", expert.address))
        given = {}
        for name, mark in zip(
            ("What is new", "Benefit for the company", "The partner and the other region"), marks, strict=True
        ):
            given |= {f"Mark for “{name}”": mark, f"Why? ({name})": f"It deserves {mark}."}
        expert.press("Submit the marks", given | {"Your comment on the whole": "Worth a decision."})

    def evaluate(self, voucher: Voucher, manager: Person, *experts: tuple[str, Person], mark: str = "4") -> None:
        """Two experts are asked and mark."""
        for name, _expert in experts:
            self.assign(voucher, manager, name)
        for _name, expert in experts:
            self.mark(voucher, expert, mark, mark, mark)

    def award(self, voucher: Voucher, manager: Person, reason: str = "") -> None:
        """The manager awards, from the application's own page."""
        manager.open(f"/decisions/applications/{voucher.application_id}").follow("Award")
        manager.press("Award the voucher", {"Reason (optional)": reason})

    def issue(self, voucher: Voucher, manager: Person) -> None:
        """The manager issues the agreement."""
        manager.open(f"/agreements/issue/{voucher.application_id}").press("Issue the agreement")
        voucher.agreement_id = manager.number

    def accept(self, voucher: Voucher, manager: Person) -> None:
        """SME and region accept on their pages, the provider by the mailed link; each by name."""
        accepting = "I have read the agreement"
        sme = voucher.sme.open(f"/agreements/{voucher.agreement_id}").follow("Accept the agreement")
        sme.press("Accept the agreement", {"Your first and last name": "Ada Applicant", accepting: True})
        if voucher.instrument != "MG":
            provider = Person(self.app, "jan@lab.example")
            provider.open(self.link_in("jan@lab.example", "/agreements/provider/")).follow("Accept the agreement")
            provider.press("Accept the agreement", {"Your first and last name": "Jan de Vries", accepting: True})
        manager.open(f"/agreements/{voucher.agreement_id}").follow("Accept for the region")
        name = find_user(manager.email).name
        manager.press("Accept the agreement", {"Your first and last name": name, accepting: True})

    def agreed(self, instrument: str, manager: Person, *, amount: str | None = None) -> Voucher:
        """A company with an agreement in force; decided without experts where the voucher needs none."""
        voucher = self.applied(instrument, amount=amount)
        self.check(voucher, manager)
        if instrument != "MG":
            experts = [(name, self.expert(name)) for name in ("Alma", "Bruno")]
            self.evaluate(voucher, manager, *experts)
        self.award(voucher, manager)
        self.issue(voucher, manager)
        self.accept(voucher, manager)
        return voucher

    # the money --------------------------------------------------------------------------------------------------

    def claim(self, voucher: Voucher, *costs: str, is_final: bool = True, on: date = date(2026, 11, 10)) -> None:
        """The company claims costs, each with its evidence, and writes its report, which is signed where it must be."""
        sme = voucher.sme
        sme.open(f"/claims/of/{voucher.agreement_id}").press("Start or continue a claim")
        claim_id = sme.number
        voucher.claim_ids.append(claim_id)
        for net in costs:
            self.add_cost(voucher, claim_id, net, on)
        self.attach_papers(voucher, claim_id)
        self.report(voucher, is_final=is_final)
        self.sign_report(voucher)
        self.submit_claim(voucher, is_final=is_final)

    def report(self, voucher: Voucher, *, is_final: bool = True) -> None:
        """The company writes, answers what its voucher asks, and with its last claim says how satisfied it is."""
        asked, page = self.programme.instrument(voucher.instrument).plan.claim, f"/claims/{voucher.claim_ids[-1]}"
        said = {"What did you do": "We met, measured and wrote it down."}
        said |= {str(one.label): "More than we had hoped for." for one in asked.report}
        voucher.sme.open(f"{page}/report").press("Save the report", said)
        if asked.satisfaction and is_final:
            voucher.sme.open(page).follow("How satisfied are you?")
            voucher.sme.press("Save", {str(one.label): "4" for one in asked.satisfaction})

    def sign_report(self, voucher: Voucher) -> None:
        """Whoever is asked signs by name: the company on its page, the provider by the mailed link."""
        page, read = f"/claims/{voucher.claim_ids[-1]}", "I have read the report"
        asked = {party.value for party in self.programme.instrument(voucher.instrument).plan.claim.signed_by}
        if "sme" in asked:
            name = find_user(voucher.sme.email).name
            signing = voucher.sme.open(page).follow("Sign the report").sees("We met, measured and wrote it down.")
            signing.press("Sign the report", {"Your first and last name": name, read: True}).sees(
                "The report is signed."
            )
        if "provider" in asked:
            voucher.sme.open(page).follow("Ask the provider to sign").press("Send the link")
            provider = Person(self.app, "jan@lab.example")
            provider.open(self.link_in("jan@lab.example", "/claims/provider/")).sees("We met, measured")
            provider.press("Sign the report", {"Your first and last name": "Jan de Vries", read: True})
            provider.sees("You have signed this report")

    def add_cost(self, voucher: Voucher, claim_id: int, net: str, on: date) -> None:
        """One invoice, and its file."""
        kinds = {"MG": "Train", "INS": "Fee of the expert", "COL": "Services of the partner"}
        number = next(_numbers)
        cost = {
            "What kind of cost is it?": kinds[voucher.instrument],
            "What was it for?": "Measurements",
            "Who wrote the invoice?": "Universitair Laboratorium",
            "Number of the invoice": f"INV-{number}",
            "Date of the invoice": on,
            "Day of the journey or service": on,
            "Amount without VAT": net,
            "VAT": "0",
            "Can your company recover this VAT?": "Yes",
        }
        voucher.sme.open(f"/claims/{claim_id}/costs/new").press("Save the cost", cost)
        voucher.sme.sees("Now attach its invoice or ticket")
        voucher.sme.press("Attach the file", {"File": (a_pdf("invoice"), f"invoice-{number}.pdf")})
        if voucher.instrument == "MG":
            self.say_the_journey(voucher, f"INV-{number}", on)

    def say_the_journey(self, voucher: Voucher, invoice: str, on: date) -> None:
        """There and back on one day; the page offers it beside the cost."""
        sme = voucher.sme.follow(f"Journeys Universitair Laboratorium, {invoice}")
        for way in (("Gosselies", "Nijmegen"), ("Nijmegen", "Gosselies")):
            days = {"Day of departure": on, "Day of arrival": on, "Who travelled?": "Ada Applicant"}
            sme.press("Save the journey", dict(zip(("From", "To"), way, strict=True)) | days)
            sme.sees(" – ".join(way))

    def attach_papers(self, voucher: Voucher, claim_id: int) -> None:
        """The other files that are asked for."""
        plan = self.programme.instrument(voucher.instrument).plan
        for asked in plan.claim_documents[1:]:
            voucher.sme.open(f"/claims/{claim_id}/evidence").press(
                "Attach the file", {"What is it?": str(asked.name), "File": (a_pdf(asked.code), f"{asked.code}.pdf")}
            )

    def submit_claim(self, voucher: Voucher, *, is_final: bool = True, answer: str = "") -> None:
        """The company declares and submits its claim, with its answer where something was asked."""
        said: dict[str, Any] = {"Is this the last claim": "Yes" if is_final else "No", "The costs are real": True}
        said |= {"Your answer": answer} if answer else {}
        voucher.sme.open(f"/claims/{voucher.claim_ids[-1]}/submit").press("Submit the claim", said)

    def verify(self, voucher: Voucher, manager: Person, *, instead: str = "", why: str = "") -> None:
        """The manager verifies: all costs in full, or the first one at another amount and why."""
        manager.open(f"/claims/{voucher.claim_ids[-1]}/verify")
        given: dict[str, Any] = {
            "The report shows": True,
            "Each accepted cost has its invoice": True,
            "Each accepted cost belongs": True,
        }
        if instead:
            given |= {"Accepted of": instead, "Kind of error of": "The rules do not allow", "Why not all of": why}
        manager.press("Verify", given)

    def authorise(self, voucher: Voucher, officer: Person) -> None:
        """Another officer authorises the claim."""
        officer.open(f"/claims/{voucher.claim_ids[-1]}/authorise")
        officer.press("Authorise €", {"I have looked at the costs": True})

    def receive_funds(self, officer: Person, amount: str, *, region: str = "BE-WAL", call: str = "2026-1") -> None:
        """The region's bank received money of the programme."""
        envelope = self.programme.envelope(region, call)
        officer.open(f"/budgets/{envelope.id}/receive-funds").press(
            "Put it in the books",
            {
                "Which fund": self.FUND,
                "Amount on the bank statement": amount,
                "Day on the bank statement": self.clock.now.date(),
                "Reference on the bank statement": f"STMT-{next(_numbers)}",
            },
        )

    def pay(self, voucher: Voucher, maker: Person, second: Person, *, on: date | None = None) -> bytes:
        """One officer makes the batch, another authorises it, the bank pays; answers the bank file."""
        on = on or next_tuesday(self.clock.now)
        self.make_batch(voucher, maker, on)
        batch = maker.address
        second.open(batch).follow("Authorise")
        second.press("Authorise the batch", {"I have checked the beneficiaries": True})
        second.follow("Download the bank file")
        written = second.data
        self.clock.stop(datetime(on.year, on.month, on.day, 15, tzinfo=UTC))
        maker.open(batch).follow("Mark as executed by the bank")
        maker.press("Book the payments", {"Booking day": on, "Reference of the bank": "STMT-2026-231"})
        return written

    def make_batch(self, voucher: Voucher, maker: Person, on: date) -> None:
        """The officer picks the claim from the list of what is to be paid."""
        maker.open("/payments/")
        row = next(one for one in maker.page.iter("tr") if f"{voucher.reference}" in one.text_content())
        box = next(one for one in row.iter("input") if one.get("name") == "picked")
        label = next(row.iter("label"))
        assert label.get("for") in (None, box.get("id"))
        maker.press("Make a batch of the selected", {" ".join(label.text_content().split()): True})
        maker.press("Make the batch", {"Day of payment": on})


def links_in(letter: Letter) -> list[str]:
    """The addresses in a letter."""
    return re.findall(r"https?://\S+", letter.body)


def next_tuesday(at: datetime) -> date:
    """A day on which banks work, in two weeks at most."""
    day = at.date() + timedelta(days=3)
    return day + timedelta(days=(1 - day.weekday()) % 7)

"""The office of Health2CARE: two calls that look for people, then one whose vouchers are spent with them.

What people do is done through the pages alone, as in `office`; the words are those of the example file.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask

import vouchers.programmes
from tests.builders.programmes import a_programme
from tests.stories.office import Office, Voucher, a_pdf
from tests.stories.pages import Person
from vouchers.core.clock import add_months
from vouchers.decisions.jobs import decide_session, tell_session
from vouchers.matching import jobs as matching
from vouchers.users.queries import find_user
from vouchers.users.states import Role

FILE = Path(vouchers.programmes.__file__).parent / "files" / "examples" / "health2care.yaml"
AUTUMN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""A Monday on which the office looks for providers and jurors."""
OPEN = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
"""The day after the call for vouchers opens."""
CLOSED = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
REGION = "FR-ARA"
KNOWLEDGE = "Knowledge of the field"
_numbers = count(1)


class HealthOffice(Office):
    """Health2CARE as its example file says it, on the day on which the calls for the pool open."""

    FUND = "European Union"

    def __init__(self, app: Flask, clock: Any) -> None:
        self.app, self.clock = app, clock
        self.people: dict[str, Person] = {}
        self.shift = timedelta(0)
        clock.stop(AUTUMN)
        self.programme = a_programme(FILE.read_text(encoding="utf-8"))

    @property
    def call_id(self) -> int:
        """Of the call for vouchers."""
        return self.programme.call("2027").id

    def employ(self, role: Role, name: str) -> Person:
        """Somebody of the region's office."""
        return self.hire(role, REGION, name=name)

    # the calls for people -----------------------------------------------------------------------------------------

    def publish_pool_call(self, keeper: Person, whom: str, title: str) -> None:
        """The keeper of the registers writes a call for providers or for experts, and publishes it."""
        words = {
            "Whom do you look for?": whom,
            "Title of the call": title,
            "Text of the call": "We look for people who know how a product reaches a patient.",
            "Opens on": AUTUMN.date(),
            "Opens at": "08:00",
            "Last day": date(2026, 12, 15),
            "Closes at": "17:00",
            "Time zone": "Europe/Paris",
            "Admitted for how many months": "24",
            "Criteria": f"{KNOWLEDGE}; 60; 3",
        }
        keeper.open("/pools/new").press("Save as a draft", words).press("Publish")
        keeper.sees("The call is published", title)

    def add_organisation(self, owner: Person, name: str) -> int:
        """A person adds the company or practice."""
        number = next(_numbers)
        owner.open("/organisations/new").press(
            "Add the organisation",
            {
                "Name of the organisation": name,
                "Partner region": "Auvergne-Rhône-Alpes",
                "Country": "France",
                "Number in the company register": f"RCS-{number:06d}",
                "Street": "Rue de l'Exemple",
                "House number": str(number),
                "Post code": "69007",
                "Town": "Lyon",
            },
        )
        return owner.number

    def enrol_provider(self, title: str, practice: str, person: str) -> Person:
        """Somebody signs up, adds a practice, and enrols it as a provider; the receipt is on the screen."""
        owner = self.sign_up(person, f"owner@practice{next(_numbers)}.example")
        self.add_organisation(owner, practice)
        owner.open("/pools/").follow(title).follow("Enrol").press("Begin", {"Which organisation enrols?": practice})
        answers = {
            "Email address": owner.email,
            "Fields of expertise": ["Regulatory affairs", "Reimbursement"],
            "Services and prices": "Regulatory file; 900; day\nReimbursement dossier",
        }
        owner.press("Save and continue", answers)
        return self._hand_in(owner, person)

    def enrol_juror(self, title: str, person: str, employer: str, *fields: str) -> Person:
        """Somebody signs up and enrols as an expert who marks."""
        juror = self.sign_up(person, f"juror@institute{next(_numbers)}.example")
        juror.open("/pools/").follow(title).follow("Enrol").press("Begin")
        answers = {
            "Employer": employer,
            "Country": "Germany",
            "Languages in which": ["English", "French"],
            "Fields of expertise": list(fields),
            "Expertise in words": "Medical devices, notified bodies, clinical evaluation",
            "Daily rate": "600",
            "Applications of one call at most": "5",
        }
        juror.press("Save and continue", answers)
        juror.press("Attach", {"File": (a_pdf("cv"), "cv.pdf")}).follow("Continue")
        return self._hand_in(juror, person)

    def _hand_in(self, person: Person, name: str) -> Person:
        person.press("Submit", {"What I say here is true": True, "Your name": name})
        return person.sees("Your receipt number", "HEALTH2CARE-POOL-2026-")

    def judge(self, keeper: Person, title: str, name: str, mark: str) -> None:
        """The keeper finds the enrolment on the page of its call, and marks it."""
        keeper.open("/pools/kept").follow(title)
        keeper.open(f"{keeper.address}?q={name}").follow("HEALTH2CARE-POOL-2026-").sees(name).follow("Mark")
        keeper.press("Save the marks", {KNOWLEDGE: mark, "Why?": "Seen in the answers."}).sees("The marks are kept.")

    def admit(self, keeper: Person, title: str, name: str) -> None:
        """Marked, and admitted for the months of the call."""
        self.judge(keeper, title, name, "4")
        keeper.follow("Admit").press("Admit", {"Admitted until": add_months(self.clock.now.date(), 24)})
        keeper.sees(f"{name} is admitted")

    def sign_contract(self, keeper: Person, juror: Person, name: str) -> None:
        """The office offers a contract, the juror accepts it and declares the interests, the office signs."""
        keeper.open("/experts/").follow(name).follow("Issue a contract").press("Issue the contract")
        address, read = keeper.address, {"I have read the contract and accept it.": True}
        juror.open(self.link_in(juror.email, "/experts/contracts/")).follow("Accept the contract")
        juror.press("Accept the contract", {"Your name": name, **read}).sees("The office signs it next")
        keeper.open(address).follow("Sign for the office")
        keeper.press("Sign for the office", {"Your name": find_user(keeper.email).name, **read})
        keeper.sees("The contract is in force.")
        juror.open("/experts/mine").follow("Declare your interests")
        juror.press("Declare", {"Your interests": "None.", "This is complete and true": True, "Your name": name})

    # the call for vouchers ----------------------------------------------------------------------------------------

    def a_health_company(self, name: str, person: str, *, amount: str) -> Voucher:
        """A company with an account that the office has still to confirm."""
        sme = self.sign_up(person, f"info@company{next(_numbers)}.example")
        organisation_id = self.add_organisation(sme, name)
        return Voucher(sme, "H2C", REGION, amount, name, organisation_id)

    def apply(self, voucher: Voucher, provider: str, email: str) -> None:
        """The company answers every section, and names who shall do the work."""
        sme = voucher.sme
        sme.open("/calls/health2care/2027").follow("Start").press(
            "Start", {"Which voucher do you apply for?": "Health voucher"}
        )
        voucher.application_id = sme.number
        found = re.search(r"Application (\S+)", sme.text)
        assert found is not None
        voucher.reference = found[1]
        for code, given in self.answers(voucher).items():
            sme.open(f"{voucher.page}/sections/{code}").press("Save and continue", given)
        self.name_provider(voucher, provider, email)

    def name_provider(self, voucher: Voucher, provider: str, email: str) -> None:
        """The last section: with whom the voucher would be spent."""
        named = {"Name of the company, university": provider, "Email address of the contact person": email}
        voucher.sme.open(f"{voucher.page}/sections/provider").press("Save and continue", named)

    def answers(self, voucher: Voucher) -> dict[str, dict[str, Any]]:
        """What is typed, section by section, but for the provider."""
        return {
            "company": {
                "How many people work for you": "12",
                "Turnover of the last year": "1 900 000",
                "Balance sheet total": "1200000.50",
                "How much de minimis aid": "0",
            },
            "project": {
                "A short title that anybody understands": "A file for the notified body",
                "Which services do you need?": ["Regulatory affairs"],
                "What do you need it for?": "Our patch measures lactate; nobody of us has written such a file.",
                "When does the work begin?": date(2027, 6, 1),
                "How much do you ask for?": voucher.amount,
            },
        }

    # the jury -----------------------------------------------------------------------------------------------------

    def propose_jurors(self, manager: Person) -> None:
        """The integer programme says who marks what, and the manager assigns it."""
        address = f"/matching/calls/{self.call_id}?region={REGION}"
        manager.open(address).press("Propose who marks what")
        run = manager.number
        matching.propose(run, at=self.clock.now)
        manager.open(f"/matching/runs/{run}").sees("this is proven")

    def give(self, manager: Person) -> None:
        """The proposal that is on the screen is assigned."""
        run = manager.number
        manager.follow("Confirm and assign").press("Confirm and assign")
        matching.give(run, at=self.clock.now)

    def expert_id(self, manager: Person, name: str) -> int:
        """Of somebody in the register of experts."""
        return manager.open("/experts/").follow(name).number

    def judge_application(self, voucher: Voucher, juror: Person, mark: str) -> None:
        """A juror declares that there is no conflict, answers the question on scope, and marks."""
        juror.open("/evaluation/").follow(voucher.reference).sees("Do you have a conflict of interest?")
        juror.press("Declare and open the application", {"I have no conflict of interest": True})
        juror.sees("nobody of us has written such a file").follow("Your score sheet")
        given: dict[str, Any] = {"Is it work of one of the listed fields": "Yes"}
        for name in ("Need", "Market", "Team"):
            given |= {f"Mark for “{name}”": mark, f"Why? ({name})": "What they write is sound and complete."}
        juror.press("Submit the marks", given | {"Your comment on the whole": "Worth a voucher."})

    # the decision -------------------------------------------------------------------------------------------------

    def decide(self, first: Person, second: Person) -> None:
        """The ranking is proposed by one person and confirmed by another; the letters go out in one batch."""
        first.open("/decisions/").follow("Expression of interest 2027").follow("Decision sessions")
        first.press("Prepare a session from the ranking")
        address = first.address
        first.follow("Propose").press("Propose").sees("Another person confirms it")
        first.open(f"{address}/confirm", status=403)
        second.open(address).follow("Confirm").press("Confirm", {"I have": True}).sees("Confirmed.")
        decide_session(session_id=second.number, at=self.clock.now)
        second.open(address).follow("Send").press("Send")
        tell_session(session_id=second.number, at=self.clock.now)

    # the agreement and the claim ----------------------------------------------------------------------------------

    def accept(self, voucher: Voucher, manager: Person) -> None:
        """Company, provider and region accept, each by name."""
        accepting, typed = "I have read the agreement", "Your first and last name"
        sme = voucher.sme.open(f"/agreements/{voucher.agreement_id}").follow("Accept the agreement")
        sme.press("Accept the agreement", {typed: find_user(sme.email).name, accepting: True})
        contact = Person(self.app, self.provider_email)
        contact.open(self.link_in(self.provider_email, "/agreements/provider/")).follow("Accept the agreement")
        signed = {typed: "Rosa Regula", "Your function": "Owner", accepting: True}
        contact.press("Accept the agreement", signed)
        manager.open(f"/agreements/{voucher.agreement_id}").follow("Accept for the region")
        manager.press("Accept the agreement", {typed: find_user(manager.email).name, accepting: True})

    provider_email = ""

    def enter_invoice(self, voucher: Voucher, supplier: str, net: str, *, status: int = 200) -> Person:
        """The company enters an invoice into its claim."""
        sme = voucher.sme.open(f"/claims/of/{voucher.agreement_id}").press("Start or continue a claim")
        claim_id = sme.number
        if claim_id not in voucher.claim_ids:
            voucher.claim_ids.append(claim_id)
        cost = {
            "What kind of cost is it?": "Regulatory affairs",
            "What was it for?": "The technical file",
            "Who wrote the invoice?": supplier,
            "Number of the invoice": "2027-118",
            "Date of the invoice": self.clock.now.date(),
            "Day of the journey or service": self.clock.now.date(),
            "Amount without VAT": net,
            "VAT": "0",
            "Can your company recover this VAT?": "Yes",
        }
        return sme.open(f"/claims/{claim_id}/costs/new").press("Save the cost", cost, status=status)

    def hand_in_claim(self, voucher: Voucher) -> None:
        """The invoice's file, the expert's report, the company's own words; then it is submitted."""
        sme, claim_id = voucher.sme, voucher.claim_ids[-1]
        sme.press("Attach the file", {"File": (a_pdf("invoice"), "invoice.pdf")})
        report = {"What is it?": "Report of the expert", "File": (a_pdf("report"), "report.pdf")}
        sme.open(f"/claims/{claim_id}/evidence").press("Attach the file", report)
        sme.open(f"/claims/{claim_id}/report").press("Save the report", {"What did you do": "The file is written."})
        self.submit_claim(voucher)

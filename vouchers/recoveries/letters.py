"""What is written about a recovery, the order on paper, and the few words about something confidential."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from vouchers.applications.queries.files import list_writers
from vouchers.core.formatting import long_day, money, percent
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.documents.actions import add_document, take_made
from vouchers.letters.actions import Addressee
from vouchers.organisations.rules.iban import format_iban
from vouchers.recoveries import queries
from vouchers.recoveries.models import Recovery, RecoveryPlan, Suspicion
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.workflow.transition import Step

LANGUAGE = "en"
"""Orders have one binding language, as agreements have."""


def write_to_officers(step: Step, recovery: Recovery, occasion: str, *, besides: int | None, **values: Any) -> None:
    """Those who may decide as another person."""
    for person in queries.list_officers(recovery, besides=besides):
        step.write(addressee(person), f"recoveries/{occasion}", **(_facts(recovery) | values))


def write_to_proposer(step: Step, recovery: Recovery, person: User | None, occasion: str, **values: Any) -> None:
    """Whoever proposed something for it: what became of that."""
    if person is not None:
        step.write(addressee(person), f"recoveries/{occasion}", **(_facts(recovery) | values))


def plan_facts(plan: RecoveryPlan) -> dict[str, Any]:
    """What a letter says of instalments that are proposed."""
    return {"parts": plan.parts, "first_on": plan.first_on, "plan_reason": plan.reason}


def write_to_debtor(step: Step, recovery: Recovery, occasion: str, **values: Any) -> None:
    """The company's people."""
    for writer in list_writers(recovery.agreement.application.organisation):
        step.write(addressee(writer), f"recoveries/{occasion}", **(_facts(recovery) | values))


def write_order(step: Step, recovery: Recovery) -> None:
    """The order with its file, to the company's people; the region's office has it too."""
    region = recovery.agreement.application.region
    kept = take_made(order_pdf(recovery), f"{recovery.number}.pdf", "application/pdf")
    document = add_document(
        kept,
        purpose="recovery_order",
        subject_kind="recovery",
        subject_id=recovery.id,
        step_id=step.id,
        by_id=step.actor.id,
        at=step.at,
    )
    recovery.document_id = document.id
    people = [addressee(one) for one in list_writers(recovery.agreement.application.organisation)]
    for reader in [*people, Addressee(region.email, region.office_name, LANGUAGE)]:
        step.write(reader, "recoveries/order", document, **_facts(recovery))


def write_confided(step: Step, suspicion: Suspicion, person: User) -> None:
    """That there is something to read, and not a word about what."""
    step.write(
        addressee(person), "recoveries/confide", link=full_url("recoveries.suspicion", suspicion_id=suspicion.id)
    )


def _facts(recovery: Recovery) -> dict[str, Any]:
    application = recovery.agreement.application
    region = application.region
    return {
        "number": recovery.number,
        "voucher": recovery.voucher,
        "project": application.title,
        "organisation": application.organisation.name,
        "region": region.office_name,
        "region_email": region.email,
        "holder": region.account_holder,
        "iban": format_iban(region.iban),
        "principal": recovery.principal,
        "cause": recovery.cause.label,
        "decision": recovery.decision,
        "reason": recovery.reason,
        "due_on": recovery.due_on,
        "has_interest": recovery.interest_rate is not None,
        "relief": recovery.relief.label if recovery.relief else "",
        "relief_reason": recovery.relief_reason,
        "answer": recovery.answer,
        "link": full_url("recoveries.show", recovery_id=recovery.id),
    }


# On paper ------------------------------------------------------------------------------------------------------------


def order_pdf(recovery: Recovery) -> bytes:
    """The order as a file: what is owed and why, until when and where it is paid, and what follows if it is not."""
    application = recovery.agreement.application
    region = application.region
    assert recovery.ordered_at is not None
    with force_locale(LANGUAGE):
        title = _("Order for recovery %(number)s", number=recovery.number)
        story: list[Any] = [
            pages.title(title),
            pages.paragraph(
                _(
                    "%(organisation)s has received money under the agreement %(number)s that is to be paid back.",
                    organisation=application.organisation.name,
                    number=recovery.agreement.number,
                )
            ),
            pages.key_values(_order_facts(recovery)),
            pages.heading(_("Facts and reasons")),
            pages.paragraph(recovery.reason),
            pages.heading(_("If it is paid late")),
            pages.paragraph(_say_interest(recovery)),
            pages.paragraph(
                _("What is not paid may be set off against other payments to the company by the same region.")
            ),
        ]
        return pages.build_pdf(
            story,
            title=str(title),
            author=region.office_name,
            language=LANGUAGE,
            letterhead=pages.Letterhead(
                region.office_name,
                (f"{region.street} {region.building}".strip(), f"{region.post_code} {region.town}", region.email),
                recovery.number,
            ),
            created_at=recovery.ordered_at,
        )


def _order_facts(recovery: Recovery) -> list[tuple[Any, Any]]:
    region = recovery.agreement.application.region
    facts: list[tuple[Any, Any]] = [
        (_("Amount"), money(recovery.principal)),
        (_("To be paid by"), long_day(recovery.due_on) if recovery.due_on else "–"),
        (_("To the account of"), region.account_holder),
        (_("IBAN"), format_iban(region.iban)),
        (_("Reference"), recovery.number),
        (_("Cause"), recovery.cause.label),
        (_("Decision"), recovery.decision),
    ]
    if recovery.irregularity is not None:
        facts.append((_("Type of irregularity"), recovery.irregularity.label))
    return facts


def _say_interest(recovery: Recovery) -> Any:
    if recovery.interest_rate is None:
        return _("No interest is charged.")
    return _(
        "From the day after the due day on, interest of %(rate)s a year is owed on what is late: simple, actual days "
        "of 365, rounded down to the cent. Source of the rate: %(basis)s.",
        rate=percent(recovery.interest_rate, 2),
        basis=recovery.interest_basis,
    )

"""What the applicant receives on paper: the receipt (page, mail and PDF say the same) and the note of a withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vouchers.applications.models import Application, Partner, Submission
from vouchers.applications.queries.versions import list_submissions
from vouchers.applications.rules.content import Content, declaration, read_content
from vouchers.applications.rules.next_steps import what_happens_next
from vouchers.applications.states import ApplicationState
from vouchers.core.formatting import both_zones, file_size, money
from vouchers.core.links import full_url
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.documents.letterhead import Letterhead
from vouchers.letters.actions import Addressee
from vouchers.programmes.rules.rounds import round_of
from vouchers.users.models import User
from vouchers.workflow.transition import Step

Line = tuple[Sentence | str, Sentence | str]


def write_receipts(
    step: Step, application: Application, submission: Submission, *, version: int, by: User, readers: Iterable[User]
) -> None:
    """Tell everybody who may act for the organisation that it was submitted, or that its answers were clarified.

    Args:
        version: how many were handed in with this one.
    """
    part = round_of(application.call.plan, application.submitted_at or submission.submitted_at)
    for reader in readers:
        step.write(
            _addressee(reader),
            "applications/amend" if version > 1 else "applications/submit",
            version=version,
            reference=application.reference,
            title=application.title,
            organisation=application.organisation.name,
            instrument=application.instrument.plan.name.in_language(reader.language),
            call=application.call.plan.title.in_language(reader.language),
            receipt_number=submission.receipt_number,
            submitted_by=by.name,
            submitted_at=submission.submitted_at,
            call_zone=application.call.time_zone,
            reader_zone=reader.time_zone,
            cut_off=part.cut_off if part else None,
            sha256=submission.sha256,
            link=full_url("applications.receipt", application_id=application.id),
        )


def write_withdrawal(step: Step, application: Application, *, by: User, reason: str, readers: Iterable[User]) -> None:
    """Tell everybody who may act for the organisation that it was withdrawn."""
    for reader in readers:
        step.write(
            _addressee(reader),
            "applications/withdraw",
            reference=application.reference,
            title=application.title,
            organisation=application.organisation.name,
            withdrawn_by=by.name,
            reason=reason,
            link=full_url("applications.show", application_id=application.id),
        )


def write_of_signature(
    step: Step, application: Application, occasion: str, *, by: User, readers: Iterable[User], reason: str = ""
) -> None:
    """Ask those who may sign, or tell the writers that it came back."""
    call = application.call
    for reader in readers:
        step.write(
            _addressee(reader),
            f"applications/{occasion}",
            reference=application.reference,
            title=application.title,
            organisation=application.organisation.name,
            sender=by.name,
            reason=reason,
            closes_at=call.closes_at,
            call_zone=call.time_zone,
            reader_zone=reader.time_zone,
            link=full_url("applications.show", application_id=application.id),
        )


def write_recusal(step: Step, application: Application, *, by: User, reason: str, readers: Iterable[User]) -> None:
    """Tell the other managers of the region that somebody keeps away from an application."""
    for reader in readers:
        step.write(
            _addressee(reader),
            "applications/recuse",
            reference=application.reference,
            organisation=application.organisation.name,
            officer=by.name,
            reason=reason,
            link=full_url("applications.show", application_id=application.id),
        )


def write_reminders(step: Step, application: Application, hours: int, *, readers: Iterable[User]) -> None:
    """Tell those whose turn it is how much time is left."""
    call = application.call
    for reader in readers:
        step.write(
            _addressee(reader),
            "applications/remind",
            reference=application.reference,
            title=application.title,
            organisation=application.organisation.name,
            hours=hours,
            awaits_signature=application.state == ApplicationState.AWAITING_SIGNATURE,
            closes_at=call.closes_at,
            call_zone=call.time_zone,
            reader_zone=reader.time_zone,
            link=full_url("applications.show", application_id=application.id),
        )


def write_invitation(step: Step, partner: Partner, token: str, *, by: User, occasion: str = "invite_partner") -> None:
    """Ask the partner's contact person, who has no account, for the first time or again.

    Args:
        by: who invites.
    """
    application, addressee = partner.application, Addressee(partner.email, partner.contact)
    step.write(
        addressee,
        f"applications/{occasion}",
        partner=partner.name,
        title=application.title,
        organisation=application.organisation.name,
        inviter=by.name,
        call=application.call.plan.title.in_language(addressee.language),
        due_at=partner.due_at,
        call_zone=application.call.time_zone,
        link=full_url("partners.visit", token=token),
    )


def write_of_partner(step: Step, partner: Partner, occasion: str, readers: Iterable[User]) -> None:
    """Tell the writers what a partner answered, or that none came."""
    application = partner.application
    for reader in readers:
        step.write(
            _addressee(reader),
            f"applications/{occasion}",
            partner=partner.name,
            contact=partner.contact,
            reference=application.reference,
            title=application.title,
            link=full_url("applications.partners", application_id=application.id),
        )


def _addressee(reader: User) -> Addressee:
    return Addressee(reader.email, reader.name, reader.language, reader.id)


def receipt_lines(application: Application, submission: Submission, content: Content, zone: str) -> list[Line]:
    """The facts of the receipt, for the page and for the PDF."""
    call = application.call
    lines: list[Line] = [
        (_("Receipt number"), submission.receipt_number),
        (_("Application"), f"{content.reference}, {content.answers.get('title') or application.title}"),
        (_("Organisation"), content.organisation["name"]),
        (_("Call"), call.plan.title.for_reader()),
        (_("Voucher"), application.instrument.plan.name.for_reader()),
        (_("Region"), application.region.name.for_reader()),
        (_("Amount asked for"), money(application.requested)),
        (_("Submitted by"), content.submitted_by),
        (_("Received by the server"), both_zones(submission.submitted_at, call.time_zone, zone)),
        *round_line(application, zone),
        (_("The same in UTC"), f"{submission.submitted_at:%Y-%m-%d %H:%M:%S} UTC"),
        (_("SHA-256 of the content"), submission.sha256),
    ]
    partners: list[Line] = [(_("Partner"), _partner_line(one)) for one in content.partners]
    return [*lines[:3], *partners, *lines[3:]]


def _partner_line(partner: Mapping[str, str]) -> str:
    """A confirmed partner as it was submitted: name, number, who confirmed."""
    parts = ("name", "vat_number", "register_number", "contact", "function")
    return ", ".join(text for part in parts if (text := partner.get(part)))


def received_sentence(submission: Submission) -> Sentence:
    """What was received: the application, or a further version of it, beside which the first one stands."""
    versions = list_submissions(submission.application_id)
    if submission.id == versions[0].id:
        return _("The office received the application below, complete and in time.")
    number = next(number for number, one in enumerate(versions, 1) if one.id == submission.id)
    return _("These are clarified answers, version %(version)s. The first receipt and its time stand.", version=number)


def round_line(application: Application, zone: str) -> list[Line]:
    """The round in which it takes part, of a continuous call; nothing of another."""
    call, at = application.call, application.submitted_at
    part = round_of(call.plan, at) if at else None
    if part is None:
        return []
    until = both_zones(part.cut_off, call.time_zone, zone)
    return [(_("Round"), _("Round %(number)s, until %(moment)s", number=part.number, moment=until))]


def file_lines(content: Content) -> list[tuple[str, str, str]]:
    """Name, size and hash of each file."""
    return [(one.filename, file_size(one.size), one.sha256) for one in content.documents]


def declared(content: Content) -> tuple[str, str]:
    """What was declared, as its reader reads it, and the words that are kept where these are others."""
    kept, shown = content.declaration, str(declaration())
    if kept != declaration().source:  # an older wording is shown as it was accepted
        return kept, ""
    return shown, kept if shown != kept else ""


def receipt_pdf(application: Application, submission: Submission, *, zone: str, language: str) -> bytes:
    """The receipt on paper; the same submission gives the same bytes."""
    content, region = read_content(submission.content), application.region
    accepted, kept = declared(content)
    files = file_lines(content)
    story = [
        pages.title(_("Receipt for your application")),
        pages.paragraph(received_sentence(submission)),
        pages.key_values(receipt_lines(application, submission, content, zone)),
        *pages.heading(_("Files")),
        pages.table((_("File"), _("Size"), _("SHA-256")), files, shares=(0.3, 0.12, 0.58))
        if files
        else pages.paragraph(_("None.")),
        *pages.heading(_("Declaration")),
        pages.checkbox(accepted, checked=True),
        *([pages.note(_("Kept in English: “%(words)s”", words=kept))] if kept else []),
        *pages.heading(_("What happens next")),
        pages.paragraph(what_happens_next(ApplicationState.SUBMITTED)),
        pages.note(
            _("The hash is that of the stored content of the application: it changes with every letter that changes.")
        ),
    ]
    address = (f"{region.street} {region.building}".strip(), f"{region.post_code} {region.town}", region.email)
    return pages.build_pdf(
        story,
        title=_("Receipt %(number)s", number=submission.receipt_number),
        author=region.office_name,
        language=language,
        letterhead=Letterhead(region.office_name, address, submission.receipt_number),
        created_at=submission.submitted_at,
        fingerprint=submission.sha256,
    )

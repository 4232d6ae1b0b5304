"""What is declared as a claim is handed in."""

from __future__ import annotations

from vouchers.claims.models import Claim
from vouchers.claims.rules.grants import Sums
from vouchers.claims.rules.reporting import open_stops
from vouchers.core.choices import DeclarationField, YesNoField
from vouchers.core.fields import HiddenField, LongTextField
from vouchers.core.forms import BaseForm
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number


class SubmitClaimForm(BaseForm):
    """The answer where something was asked, the declaration, and whether more will follow; and what stood on the page:
    the version of the claim, and what it came to in cents."""

    version = HiddenField()
    seen = HiddenField()
    answer = LongTextField(
        _("Your answer"),
        hint=_("The office reads this word for word. If you changed the claim, say what."),
        missing=_("Write your answer to the question."),
        max_length=4000,
        rows=6,
    )

    is_final = YesNoField(
        _("Is this the last claim of this voucher?"),
        hint=_("If you say yes, what is left of the voucher goes to other applicants."),
        missing=_("Say whether this is the last claim"),
    )
    is_true = DeclarationField(
        _("The costs are real, I have paid them, and no other public money pays for them."),
        missing=_("Tick the box to confirm that the costs are real and paid"),
    )

    @classmethod
    def of(cls, claim: Claim, sums: Sums) -> SubmitClaimForm:
        """The form of a claim that comes to so much; without a question there is no answer to write. Whether it is the
        last one gives money away, so nothing is proposed but what was said when it was handed in before. It is
        asked also where the claim leaves nothing, for less may be accepted."""
        is_final = claim.is_final if claim.submitted_at else None
        asked = cls if claim.costs else SubmitSumForm
        form = asked(data={"is_final": is_final, "version": claim.version, "seen": sums.granted.cents})
        if not open_stops(claim.stops):
            del form.answer
        return form

    def show_anew(self, claim: Claim, granted: Money) -> None:
        """What is on the page now is what is declared next; it takes another tick."""
        self.version.process_data(str(claim.version))
        self.seen.process_data(str(granted.cents))
        self.is_true.process_data(False)

    def seen_as(self, currency: str) -> Money | None:
        """What the claim came to on the page that was sent."""
        cents = whole_number(self.seen.raw)
        return None if cents is None else Money(cents, currency)

    @property
    def says_last(self) -> bool:
        """Whether it was said to be the last one."""
        return bool(self.is_final.data)

    @property
    def written_answer(self) -> str:
        """What was written; nothing where nothing was asked."""
        return str(self.answer.data or "") if self.answer else ""


class SubmitSumForm(SubmitClaimForm):
    """The same for a sum that is paid for what was delivered, without costs: nobody declares what is not claimed."""

    is_true = DeclarationField(
        _("What this claim says was done and delivered, and no other public money pays for it."),
        missing=_("Tick the box to confirm that it was done and delivered"),
    )

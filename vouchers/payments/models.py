"""The tables of payments."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.payables.models import Payable
from vouchers.payments.rules.batches import say_no_file
from vouchers.payments.states import BatchState, FileVersion, PaymentState
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.users.models import User


class Batch(Base):
    """Payments of one region that go to its bank in one file; by hand where they are not in euro.

    What it pays is frozen when it is made. It is done when none of its payments is under way.
    """

    __tablename__ = "payment_batch"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[BatchState] = mapped_column(state_column(BatchState), index=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    """Also the message id of the bank file."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    currency: Mapped[str] = mapped_column(default="EUR")
    total_cents: Mapped[int] = mapped_column(BigId)
    file_version: Mapped[FileVersion] = mapped_column(state_column(FileVersion), default=FileVersion.V09)
    execute_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    authorised_at: Mapped[datetime | None]
    authorised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    executed_on: Mapped[date | None]
    """The bank's last booking day."""
    bank_reference: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document.id"))
    programme: Mapped[Programme] = relationship()
    region: Mapped[Region] = relationship()
    made_by: Mapped[User] = relationship(foreign_keys=made_by_id)
    payments: Mapped[list[Payment]] = relationship(back_populates="batch", order_by="Payment.id")

    total = Amount("total_cents")

    @property
    def no_file(self) -> Sentence | None:
        """What to do where the bank takes no file."""
        return say_no_file(self.currency)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme.code}/{self.region.code}"

    @property
    def under_way(self) -> list[Payment]:
        """The payments of which the bank has said nothing yet."""
        return [payment for payment in self.payments if payment.state == PaymentState.ORDERED]

    @property
    def sum_under_way(self) -> Money:
        """What they come to."""
        return total([payment.amount for payment in self.under_way], self.currency)


class Payment(Base):
    """One credit transfer of a batch: one payable, to the account that was confirmed when the batch was made."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        Index(
            "uq_payment_payable_live",
            "payable_id",
            unique=True,
            postgresql_where=text("state IN ('ordered', 'executed')"),
            sqlite_where=text("state IN ('ordered', 'executed')"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[PaymentState] = mapped_column(state_column(PaymentState))
    version: Mapped[int]
    batch_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment_batch.id"), index=True)
    payable_id: Mapped[int] = mapped_column(BigId, ForeignKey("payable.id"), index=True)
    voucher: Mapped[str] = mapped_column(default="")
    """The application's reference; empty where no voucher is paid."""
    end_to_end_id: Mapped[str] = mapped_column(unique=True)
    amount_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    creditor_name: Mapped[str]
    street: Mapped[str]
    building: Mapped[str]
    post_code: Mapped[str]
    town: Mapped[str]
    country: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    remittance: Mapped[str]
    executed_on: Mapped[date | None]
    """The bank's booking day."""
    bank_reference: Mapped[str] = mapped_column(default="")
    returned_on: Mapped[date | None]
    """The booking day on which the money came back."""
    return_reference: Mapped[str] = mapped_column(default="")
    reason_code: Mapped[str] = mapped_column(default="")
    """The bank's, where it refused the payment or gave it back (ISO 20022)."""
    reason_note: Mapped[str] = mapped_column(default="")
    batch: Mapped[Batch] = relationship(back_populates="payments")
    payable: Mapped[Payable] = relationship()
    application: Mapped[Application | None] = relationship(
        primaryjoin=lambda: foreign(Payment.voucher) == Application.reference, viewonly=True
    )

    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.batch.scope

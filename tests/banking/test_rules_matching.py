"""Which payments a movement is about: by end-to-end id, by batch and sum, and never by guessing."""

from datetime import date

import pytest

from tests.banking.files import a_file, a_statement, an_entry, golden
from vouchers.banking.rules.camt053 import read_statements
from vouchers.banking.rules.incoming import KnownRecovery
from vouchers.banking.rules.matching import KnownBatch, KnownPayment, Matcher, Standing
from vouchers.banking.states import Doubt, Effect

S = Standing
BATCHES = [KnownBatch(1, "RUN-1", date(2026, 11, 20)), KnownBatch(2, "RUN-2", date(2026, 11, 20))]


def payments(not_shown=(), **changes):
    """A and B are in the first batch, C in the second; 10.00, 20.00 and 30.00."""
    standing = {"A": S.UNDER_WAY, "B": S.UNDER_WAY, "C": S.UNDER_WAY} | changes
    facts = [(1, 1, "A", 1000), (2, 1, "B", 2000), (3, 2, "C", 3000)]
    return [
        KnownPayment(number, batch, name, cents, "EUR", standing[name], frozenset(not_shown))
        for number, batch, name, cents in facts
    ]


def judge(*entries, batches=BATCHES, **standing):
    matcher = Matcher(payments(**standing), batches)
    movements = read_statements(a_file(in_one_currency(a_statement(*entries))))[0].movements
    return [matcher.judge(movement) for movement in movements]


def in_one_currency(statement):
    """Of an account in DKK, where an entry is: a statement is told in the currency of its account."""
    return statement.replace("EUR", "DKK") if "DKK" in statement else statement


def outcome(*entries, **standing):
    return [(one.doubt, one.effect, one.payment_ids) for one in judge(*entries, **standing)]


EXECUTES = (Doubt.NONE, Effect.EXECUTES)
GIVES_BACK = (Doubt.NONE, Effect.GIVES_BACK)


@pytest.mark.parametrize(
    ("entry", "standing", "expected"),
    [
        # by end-to-end id
        (an_entry("10.00", reference="A"), {}, (*EXECUTES, (1,))),
        (an_entry("10.01", reference="A"), {}, (Doubt.OTHER_AMOUNT, None, ())),
        (an_entry("10.00", reference="a"), {}, (Doubt.UNKNOWN, None, ())),
        (an_entry("10.00", reference="Z"), {}, (Doubt.UNKNOWN, None, ())),
        (an_entry("10.00", reference="A"), {"A": S.MADE}, (Doubt.NOT_SENT, None, ())),
        (an_entry("10.00", reference="A"), {"A": S.PAID}, (Doubt.PAID_BEFORE, None, ())),
        (an_entry("10.00", reference="A"), {"A": S.OVER}, (Doubt.OVER, None, ())),
        # money back
        (an_entry("10.00", reference="A", credit=True, returned="AC04"), {"A": S.PAID}, (*GIVES_BACK, (1,))),
        (an_entry("10.00", reference="A", credit=True), {"A": S.PAID}, (*GIVES_BACK, (1,))),
        (an_entry("10.00", reference="A", credit=True, returned="AC04"), {}, (Doubt.NOT_PAID, None, ())),
        (an_entry("10.00", reference="A", credit=True, returned="AC04"), {"A": S.OVER}, (Doubt.OVER, None, ())),
        (an_entry("9.00", reference="A", credit=True, returned="AC04"), {"A": S.PAID}, (Doubt.OTHER_AMOUNT, None, ())),
        (an_entry("10.00", reference="Z", credit=True, returned="AC04"), {}, (Doubt.UNKNOWN, None, ())),
        (an_entry("10.00", reference="Z", credit=True), {}, (Doubt.INCOMING, None, ())),
        (an_entry("30.00", credit=True), {}, (Doubt.INCOMING, None, ())),
        (an_entry("10.00", reference="A", more="<RvslInd>true</RvslInd>"), {}, (Doubt.REVERSAL, None, ())),
        # by batch
        (an_entry("30.00", block="RUN-1-1"), {}, (*EXECUTES, (1, 2))),
        (an_entry("30.00", block="RUN-1"), {}, (*EXECUTES, (1, 2))),
        (an_entry("20.00", block="RUN-1"), {"A": S.OVER}, (*EXECUTES, (2,))),  # the other one was refused before
        (an_entry("30.00", block="RUN-1"), {"A": S.OVER}, (Doubt.OTHER_SUM, None, ())),
        # by sum
        (an_entry("30.00"), {"A": S.PAID, "B": S.PAID}, (*EXECUTES, (3,))),
        (an_entry("30.00"), {}, (Doubt.SEVERAL_BATCHES, None, ())),
        (an_entry("31.00"), {}, (Doubt.NO_REFERENCE, None, ())),
        (an_entry("30.00", on=date(2026, 11, 19)), {"C": S.PAID}, (Doubt.NO_REFERENCE, None, ())),  # before it was sent
        (an_entry("30.00").replace("'EUR'", "'DKK'"), {"C": S.PAID}, (Doubt.NO_REFERENCE, None, ())),
    ],
)  # fmt: skip
def test_one_movement(entry, standing, expected):
    assert outcome(entry, **standing) == [expected]


def test_the_number_of_transactions_tells_batches_of_one_sum_apart():
    counted = an_entry("30.00").replace("</Ntry>", "<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls></Ntry>")
    assert outcome(counted) == [(*EXECUTES, (1, 2))]


def test_a_charge_is_never_a_payment():
    code = "<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>"
    assert outcome(an_entry("30.00", more=code), A=S.PAID) == [(Doubt.CHARGE, None, ())]


def test_transactions_without_amounts_are_matched_when_their_sum_is_the_entry():
    told = "".join(f"<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs></TxDtls>" for name in "AB")
    whole = an_entry("30.00").replace("</Ntry>", f"<NtryDtls>{told}</NtryDtls></Ntry>")
    assert outcome(whole) == [(*EXECUTES, (1, 2))]
    assert outcome(whole.replace("30.00", "31.00")) == [(Doubt.OTHER_AMOUNT, None, ())]
    assert outcome(whole.replace(">B<", ">A<")) == [(Doubt.UNKNOWN, None, ())]
    assert outcome(whole.replace(">B<", ">Z<")) == [(Doubt.UNKNOWN, None, ())]


def test_within_a_statement_a_payment_is_executed_once_and_given_back_once():
    paid, back = an_entry("10.00", reference="A"), an_entry("10.00", reference="A", credit=True, returned="AC01")
    assert [doubt for doubt, _effect, _ids in outcome(paid, paid, back, back)] == [
        Doubt.NONE,
        Doubt.PAID_BEFORE,
        Doubt.NONE,
        Doubt.OVER,
    ]


LEAVES, RETURNS = an_entry("10.00", reference="A"), an_entry("10.00", reference="A", credit=True, returned="AC01")
LESS = RETURNS.replace("10.00", "9.99")
E, G = Effect.EXECUTES, Effect.GIVES_BACK


@pytest.mark.parametrize(
    ("standing", "not_shown", "entries", "expected"),
    [
        (S.PAID, {E}, [LEAVES, LEAVES], [E, Doubt.PAID_BEFORE]),
        (S.PAID, {E}, [LEAVES, RETURNS, RETURNS], [E, G, Doubt.OVER]),
        (S.PAID, {E}, [RETURNS, LEAVES, LEAVES], [G, E, Doubt.OVER]),
        (S.OVER, {G}, [RETURNS, RETURNS], [G, Doubt.OVER]),
        (S.OVER, {G}, [LEAVES, RETURNS], [Doubt.OVER, G]),
        (S.OVER, {E, G}, [LEAVES, RETURNS, LEAVES, RETURNS], [E, G, Doubt.OVER, Doubt.OVER]),
        (S.OVER, {G}, [LESS], [Doubt.OTHER_AMOUNT]),
        (S.OVER, set(), [LESS], [Doubt.OVER]),
    ],
)
def test_what_was_recorded_by_hand_is_shown_once(standing, not_shown, entries, expected):
    verdicts = judge(*entries, not_shown=not_shown, A=standing)
    assert [one.effect or one.doubt for one in verdicts] == expected


def test_a_batch_that_was_paid_one_by_one_is_not_paid_again_as_a_sum():
    single = [an_entry("10.00", reference="A"), an_entry("20.00", reference="B")]
    assert outcome(*single, an_entry("30.00", block="RUN-1"))[2][0] is Doubt.OTHER_SUM


def test_the_sample_is_matched_whole():
    known = [
        KnownPayment(1, 7, "IN2-V0001-C1", 700_000, "EUR", S.UNDER_WAY),
        KnownPayment(3, 7, "IN2-V0003-C1", 43_755, "EUR", S.UNDER_WAY),
    ]
    matcher = Matcher(known, [KnownBatch(7, "IN2-RUN-2026-0007", date(2026, 11, 20))])
    (statement,) = read_statements(golden("sample_camt.053.001.08.xml"))
    assert [(one.effect, one.payment_ids) for one in map(matcher.judge, statement.movements)] == [
        (Effect.EXECUTES, (1,)),
        (Effect.EXECUTES, (3,)),
        (Effect.GIVES_BACK, (3,)),
    ]


RECOVERIES = [KnownRecovery(1, "IN2-2026-0031-R1", "EUR"), KnownRecovery(2, "IN2-2026-0031-R12", "EUR")]


@pytest.mark.parametrize(
    ("words", "recovery"),
    [
        ("IN2-2026-0031-R1", 1),
        ("in2 2026 0031 r1", 1),
        ("Rate 3, IN2/2026/0031/R1, Danke", 1),
        ("IN220260031R1", 1),
        ("IN2-2026-00 31-R1", 1),  # broken over two lines
        ("IN2-2026-0031-R1 2027", 1),
        ("IN2-2026-0031-R12", 2),
        ("IN2-2026-0031-R13", None),
        ("XIN2-2026-0031-R1", None),
        ("IN2-2026-0031-R1 and IN2-2026-0031-R12", None),  # two: a person looks at it
        ("IN2-2026-0031", None),
        ("", None),
    ],
)
def test_money_that_comes_in_pays_the_recovery_that_it_names(words, recovery):
    entry = an_entry("10.00", reference="Z", credit=True)
    entry = entry.replace("</TxDtls>", f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls>")
    movement = read_statements(a_file(a_statement(entry)))[0].movements[0]
    verdict = Matcher(payments(), BATCHES, RECOVERIES).judge(movement)
    assert verdict.recovery_id == recovery
    assert (verdict.doubt, verdict.effect) == ((Doubt.NONE, Effect.REPAYS) if recovery else (Doubt.INCOMING, None))


@pytest.mark.parametrize(
    "entry",
    [
        an_entry("10.00", reference="IN2-2026-0031-R1"),  # money that went out
        an_entry("10.00", reference="IN2-2026-0031-R1", credit=True, returned="AC04"),
        an_entry("10.00", reference="IN2-2026-0031-R1", credit=True).replace("'EUR'", "'DKK'"),
    ],
)
def test_only_plain_money_in_the_right_currency_pays_a_recovery(entry):
    movement = read_statements(a_file(in_one_currency(a_statement(entry))))[0].movements[0]
    assert Matcher(payments(), BATCHES, RECOVERIES).judge(movement).recovery_id is None


def told(net, *, charge="5.00", gross="", at_entry=False, credit=True, reference="A"):
    """A return as banks tell it: what came, the charges, and (some of them) what the transaction was before these."""
    kept = f"<Chrgs><Rcrd><Amt Ccy='EUR'>{charge}</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>" if charge else ""
    whole = f"<AmtDtls><TxAmt><Amt Ccy='EUR'>{gross}</Amt></TxAmt></AmtDtls>" if gross else ""
    more, about = (kept, whole) if at_entry else ("", whole + kept)
    return an_entry(net, reference=reference, credit=credit, returned="MD07", more=more, about=about)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (told("15.00", gross="20.00", reference="B"), (*GIVES_BACK, (2,))),
        (told("15.00", reference="B"), (*GIVES_BACK, (2,))),  # the transaction's amount is not told
        (told("15.00", at_entry=True, reference="B"), (*GIVES_BACK, (2,))),
        (told("20.00", reference="B"), (*GIVES_BACK, (2,))),  # taken elsewhere: it came back whole
        (told("14.99", reference="B"), (Doubt.OTHER_AMOUNT, None, ())),
        (told("15.00", charge="", reference="B"), (Doubt.OTHER_AMOUNT, None, ())),
        (told("15.00", charge="", gross="20.00", reference="B"), (Doubt.OTHER_AMOUNT, None, ())),
        (told("10.00", charge="10.00", reference="B"), (Doubt.OTHER_AMOUNT, None, ())),  # no charge is that much
    ],
)
def test_a_payment_comes_back_less_the_charge_that_the_bank_tells(entry, expected):
    assert outcome(entry, B=S.PAID) == [expected]


def test_a_charge_beside_a_payment_that_leaves_changes_no_amount():
    assert outcome(told("15.00", credit=False, reference="B")) == [(Doubt.OTHER_AMOUNT, None, ())]

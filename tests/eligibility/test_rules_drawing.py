"""The picture of who owns whom."""

from fractions import Fraction

from vouchers.eligibility.rules.drawing import HEIGHT, LETTERS, Counts, draw
from vouchers.eligibility.rules.ownership import Firm, FirmKind, Holding, structure
from vouchers.eligibility.rules.uncounted import list_uncounted


def test_names_stay_in_their_boxes_and_owners_stand_above():
    own = Firm("own", "Rheo Analytics Edinburgh and Glasgow Limited Partnership")
    drawing = draw(
        structure("own", [own, Firm("up", "Example Holding")], [Holding("up", "own", Fraction(70), Fraction(70))])
    )
    below, above = drawing.boxes
    assert below.lines == ("Rheo Analytics", "Edinburgh and…")
    assert above.lines == ("Example Holding",)
    assert all(len(line) <= LETTERS for one in drawing.boxes for line in one.lines)
    assert above.y + HEIGHT < below.y


def test_a_name_without_a_blank_is_cut():
    (box,) = draw(structure("own", [Firm("own", "X" * 60)], [])).boxes
    assert all(len(line) <= LETTERS for line in box.lines)
    assert len(box.lines) == 2


def test_only_what_counts_in_proportion_has_the_line_of_a_partner():
    firms = [Firm("own"), Firm("fund", "Fund"), Firm("up", "Partner"), Firm("few", "Small holder"), Firm("far", "Far")]
    parts = {"fund": ("25.5", True), "up": ("30", False), "few": ("10", False), "one": ("34", False)}
    holdings = [
        Holding(code, "own", Fraction(part), Fraction(part), is_exempt=exempt) for code, (part, exempt) in parts.items()
    ]
    whole = structure("own", [*firms, Firm("one", "Ada", FirmKind.PERSON)], holdings)
    assert [arrow.counts for arrow in draw(whole).arrows] == [
        Counts.NOT,
        Counts.IN_PROPORTION,
        Counts.NOT,
        Counts.NOT,
    ]
    assert [(firm.code, str(reason)) for firm, reason in list_uncounted(whole)] == [
        ("fund", "Not counted: exempt investor"),
        ("few", "Not counted: less than 25 percent"),
        ("far", "Not counted: neither linked with the applicant nor its partner"),
    ]

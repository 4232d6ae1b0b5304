"""The picture of who owns whom."""

from fractions import Fraction

from vouchers.eligibility.rules.drawing import HEIGHT, LETTERS, draw
from vouchers.eligibility.rules.ownership import Firm, Holding, structure


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

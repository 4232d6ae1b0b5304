"""What the reader of files says is told to coordinators in the words of their pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from vouchers.core.text import say
from vouchers.programmes.rules.outline import Kind
from vouchers.schemes.rules import plain_words
from vouchers.schemes.rules.plain_words import in_plain_words
from vouchers.schemes.rules.reading import read_draft

NAMES = {"FLA": "Flanders", "COL": "Collaboration"}
WORDS_OF_FILES = ("block", "null", "`", "YAML", "key", "envelope", "list:", "type")


def test_every_sentence_that_is_retold_is_one_that_is_said():
    catalogue = Path(plain_words.__file__).parents[2] / "translations/fr/LC_MESSAGES/messages.po"
    with catalogue.open("rb") as file:
        known = {message.id for message in read_po(file)}

    retold = {*plain_words._SAID, *plain_words._SAID_WITH, *plain_words._NO_DAY}
    assert retold <= known


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (say('The key "%(key)s" is missing.', key="title"), "Fill this in."),
        (say("%(code)s does not take part in this call.", code="FLA"), "Flanders does not take part in this call."),
        (say("%(code)s has this envelope twice.", code="FLA"),
         "The money of Flanders for this voucher stands here twice."),
        (say("Experts judge %(instrument)s, so the call needs the block `marking` with its criteria.",
             instrument="COL"), "Experts judge Collaboration, so say how they mark and by which criteria."),
        (say('A condition cannot look at a question of type "%(type)s". It may be: %(types)s.',
             type="file", types="number, yes_no"),
         'A condition cannot look at a question of type "Files". It may be: A number, Yes or no.'),
        (say('"%(text)s" is not a number.', text="x"), '"x" is not a number.'),
    ],
)  # fmt: skip
def test_in_plain_words(said, plain):
    assert in_plain_words(said, NAMES).source == plain


def test_a_day_is_told_by_its_boxes_only_where_it_has_boxes():
    said = say('"%(text)s" is not a day. Write it as 2026-10-01.', text="31/2/")

    assert in_plain_words(said, {}, Kind.DAY).source.startswith("This is no day of the calendar.")
    assert in_plain_words(said, {}, Kind.LINE) == said


def test_nothing_of_a_draft_full_of_faults_is_told_in_the_words_of_files():
    call = {
        "code": "a b", "title": "t", "summary": "s", "time_zone": "Mars/Base", "opens": "31/2/2027/", "closes": "x",
        "regions": ["FLA"], "instruments": ["COL"], "allocation": "ranking_lottery", "grace_minutes": "900",
        "consortium": {"min": "4", "max": "2"}, "totals": {"all": "5", "regions": {"7": "5"}},
        "envelopes": [{"region": "FLA", "amount": "5", "shares": {"X": "1"}}, {"region": "FLA", "amount": "3"}],
        "form": {"sections": [{"code": "s", "title": "S", "questions": [
            {"code": "why", "type": "text", "label": "Why?", "min": "3", "show_if": [{"question": "why"}]},
            {"code": "title", "type": "number", "label": "T", "max": "1", "min": "2"},
        ]}]},
    }  # fmt: skip
    instrument = {
        "code": "COL", "name": "Collaboration", "evaluation": "manager", "experts_per_application": "2",
        "grant": {"kind": "fixed_sum", "amount": "5", "cap": "4"}, "agreement_parties": ["provider"],
        "provider": "none", "cross_border": "other_region",
    }  # fmt: skip
    whole = {"programme": {"code": "p1"}, "regions": [{"code": "FLA", "name": "Flanders"}]}

    reading = read_draft(whole, {"call": call, "instruments/COL": instrument}, "a b")
    told = [gap.sentence.source for gap in reading.gaps]

    assert len(told) > 20
    assert [one for one in told if any(word in one for word in WORDS_OF_FILES)] == []

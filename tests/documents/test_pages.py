"""PDFs: every region's letters, nothing typed is read as markup, nothing typed breaks a page, the same bytes again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.documents.pages import Letterhead, Signatory, Strong
from vouchers.documents.typefaces import printable

AT = datetime(2026, 3, 4, 12, 30, 15, tzinfo=UTC)
OFFICE = Letterhead("Voucher office", ("Rue de l’Église 1", "F-59000 Lille"), "IN2-2026-0042")


def build(*story: Any, **changed: Any) -> bytes:
    options = {
        "title": "Agreement",
        "author": "Voucher office",
        "language": "en",
        "letterhead": OFFICE,
        "created_at": AT,
        **changed,
    }
    return pages.build_pdf(story, **options)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


def everything(text: str) -> list[Any]:
    """One of each piece of furniture, filled with this text."""
    return [
        pages.title(text),
        pages.heading(text),
        pages.subheading(text),
        pages.paragraph(text, Strong(text), text),
        pages.note(text),
        pages.bullets([text, text]),
        pages.key_values([(text, text), ("Short", text)]),
        pages.table([text, "Cost"], [[text, "1"], ["a", text]], shares=[3, 1], numeric=[1], total=["Total", text]),
        pages.table(["a"] * 12, [[text] * 12]),
        pages.checkbox(text, checked=True),
        pages.spacer(),
        pages.signature_block([Signatory(text, text, text), Signatory(text, text)]),
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "L’œuvre : déjà reçu, où êtes-vous, Noël, naïf, çà et là, ÉÀÇÙ, 7 000 €"),
        ("de", "Größe, Äpfel, Öl, Übung, Straße, „Vertrag“ – GROẞ"),
        ("nl", "coördinatie, reünie, één, ideeën, ‘s-Hertogenbosch, ĳ Ĳ"),
        ("da", "Ærø, Ødsted, Ålborg, blåbærgrød, Søren"),
        ("cy", "dŵr, tŷ, Ŵyr, Ŷd, gŵyl, ŵ ẁ ẃ ẅ ỳ"),
        ("gd", "àrd-ùghdarras, ceò, cìs, mòr, ÀÈÌÒÙ"),
        ("ga", "Éire, Gaeilge, ḃ ċ ḋ ḟ ġ ṁ ṗ ṡ ṫ"),
        ("pl", "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ"),
        ("cs", "Příliš žluťoučký kůň úpěl ďábelské ódy ŘĎŤŇ"),
        ("sk", "vŕba, stĺp, ľad, mäkčeň, Ľuboš"),
        ("hu", "árvíztűrő tükörfúrógép ŐŰ"),
        ("ro", "Știință, țară, împărăție, ȘȚĂÂÎ"),
        ("lt", "Ąžuolas, ėjo, įmonė, šūkis, ųūž"),
        ("el", "Συμφωνία κουπονιού, Άγιος"),
        ("bg", "Договор за ваучер, Щъркел"),
    ],
)
def test_letters_of_the_regions(language: str, sentence: str) -> None:
    content = build(
        pages.heading(sentence), pages.paragraph(sentence), pages.key_values([(sentence, sentence)]), language=language
    )
    assert words(content).count(sentence) == 4 or words(content).replace(" ", "").count(sentence.replace(" ", "")) == 4
    assert "□" not in words(content)
    assert read(content).trailer["/Root"]["/Lang"] == language


def fonts_of(content: bytes) -> Iterable[Any]:
    for page in read(content).pages:
        for font in page["/Resources"]["/Font"].values():
            yield font.get_object()


def test_every_font_is_embedded_as_a_subset() -> None:
    content = build(*everything("Łódź Αθήνα"), pages.signature_block([Signatory("a", "b", "c")]))
    fonts = list(fonts_of(content))
    assert len(fonts) >= 3
    for font in fonts:
        assert "FontFile2" in str(font["/FontDescriptor"].keys())
        assert font["/FontDescriptor"]["/FontFile2"].get_data()[:4] in (b"\x00\x01\x00\x00", b"true")
        assert "+LiberationSans" in font["/BaseFont"]
        assert font["/ToUnicode"].get_data()
    assert len(content) < 150_000


def test_the_same_input_gives_the_same_bytes_alone_and_together() -> None:
    def make(_number: int) -> str:
        return hashlib.sha256(build(*everything("Žluťoučký kůň"), fingerprint="ab" * 32)).hexdigest()

    alone = make(0)
    build(pages.paragraph("another document between"))
    with ThreadPoolExecutor(4) as people:
        assert set(people.map(make, range(8))) == {alone}


def test_a_changed_letter_or_moment_gives_other_bytes() -> None:
    first = build(pages.paragraph("a"))
    assert first != build(pages.paragraph("b"))
    assert first != build(pages.paragraph("a"), created_at=AT + timedelta(seconds=1))
    assert first == build(pages.paragraph("a"), created_at=AT.astimezone(timezone(timedelta(hours=2))))


def test_properties() -> None:
    document = read(build(title="Vertrag für Łódź", author="Büro", language="de"))
    assert document.metadata is not None
    assert (document.metadata.title, document.metadata.author) == ("Vertrag für Łódź", "Büro")
    assert document.metadata.subject == "IN2-2026-0042"
    assert document.metadata.creation_date == AT
    assert document.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712


def test_page_x_of_y_reference_and_fingerprint_on_each_page() -> None:
    document = read(build(*[pages.paragraph("The agreement goes on. " * 40)] * 12, fingerprint="ab" * 32))
    texts = [" ".join(page.extract_text().split()) for page in document.pages]
    assert len(texts) > 2
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "IN2-2026-0042" in text
        assert "Content SHA-256 " + "ab" * 32 in text
    assert "F-59000 Lille" in texts[0]
    assert "F-59000 Lille" not in texts[1]


@pytest.mark.parametrize(
    "typed",
    [
        "<b>bold</b>",
        '<font size="90">x</font>',
        "a < b & c > d",
        "&amp; &lt; &#65;",
        '<img src="http://example.org/x.png"/>',
        '<a href="http://example.org">x</a>',
        "<unclosed",
        "]]> <!-- --> <?php",
        "%(name)s {0} $x",
        "</para><para>",
    ],
)
def test_nothing_typed_is_read_as_markup(typed: str) -> None:
    content = build(*everything(typed), title=typed, letterhead=Letterhead(typed, (typed,), typed))
    assert words(content).replace(" ", "").count(typed.replace(" ", "")) >= 15
    assert b"/URI" not in content
    assert "<" not in pages.safe_text(typed)


def test_sentences_are_spoken_when_the_page_is_set() -> None:
    assert "EUR 5 is too much" in words(build(pages.paragraph(_("%(sum)s is too much.", sum="EUR 5"))))


def test_line_breaks_are_kept() -> None:
    lines = read(build(pages.paragraph("first\nsecond\r\n\nthird"))).pages[0].extract_text().splitlines()
    assert [line.strip() for line in lines if line.strip() in ("first", "second", "third")] == [
        "first",
        "second",
        "third",
    ]


def test_strong_parts_stand_out_inside_a_paragraph() -> None:
    text = words(build(pages.paragraph("The sum of ", Strong("EUR 7,000"), " is granted.")))
    assert "The sum of EUR 7,000 is granted." in text


@pytest.mark.parametrize(("checked", "sign"), [(True, "[x]"), (False, "[ ]")])
def test_checkbox_can_be_copied_as_text(checked: bool, sign: str) -> None:
    assert f"{sign} I declare" in words(build(pages.checkbox("I declare", checked=checked)))


def test_the_header_of_a_table_is_repeated() -> None:
    document = read(build(pages.table(["Item", "Cost"], [[f"row {n}", "1.00"] for n in range(120)], numeric=[1])))
    assert len(document.pages) > 2
    assert all("Item" in page.extract_text() for page in document.pages)
    assert "row 119" in document.pages[-1].extract_text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n\n",
        "x" * 400,
        "W" * 6_000,
        "word " * 1_200,
        "Ž" * 5_000,
        "line\n" * 600,
        "http://example.org/" + "a" * 3_000 + " and more",
        "日本語😀" * 200,
        "\u202e\x00\x07\ud800tail",
    ],
    ids=[
        "none",
        "blank",
        "breaks",
        "long",
        "6,000 unbroken",
        "6,000",
        "Ž",
        "600 lines",
        "address",
        "no letters",
        "controls",
    ],
)
def test_nothing_typed_breaks_a_page(text: str) -> None:
    content = build(*everything(text), title=text, author=text, letterhead=Letterhead(text, (text,) * 9, text))
    assert read(content).pages


def test_twenty_thousand_characters_are_all_there() -> None:
    numbers = " ".join(str(n) for n in range(100_000, 103_000))
    for piece in (
        pages.paragraph(numbers),
        pages.key_values([("All", numbers)]),
        pages.checkbox(numbers, checked=True),
    ):
        document = read(build(piece))
        text = " ".join(page.extract_text() for page in document.pages)
        assert len(document.pages) > 2
        assert [n for n in range(100_000, 103_000) if str(n) not in text] == []


def test_empty_tables_are_no_trouble() -> None:
    assert words(build(pages.key_values([]), pages.table(["Only a header"], []), pages.signature_block([])))
    assert read(build()).pages


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200), st.integers(1, 400))
def test_any_text_makes_pages(text: str, times: int) -> None:
    repeated = (text * times)[:4_000]
    assert build(*everything(repeated), title=repeated, letterhead=Letterhead(repeated, (repeated,), repeated))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain", "plain"),
        ("Cafe\u0301", "Café"),
        ("a\tb\u00a0c\u2003d", "a b c d"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("non\u2011breaking", "non-breaking"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("ﬀ", "ff"),
        ("日", "□"),
        ("\ud800x", "x"),
    ],
)
def test_printable(typed: str, shown: str) -> None:
    assert printable(typed) == shown

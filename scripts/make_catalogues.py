"""Keep the catalogues of translations: collect the program's sentences into them, and compile them.

`make translations` runs it after a sentence was written, changed or taken out: a new sentence arrives empty in each
`vouchers/translations/*/LC_MESSAGES/messages.po`, and one that nobody says any more leaves. `--compile` only makes the
`.mo` files that the program reads, where they are older than their catalogue; `make run` and `make test` do that.
`tests/architecture/test_catalogues.py` fails while a sentence is missing in a language.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "vouchers" / "translations"
LANGUAGES = ("da", "de", "fr", "nl")  # English is the language of the source
KEYWORDS = {
    "_": None,
    "say": None,
    "gettext": None,
    "_n": (1, 2),
    "say_count": (1, 2),
    "ngettext": (1, 2),
    "by_number": (1, 2),
}
WIDTH = 120


def collect() -> Catalog:
    """Every sentence of the program and its templates, each with the files that say it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str | tuple[str, ...], set[str]] = {}
    for name, _line, message, _comments, _context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=_is_ours
    ):
        found.setdefault(message, set()).add(name)
    template = Catalog(project="Vouchers", charset="utf-8")
    for message, names in sorted(found.items(), key=lambda item: (min(item[1]), str(item[0]))):
        template.add(message, locations=[(name, None) for name in sorted(names)])  # type: ignore[list-item]
    return template


def _is_ours(path: str) -> bool:
    where = Path(path).relative_to(ROOT)
    return where == Path() or where.parts[0] in {"vouchers", "templates"}


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one if there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Vouchers", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue with the sentences of the template, in its order: known ones as they are, new ones empty."""
    known = read(language)
    catalogue = Catalog(locale=language, project="Vouchers", charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            kept = known.get(message.id)
            is_same = kept is not None and kept.id == message.id
            catalogue.add(message.id, kept.string if kept and is_same else None, locations=message.locations)
    return catalogue


def to_text(catalogue: Catalog) -> bytes:
    """A `.po` file without dates and line numbers, so that it changes only where a sentence does."""
    output = io.BytesIO()
    write_po(output, catalogue, width=WIDTH, omit_header=True)
    plural = f'"Plural-Forms: nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};\\n"'
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Vouchers\\n"\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n{plural}\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return head.encode() + output.getvalue()


def write(language: str, catalogue: Catalog) -> None:
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(to_text(catalogue))


def compile_stale() -> Iterator[Path]:
    """Write the `.mo` files that are missing or older than their catalogue."""
    for language in LANGUAGES:
        source = path_of(language)
        target = source.with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime > source.stat().st_mtime):
            draft = target.with_suffix(".draft")
            with draft.open("wb") as file:
                write_mo(file, read(language))
            draft.replace(target)
            yield target


def main(words: list[str]) -> int:
    if "--compile" not in words:
        template = collect()
        for language in LANGUAGES:
            catalogue = updated(language, template)
            write(language, catalogue)
            empty = sum(1 for message in catalogue if message.id and not any(_strings(message.string)))
            print(f"{language}: {len(catalogue)} sentences, {empty} without a translation")
    for path in compile_stale():
        print(f"compiled {path.relative_to(ROOT)}")
    return 0


def _strings(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

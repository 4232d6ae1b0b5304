#!/usr/bin/env python3
"""Do a draw by lot again, and say whether it was right.

This program needs Python 3.8 or later and nothing else: no library, no network, no account. It shares no line with the
office that held the draw. Give it the file of the draw, from the draw's public page:

    python3 verify_draw.py draw.json

It computes the hash of the pool, the hash of the secret, the key, every step and the result, compares each with what
the file says, and names the first thing that is wrong. Better still, type what you know from elsewhere; it is then
compared with the file, too:

    python3 verify_draw.py draw.json --numbers "4 8 15 16 23 42" --sha256 9f86d0... --commitment 60303a...

    --numbers     the numbers as the source itself published them; several sources in the order of the page, each with
                  its own --numbers or with a slash between them
    --sha256      the hash of the pool as you noted it before the draw
    --commitment  the hash of the secret as you noted it before the draw

Without a file, the draw is done with what is typed:

    python3 verify_draw.py --pool pool.txt --numbers "9319" --numbers "2 5 12 8 10" --hash md5 --places 10

The procedure is that of RFC 3797, section 4, with SHA-256 or (as in the RFC) MD5. It ends with 0 when everything is
right, with 1 when something is wrong, and with 2 when it could not check: a file that cannot be read, a slip of typing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterator, Sequence

Step = Any
"""Index, hash, divisor, remainder, selected (from one, in the published list), name."""

MOST = 65535
NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,9})?")


class Wrong(Exception):
    """Something is not as it should be; the sentence says what."""


class Unclear(Exception):
    """What was typed says nothing of the draw; the sentence says how to type it."""


def canonical(text: str) -> str:
    """A number without leading zeros, ended by a full stop, a fraction without zeros at its end: ``012`` is ``12.``"""
    if not NUMBER.fullmatch(text):
        raise Wrong(f"“{text}” is no number.")
    whole, _dot, fraction = text.partition(".")
    return (whole.lstrip("0") or "0") + "." + fraction.rstrip("0")


def sorted_group(group: Sequence[str]) -> str:
    """The numbers of one source, ascending, as they stand in the key."""
    return "".join(canonical(text) for text in sorted(group, key=lambda text: Decimal(canonical(text))))


def key_of(groups: Sequence[Sequence[str]], secret: str) -> str:
    """Each source ended by a slash; the secret, where there is one, is the last source."""
    sources = [sorted_group(group) for group in groups]
    if secret:
        sources.append(secret + ".")
    return "".join(source + "/" for source in sources)


def select(pool: Sequence[str], key: str, places: int, algorithm: str) -> Iterator[Step]:
    """One step for each place."""
    left = list(enumerate(pool, start=1))
    for index in range(places):
        counter = index.to_bytes(2, "big")
        digest = hashlib.new(algorithm, counter + key.encode("ascii") + counter).hexdigest().upper()
        divisor = len(left)
        remainder = int(digest, 16) % divisor
        selected, name = left.pop(remainder)
        yield index + 1, digest, divisor, remainder, selected, name


def lines_of(pool_text: Any) -> list[str]:
    """The pool, one name on each line, the last line ended too."""
    if not isinstance(pool_text, str) or not pool_text:
        raise Wrong("The pool is empty.")
    if not pool_text.endswith("\n"):
        raise Wrong("The last line of the pool is not ended.")
    pool = pool_text[:-1].split("\n")
    if len(set(pool)) != len(pool):
        raise Wrong("Somebody is in the pool twice.")
    if "" in pool:
        raise Wrong("There is an empty line in the pool.")
    if len(pool) > MOST:
        raise Wrong(f"There are more than {MOST} in the pool, which the procedure does not count.")
    return pool


def same(what: str, found: Any, said: Any) -> None:
    """Refuse a difference."""
    if found != said:
        raise Wrong(f"{what} is wrong.\n  It says:     {said}\n  It must be:  {found}")


def groups_of(texts: Sequence[str]) -> list[list[str]]:
    """What was typed for each source: numbers with spaces, commas or semicolons between them, sources with slashes."""
    sources = [source for text in texts for source in text.split("/")]
    groups = [[part for part in re.split(r"[\s,;]+", source) if part] for source in sources]
    for part in (part for group in groups for part in group or [""]):
        if not NUMBER.fullmatch(part):
            raise Unclear(f"“{part}” among the numbers that you typed is no number.")
    return groups


def noted_hash(name: str, text: str | None) -> str | None:
    """A hash as somebody noted it: whole, or it shows nothing."""
    if text is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", text.strip()):
        raise Unclear(f"{name} wants all 64 hexadecimal digits, and “{text}” has {len(text.strip())} signs.")
    return text and text.strip().lower()


def check_pool(draw: Any, noted: str | None) -> list[str]:
    """The pool, and its hash as the file says it and as somebody noted it before."""
    pool = lines_of(draw.get("pool"))
    digest = hashlib.sha256(draw["pool"].encode("utf-8")).hexdigest()
    same("The hash of the pool", digest, draw.get("pool_sha256"))
    if noted:
        same("The hash of the pool that you noted", digest, noted)
    tell("pool", f"{len(pool)} lines, SHA-256 {digest}")
    return pool


def check_secret(draw: Any, noted: str | None) -> str:
    """The secret, and the hash that committed the office to it."""
    secret, commitment = draw.get("secret"), draw.get("commitment")
    if noted:
        same("The commitment that you noted", commitment, noted)
    if commitment and not secret:
        raise Wrong("The office has committed itself to a secret, which is not revealed.")
    if not secret:
        return ""
    if not commitment:
        raise Wrong("There is a secret to which nobody was committed before.")
    if not (isinstance(secret, str) and re.fullmatch(r"[0-9A-F]{64}", secret)):
        raise Wrong("The secret is not 64 capital hexadecimal digits.")
    same("The commitment to the secret", hashlib.sha256(secret.encode("ascii")).hexdigest(), commitment)
    tell("secret", "it is the one that was committed to")
    return secret


def is_groups(numbers: Any) -> bool:
    """Whether these are numbers of sources: a list of lists of texts."""
    return (
        isinstance(numbers, list)
        and bool(numbers)
        and all(isinstance(group, list) and group and all(isinstance(text, str) for text in group) for group in numbers)
    )


def check_numbers(draw: Any, typed: list[list[str]]) -> list[list[str]]:
    """The numbers that count, and whether they are those that the source published."""
    numbers: list[list[str]] = draw.get("numbers")
    if not is_groups(numbers):
        raise Wrong("There are no numbers yet: this draw is not run.")
    if typed:
        same(
            "What you typed of the source", [sorted_group(one) for one in typed], [sorted_group(one) for one in numbers]
        )
        tell("numbers", "they are those that you typed")
    else:
        tell("numbers", "{} (compare them with the source yourself)".format(" / ".join(map(" ".join, numbers))))
    first = draw.get("numbers_as_typed_first")
    if is_groups(first) and first != numbers:
        tell("corrected", "first typed as {}, because: {}".format(
            " / ".join(map(" ".join, first)), draw.get("correction_reason")))  # fmt: skip
    return numbers


def check_file(draw: Any, args: argparse.Namespace) -> list[Step]:
    """Everything in the file of a draw, in the order in which it was published."""
    if not isinstance(draw, dict) or "pool" not in draw:
        raise Wrong("This is not the file of a draw.")
    pool = check_pool(draw, args.sha256)
    numbers = check_numbers(draw, groups_of(args.numbers))
    secret = check_secret(draw, args.commitment)
    algorithm = draw.get("hash")
    if algorithm not in ("sha256", "md5"):
        raise Wrong(f"The hash “{algorithm}” is not one with which a lot is drawn.")
    places = draw.get("places")
    if isinstance(places, bool) or not isinstance(places, int) or not 0 < places <= len(pool):
        raise Wrong(f"{places} places cannot be drawn from {len(pool)}.")
    check_set_aside(draw, pool, secret, places, algorithm)
    key = key_of(numbers, secret)
    steps = check_run(draw, pool, key, places, algorithm)
    tell("key", key)
    for one in draw.get("late") or []:
        check_late(one, pool, key, algorithm)
    return steps


def check_run(run: Any, pool: Sequence[str], key: str, places: int, algorithm: str) -> list[Step]:
    """The key, every step and the result of one run."""
    same("The key", key, run.get("keystring"))
    steps = list(select(pool, key, places, algorithm))
    check_steps(steps, run.get("steps"))
    same("The result", [step[5] for step in steps], run.get("result"))
    return steps


def check_set_aside(draw: Any, pool: Sequence[str], secret: str, places: int, algorithm: str) -> None:
    """A first run that was set aside: it is done again like the one that counts."""
    first = draw.get("set_aside")
    if first is None:
        return
    if not isinstance(first, dict) or not is_groups(first.get("numbers")):
        raise Wrong("The run that was set aside has no numbers.")
    same("The numbers of the run that was set aside", first["numbers"], draw.get("numbers_as_typed_first"))
    try:
        steps = check_run(first, pool, key_of(first["numbers"], secret), places, algorithm)
    except Wrong as wrong:
        raise Wrong(f"In the run that was set aside: {wrong}") from None
    tell("set aside", "a first run of {} was set aside on {}, because: {}".format(
        first.get("run_at"), first.get("set_aside_at"), first.get("because")))  # fmt: skip
    if secret:
        tell("", "the secret was known by then, so whoever proposed other numbers could know their result:")
        tell("", "compare both numbers with the source")
    tell("", "it gave: " + ", ".join(step[5] for step in steps))


def check_late(late: Any, pool: Sequence[str], key: str, algorithm: str) -> None:
    """The place of one who was left out of the pool by mistake: the same draw, with this reference in the list."""
    name = late.get("reference") if isinstance(late, dict) else None
    if not isinstance(name, str) or not name or name in pool:
        raise Wrong("Somebody came later who is in the pool, or has no name.")
    whole = sorted([*pool, name])
    steps = select(whole, key, min(len(whole), MOST), algorithm)
    place = next((step[0] for step in steps if step[5] == name), len(whole))
    same(f"The place of {name}, who came later,", place, late.get("place"))
    tell("later", f"{name} stands at place {place}")


def check_steps(steps: Sequence[Step], said: Any) -> None:
    """Each step, field by field."""
    if not isinstance(said, list) or len(said) != len(steps):
        raise Wrong(f"The draw has {len(steps)} steps, and the file does not have as many.")
    names = ("index", "hash", "divisor", "remainder", "selected", "reference")
    for step, told in zip(steps, said):
        for name, value in zip(names, step):
            same(f"In step {step[0]}, “{name}”", value, told.get(name) if isinstance(told, dict) else None)


def draw_typed(args: argparse.Namespace) -> list[Step]:
    """A draw from what was typed alone."""
    try:
        text = Path(args.pool).read_bytes().decode("utf-8")
    except (OSError, ValueError) as problem:
        raise Unclear(f"{args.pool} cannot be read: {problem}") from None
    draw = {"pool": text, "pool_sha256": hashlib.sha256(text.encode("utf-8")).hexdigest()}
    draw["secret"], draw["commitment"] = args.secret, args.commitment
    pool = check_pool(draw, args.sha256)
    secret = check_secret(draw, None) if args.commitment else (args.secret or "")
    key = key_of(groups_of(args.numbers), secret)
    tell("key", key)
    places = len(pool) if args.places is None else args.places
    if not 0 < places <= len(pool):
        raise Wrong(f"{places} places cannot be drawn from {len(pool)}.")
    return list(select(pool, key, places, args.hash))


def tell(what: str, words: str) -> None:
    """One line of the report."""
    print(f"{what:<10} {words}")


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s [draw.json] [options]",
    )
    parser.add_argument("file", nargs="?", help="the file of the draw")
    parser.add_argument("--numbers", action="append", default=[], help="the numbers of one source")
    parser.add_argument("--sha256", help="the hash of the pool, as noted before the draw")
    parser.add_argument("--commitment", help="the hash of the secret, as noted before the draw")
    parser.add_argument("--pool", help="a text file with one name on each line (without a file of the draw)")
    parser.add_argument("--secret", help="the secret (without a file of the draw)")
    parser.add_argument("--hash", choices=("sha256", "md5"), default="sha256", help="(without a file of the draw)")
    parser.add_argument("--places", type=int, help="how many are drawn (without a file of the draw)")
    args = parser.parse_args(arguments)
    if not args.file and not (args.pool and args.numbers):
        parser.error("name the file of a draw, or a pool and numbers")
    return args


def read_draw(file: str) -> Any:
    """The file of a draw."""
    try:
        return json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise Unclear(f"{file} cannot be read: {problem}") from None


def main(arguments: Sequence[str]) -> int:
    """Check, and say what came of it."""
    args = read_arguments(arguments)
    try:
        args.sha256 = noted_hash("--sha256", args.sha256)
        args.commitment = noted_hash("--commitment", args.commitment)
        steps = check_file(read_draw(args.file), args) if args.file else draw_typed(args)
    except Wrong as wrong:
        print(f"WRONG. {wrong}")
        return 1
    except Unclear as unclear:
        print(f"NOT CHECKED. {unclear}")
        return 2
    for index, digest, divisor, remainder, selected, name in steps:
        print(f"{index:>5}. {name}  {digest} / {divisor} leaves {remainder}: number {selected}")
    print(f"RIGHT. {len(steps)} drawn.")
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))

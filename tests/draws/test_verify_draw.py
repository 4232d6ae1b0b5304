"""The stand-alone program, as a stranger runs it: in a Python of its own, without any library."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from vouchers.draws import secrets
from vouchers.draws.rules import lots
from vouchers.draws.rules.pool import pool_sha256, pool_text
from vouchers.draws.views import SCRIPT
from vouchers.programmes.rules.selection_plan import DrawHash

pytestmark = pytest.mark.once
RFC = json.loads((Path(__file__).parents[1] / "vectors" / "rfc3797_lottery.json").read_text())
SECRET = "5A" * 32
TYPED = [["9319"], ["12", "2", "5"]]


def run(*arguments):
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8")


def a_file(tmp_path, **changed):
    """A right file of a draw, but for what is changed."""
    pool = [f"A-2027-{number:04}" for number in range(1, 8)]
    key = lots.keystring([[Decimal(one) for one in group] for group in TYPED], SECRET)
    steps = lots.draw(pool, key, None, DrawHash.SHA256)
    right = {
        "pool": pool_text(pool),
        "pool_sha256": pool_sha256(pool),
        "places": 7,
        "hash": "sha256",
        "commitment": secrets.commitment_to(SECRET),
        "secret": SECRET,
        "numbers": TYPED,
        "numbers_as_typed_first": [["9318"], ["12", "2", "5"]],
        "correction_reason": "A slip.",
        "keystring": key,
        "steps": [
            {"index": one.number, "hash": one.digest, "divisor": one.divisor, "remainder": one.remainder,
             "selected": one.selected, "reference": one.name}
            for one in steps
        ],
        "result": [one.name for one in steps],
    }  # fmt: skip
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(right | changed), encoding="utf-8")
    return path


def test_a_right_draw(tmp_path):
    file = a_file(tmp_path)
    noted = (
        "--sha256",
        json.loads(file.read_text())["pool_sha256"],
        "--commitment",
        secrets.commitment_to(SECRET).upper(),
    )
    done = run(file, "--numbers", "9319", "--numbers", "2, 5 12", *noted)
    assert (done.returncode, done.stderr) == (0, "")
    assert "they are those that you typed" in done.stdout
    assert "first typed as 9318 / 12 2 5, because: A slip." in done.stdout
    assert "RIGHT. 7 drawn." in done.stdout


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"pool": "A-2027-0001\nA-2027-0009\n"}, "The hash of the pool is wrong"),
        ({"pool": "A\nA\n"}, "in the pool twice"),
        ({"numbers": [["9320"], ["12", "2", "5"]]}, "The key is wrong"),
        ({"numbers": [["9319"], [12]]}, "There are no numbers yet"),
        ({"numbers": []}, "There are no numbers yet"),
        ({"numbers": [["9x"]]}, "“9x” is no number"),
        ({"secret": "5B" * 32}, "The commitment to the secret is wrong"),
        ({"secret": 5}, "not 64 capital"),
        ({"secret": None}, "which is not revealed"),
        ({"commitment": None}, "nobody was committed"),
        ({"hash": "md5"}, "In step 1, “hash” is wrong"),
        ({"hash": "sha1"}, "is not one with which a lot is drawn"),
        ({"places": 8}, "8 places cannot be drawn from 7"),
        ({"steps": []}, "7 steps"),
        ({"result": ["A-2027-0001"] * 7}, "The result is wrong"),
        ({"keystring": "1./"}, "The key is wrong"),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(tmp_path, changed, sentence):
    done = run(a_file(tmp_path, **changed))
    assert done.returncode == 1
    assert done.stderr == ""
    assert sentence in done.stdout
    assert "RIGHT" not in done.stdout


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (("--numbers", "9319", "--numbers", "2 5 13"), "What you typed of the source is wrong"),
        (("--sha256", "0" * 64), "The hash of the pool that you noted is wrong"),
        (("--commitment", "0" * 64), "The commitment that you noted is wrong"),
    ],
)
def test_what_is_typed_is_compared_with_the_file(tmp_path, option, sentence):
    done = run(a_file(tmp_path), *option)
    assert (done.returncode, sentence in done.stdout) == (1, True)


def test_the_numbers_may_be_typed_as_the_page_prints_them(tmp_path):
    done = run(a_file(tmp_path), "--numbers", " / ".join(" ".join(group) for group in TYPED))
    assert (done.returncode, "they are those that you typed" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (("--numbers", "9319 x"), "“x” among the numbers that you typed is no number"),
        (("--sha256", "9f86d081"), "has 8 signs"),
        (("--commitment", "60303ae2…"), "all 64 hexadecimal digits"),
    ],
)
def test_a_slip_of_typing_does_not_make_the_draw_wrong(tmp_path, option, sentence):
    done = run(a_file(tmp_path), *option)
    assert (done.returncode, sentence in done.stdout, "WRONG" in done.stdout) == (2, True, False)


@pytest.mark.parametrize(
    ("kind", "last"), [("md5", RFC["selections"][-1]), ("sha256", RFC["sha256_variant"]["selections"][-1])]
)
def test_the_draw_of_the_rfc_from_typed_values(tmp_path, kind, last):
    pool = tmp_path / "pool.txt"
    pool.write_text("".join(f"{name}\n" for name in RFC["pool"]), encoding="utf-8")
    done = run("--pool", pool, "--numbers", "9319", "--numbers", "2 5 12 8 10", "--numbers", "9 18 26 34 41 45",
               "--hash", kind, "--places", last["index"])  # fmt: skip
    assert done.returncode == 0
    assert RFC["keystring"] in done.stdout
    line = f"{last['hash_hex']} / {last['div']} leaves {last['remainder']}: number {last['selected']}"
    assert line in done.stdout


def test_it_says_what_it_was_not_told(tmp_path):
    assert run().returncode == 2
    missing = run(tmp_path / "nothing.json")
    assert (missing.returncode, "NOT CHECKED" in missing.stdout) == (2, True)
    (tmp_path / "pool.txt").write_text("A\nB\n")
    empty = run("--pool", tmp_path / "pool.txt", "--numbers", "", "--places", "1")
    assert (empty.returncode, "is no number" in empty.stdout) == (2, True)
    (tmp_path / "cut.json").write_text('{"pool": "A')
    assert run(tmp_path / "cut.json").returncode == 2
    (tmp_path / "no.json").write_text("[]")
    assert "not the file of a draw" in run(tmp_path / "no.json").stdout


def test_it_is_written_for_an_old_python():
    compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec", dont_inherit=True)
    import ast

    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))

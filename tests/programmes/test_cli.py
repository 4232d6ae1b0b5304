"""`flask programmes load`: every fault with its place, a dry run that saves nothing, counts on success."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders.programmes import IN2_FILE, programme_text
from vouchers.core.database import db
from vouchers.programmes.models import Programme
from vouchers.programmes.rules.faults import Fault


def load(app: Any, file: Path, *options: str) -> Any:
    return app.test_cli_runner().invoke(args=["programmes", "load", str(file), *options])


def a_file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "programme.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def count_programmes() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Programme.id))) or 0


def test_load(app):
    first = load(app, IN2_FILE)
    second = load(app, IN2_FILE)

    assert first.exit_code == second.exit_code == 0, first.output
    assert "added: region BE-WAL\n" in first.stdout
    assert first.stdout.endswith(
        "ok: in2lifesciences, 8 regions added, 1 programme added, 2 fund lines added, 3 instruments added, "
        "3 calls added, 8 envelopes added\n"
    )
    assert second.output == "ok: in2lifesciences.yaml is loaded already, nothing to change\n"


def test_load_dry_run_saves_nothing(app, tmp_path):
    done = load(app, a_file(tmp_path, programme_text()), "--dry-run")

    assert done.exit_code == 0, done.output
    assert "would be added: call 2027-A\n" in done.output
    assert "would be added: envelope 2027-A/NO-OSL/H2C\n" in done.output
    assert done.output.endswith("2 envelopes added (dry run, nothing was saved)\n")
    assert count_programmes() == 0


def place_in(text: str, file: Path, before: str, column: int) -> str:
    return f"{file}:{text[: text.index(before)].count(chr(10)) + 1}:{column}"


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_load_tells_every_change_of_a_published_call_with_its_place(app, tmp_path, options):
    load(app, a_file(tmp_path, programme_text()))
    text = programme_text(closes="2027-03-12 17:00", cap="4000.2").replace("name: Oslo\n", "name: Oslo region\n")
    file = a_file(tmp_path, text)

    done = load(app, file, *options)

    assert done.exit_code == 1
    closes, cap = place_in(text, file, "closes:", 5), place_in(text, file, "cap:", 7)
    moments = "2027-03-10T16:00:00+00:00 -> 2027-03-12T16:00:00+00:00"
    assert f"{closes}: calls[2027-A].closes: {moments}\n" in done.output
    assert f"{cap}: instruments[H2C].grant.cap: EUR 4,000.10 -> EUR 4,000.20\n" in done.output
    assert "Error: Published calls (2027-A) change only by a correction" in done.output
    assert "would be" not in done.output


def test_load_dry_run_of_a_change(app, tmp_path):
    load(app, a_file(tmp_path, programme_text()))

    done = load(
        app,
        a_file(tmp_path, programme_text().replace("name: Office, email: office", "name: Desk, email: office")),
        "--dry-run",
    )

    assert "would be changed: programme small\n  contact.name: Office -> Desk\n" in done.output


def test_load_lists_what_a_dry_run_lists_and_a_control_that_disappears(app, tmp_path):
    limits = "  payment_limits: {finance_officer: 25000}\n  contact:"
    tried = load(app, a_file(tmp_path, programme_text().replace("  contact:", limits, 1)), "--dry-run").output
    loaded = load(app, tmp_path / "programme.yaml").output
    assert loaded == tried.replace("would be ", "").replace(" (dry run, nothing was saved)", "")

    without = a_file(tmp_path, programme_text())
    tried, loaded = load(app, without, "--dry-run").output, load(app, without).output
    assert "changed: programme small\n  payment_limits.finance_officer: EUR 25,000.00 -> " in loaded
    assert loaded == tried.replace("would be ", "").replace(" (dry run, nothing was saved)", "")


def test_load_of_the_same_file_asks_no_check_that_is_younger(app, tmp_path, monkeypatch):
    file = a_file(tmp_path, programme_text())
    load(app, file)
    fault = Fault(1, 1, "file", "A newer check.")
    monkeypatch.setattr(
        "vouchers.programmes.rules.programme_file.examine_programme_tree", lambda _tree: (None, (fault,))
    )

    again = load(app, a_file(tmp_path, "# as ever\n" + programme_text()))
    other = load(app, a_file(tmp_path, programme_text(closes="2027-03-12 17:00")))

    assert (again.exit_code, again.output) == (0, "ok: programme.yaml is loaded already, nothing to change\n")
    assert other.exit_code == 1
    assert "A newer check." in other.output


def test_load_tells_every_fault_with_its_place(app, tmp_path):
    text = programme_text(closes="2026-03-10 17:00", rate="170 %")
    file = a_file(tmp_path, text)

    done = load(app, file)

    line = text[: text.index("closes:")].count("\n") + 1
    assert done.exit_code == 1
    assert f"{file}:{line}:" in done.output
    assert "calls[1].closes: The call closes before it opens" in done.output
    assert "is more than 100 %" in done.output
    assert f"2 fault(s) in {file}. Nothing was loaded." in done.output
    assert count_programmes() == 0


def test_load_of_something_else(app, tmp_path):
    binary = tmp_path / "programme.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    assert load(app, tmp_path / "missing.yaml").exit_code == 2
    assert load(app, binary).exit_code == 1
    assert "not a text in UTF-8" in load(app, binary).output

    binary.write_bytes("programme:\n  name: Zürich\n".encode("latin-1"))
    assert f"{binary}:2: this is not a text in UTF-8" in load(app, binary).output


def test_load_keeps_a_call_that_the_file_leaves_out_and_says_so(app, tmp_path):
    load(app, a_file(tmp_path, programme_text()))
    other = a_file(tmp_path, programme_text().replace("code: 2027-A", "code: 2027-B"))

    done, again = load(app, other), load(app, other)

    assert done.exit_code == 0, done.output
    assert "Call 2027-A is not in the file; it stays as it was published.\n" in done.output
    assert "1 call added" in done.output
    assert again.output.endswith("is loaded already, nothing to change\n")


def test_export_loads_again_as_nothing(app, tmp_path):
    load(app, a_file(tmp_path, programme_text()))

    written = app.test_cli_runner().invoke(args=["programmes", "export", "small"])

    assert load(app, a_file(tmp_path, written.stdout)).output.endswith("is loaded already, nothing to change\n")
    assert app.test_cli_runner().invoke(args=["programmes", "export", "none"]).exit_code == 1


def test_load_warns_of_a_call_that_has_closed_and_of_a_small_envelope(app, tmp_path):
    past = programme_text(opens="2020-01-10 09:00", closes="2020-03-10 17:00", cap="30000")

    first, again = load(app, a_file(tmp_path, past)), load(app, a_file(tmp_path, past))

    assert first.exit_code == 0, first.output
    assert (
        "warning: call 2027-A closed before it was loaded (2020-03-10 16:00 UTC): nobody can apply.\n" in first.output
    )
    small = "the envelope of NO-OSL has EUR 20,000.00, less than one voucher H2C at its cap of EUR 30,000.00."
    assert f"warning: call 2027-A: {small}\n" in first.output
    assert "closed before" not in again.output


def test_load_warns_of_a_currency_without_bank_files_and_of_an_account_of_two_regions(app, tmp_path):
    text = IN2_FILE.read_text(encoding="utf-8").replace("currency: EUR", "currency: PLN")
    first, second = re.findall(r"iban: (\w+)", text)[:2]

    told = load(app, a_file(tmp_path, text.replace(second, first)), "--dry-run").output

    assert "warning: the currency is PLN: bank files are in EUR only" in told
    assert re.search(rf"warning: \S+ and \S+ pay from the same account {first}: check that no IBAN", told)


def test_load_warns_of_a_rule_that_no_answer_can_fulfil(app, tmp_path):
    done = load(app, a_file(tmp_path, programme_text()), "--dry-run")

    said = 'the form does not ask "headcount", so the rule "sme" will need a person for each application.'
    assert f"warning: call 2027-A: {said}\n" in done.output
    assert 'ask "nace"' not in done.output

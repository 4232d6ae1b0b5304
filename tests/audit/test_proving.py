"""Proofs that leave the house are right, and are checked by a program that shares nothing with us."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vouchers.audit import merkle, proving, queries
from vouchers.audit.actions import erase_details, record_event, seal_events
from vouchers.audit.models import AuditRun
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, RuleBroken

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962_merkle_ct_reference.json").read_text())
SCRIPT = Path(proving.__file__).parent / "files" / "verify_proof.py"


def record(count):
    with unit_of_work():
        for number in range(count):
            step_id = uuid4().hex
            record_event(
                step_id=step_id, unit_id=step_id, at=AT, actor_id=7, tag="claim.approve", subject_kind="claim",
                subject_id=number, scope="IN2/BE-WAL", body={"changes": {"name": [None, "Zoë “%”"]}, "why": None},
            )  # fmt: skip


@pytest.fixture
def seals(app):
    """Over 3, 260, 261 and 900 events."""
    made = []
    for minute, count in enumerate((3, 257, 1, 639)):
        record(count)
        made.append(seal_events(at=AT + timedelta(minutes=minute)).id)
    return [queries.get_seal(seal_id) for seal_id in made]


def check(tmp_path, proof, *words):
    """Run the program as a stranger does: isolated, without our packages, elsewhere."""
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


# from what is kept


def all_leaves():
    runs = db.session.query(AuditRun).order_by(AuditRun.first_position)
    return [run.hashes[32 * place : 32 * place + 32] for run in runs for place in range(run.size)]


def test_kept_nodes_are_the_tree_s(seals):
    node, tree = merkle.nodes_over(all_leaves()), proving.StoredTree()
    for level in range(10):
        for index in range(900 >> level):
            assert tree.node(level, index) == node(level, index)
    with pytest.raises(RuleBroken, match="does not prove"):
        tree.node(0, 900)


def test_proofs_from_what_is_kept_are_those_of_the_definition(seals):
    node = merkle.nodes_over(all_leaves())
    for seal in seals:
        for index in {0, 1, 2, 255, 256, 258, 511, seal.size - 1} & set(range(seal.size)):
            found = proving.prove_event(index + 1, in_seal=seal)
            assert found["index"] == index
            assert found["path"] == [one.hex() for one in merkle.inclusion_proof(node, index, seal.size)]
        for newer in seals[seals.index(seal) :]:
            path = [one.hex() for one in merkle.consistency_proof(node, seal.size, newer.size)]
            assert proving.prove_consistency(seal, newer)["path"] == path


def test_what_is_not_under_a_seal_is_not_proved(seals):
    record(1)
    with pytest.raises(RuleBroken, match="not under that seal"):
        proving.prove_event(901)
    with pytest.raises(RuleBroken, match="not under that seal"):
        proving.prove_event(4, in_seal=seals[0])
    with pytest.raises(NotFound):
        proving.prove_event(902)
    with pytest.raises(RuleBroken, match="older seal comes first"):
        proving.prove_consistency(seals[1], seals[0])


# by a stranger's machine


def test_a_stranger_checks_an_event(seals, tmp_path):
    proof = proving.prove_event(300, with_detail=True)
    code, told = check(tmp_path, proof)
    assert code == 0, told
    assert "RIGHT" in told
    assert "claim.approve" in told
    assert "Zoë" in told
    root = seals[-1].root
    assert check(tmp_path, proof, "--size", "900", "--root", root.upper())[0] == 0
    assert check(tmp_path, proof, "--size", "901", "--root", root)[0] == 1
    assert check(tmp_path, proof, "--size", "900", "--root", "ab" * 32)[0] == 1
    assert check(tmp_path, proof, "--size", "900", "--root", "ab")[0] == 2


def test_an_erased_detail_is_not_told_and_the_proof_holds(seals, tmp_path):
    with unit_of_work():
        erase_details([300])
    db.session.expire_all()
    proof = proving.prove_event(300, with_detail=True)
    assert "detail" not in proof
    assert check(tmp_path, proof)[0] == 0


def test_a_stranger_checks_that_a_seal_continues_another(seals, tmp_path):
    for old in seals:
        code, told = check(tmp_path, proving.prove_consistency(old, seals[-1]))
        assert code == 0, told
    wrong = proving.prove_consistency(seals[1], seals[3]) | {"old": proving.describe_seal(seals[2])}
    assert check(tmp_path, wrong)[0] == 1


@pytest.mark.once  # what lies in a proof is the same from either database
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda proof: proof.update(leaf=proof["leaf"].replace("claim.approve", "claim.reject")), 1),
        (lambda proof: proof.update(index=proof["index"] + 1), 1),
        (lambda proof: proof.update(index=900), 1),
        (lambda proof: proof["path"].pop(), 1),
        (lambda proof: proof["path"].append("00" * 32), 1),
        (lambda proof: proof["seal"].update(size=901), 1),
        (lambda proof: proof["seal"].update(sealed_at="2020-01-01T00:00:00.000000Z"), 1),
        (lambda proof: proof["detail"].update(text="{}"), 1),
        (lambda proof: proof["detail"].update(salt=""), 1),
        (lambda proof: proof.pop("seal"), 2),
        (lambda proof: proof.update(path="abc"), 2),
        (lambda proof: proof.update(path=["xyz"]), 2),
        (lambda proof: proof.update(kind="other"), 2),
    ],
)
def test_a_changed_proof_is_found(seals, tmp_path, change, code):
    proof = proving.prove_event(300, with_detail=True)
    change(proof)
    assert check(tmp_path, proof)[0] == code


def test_what_is_no_proof_is_not_checked(tmp_path):
    for content in ([], None, "text", {"kind": "inclusion"}, {"kind": "consistency", "old": 1, "new": 2}):
        assert check(tmp_path, content)[0] == 2


# the program by itself


@pytest.fixture(scope="module")
def program():
    """The script's own functions."""
    import runpy

    return runpy.run_path(str(SCRIPT))


def unhex(hashes):
    return [bytes.fromhex(one) for one in hashes]


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda v: f"{v['leaf_index']} in {v['tree_size']}")
def test_the_program_knows_inclusion(program, vector):
    index, size, path = vector["leaf_index"], vector["tree_size"], unhex(vector["proof"])
    leaf = bytes.fromhex(VECTORS["leaf_hashes"][index])
    assert program["root_of_path"](leaf, index, size, path).hex() == VECTORS["roots_by_size"][size]
    with pytest.raises(program["Wrong"]):
        program["root_of_path"](leaf, index, size, [*path, leaf])


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda v: f"{v['first']} to {v['second']}")
def test_the_program_knows_consistency(program, vector):
    sizes = (vector["first"], vector["second"])
    first, second = ({"size": size, "root": VECTORS["roots_by_size"][size]} for size in sizes)
    program["check_consistency"](first, second, unhex(vector["proof"]))
    for path in ([*vector["proof"], "00" * 32], vector["proof"][:-1]):
        if path != vector["proof"]:
            with pytest.raises(program["Wrong"]):
                program["check_consistency"](first, second, unhex(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 300), st.data())
def test_the_program_agrees_with_ours_on_every_tree(program, size, data):
    leaves = [merkle.leaf_hash(bytes([number % 256, number // 256])) for number in range(size)]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    node, root = merkle.nodes_over(leaves), merkle.root_of(leaves)
    assert program["root_of_path"](leaves[index], index, size, merkle.inclusion_proof(node, index, size)) == root
    program["check_consistency"](
        {"size": old, "root": merkle.root_of(leaves[:old]).hex()},
        {"size": size, "root": root.hex()},
        merkle.consistency_proof(node, old, size),
    )


# at the terminal


def test_commands_hand_proofs_out(app, seals, tmp_path):
    run = app.test_cli_runner().invoke
    numbers = [str(seal.id) for seal in seals]
    db.session.remove()

    printed = run(args=["audit", "prove", "5", "--with-detail"])
    assert printed.exit_code == 0, printed.output
    assert check(tmp_path, json.loads(printed.output))[0] == 0

    file = tmp_path / "consistency.json"
    assert run(args=["audit", "consistency", numbers[0], numbers[2], "--out", str(file)]).exit_code == 0
    assert check(tmp_path, json.loads(file.read_text()))[0] == 0

    earlier = json.loads(run(args=["audit", "prove", "5", "--seal", numbers[1]]).output)
    assert earlier["seal"]["size"] == 260
    assert "detail" not in earlier


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["prove", "5", "--seal", "99"], "no such seal"),
        (["prove", "99999"], "no such event"),
        (["consistency", "1", "99"], "no such seal"),
        (["prove", "5", "--out", "/nowhere/proof.json"], "cannot be written"),
    ],
)
def test_commands_refuse_in_one_sentence(app, seals, words, sentence):
    db.session.remove()
    answer = app.test_cli_runner().invoke(args=["audit", *words])
    assert answer.exit_code == 1
    assert sentence in answer.output
    assert "Traceback" not in answer.output

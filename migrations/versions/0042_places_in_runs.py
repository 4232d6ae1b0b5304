"""places in runs

The place of an event in the tree is kept in runs of up to 256 events with their leaf hashes, and the root of each full
subtree beside them, so that a seal or a proof over a million events reads a few hundred rows. What was sealed stays
sealed: each hash is carried over. The database refuses a run out of turn and an event that stands in the tree already,
and an erased detail loses its salt too.

Revision ID: 0042
Revises: 0041
"""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

WIDTH = 256
TABLES = ("audit_run", "audit_node")
OUT_OF_TURN = (
    "NEW.first_position <> coalesce((SELECT first_position + size FROM audit_run ORDER BY first_position DESC LIMIT 1), 0)"
    " OR NEW.first_position / 256 <> (NEW.first_position + NEW.size - 1) / 256"
)
TWICE = (
    "EXISTS (SELECT 1 FROM audit_run WHERE first_event_id > NEW.first_event_id - 256 "
    "AND first_event_id < NEW.first_event_id + NEW.size AND first_event_id + size > NEW.first_event_id)"
)
UNKNOWN = (
    "(SELECT count(*) FROM audit_event WHERE id >= NEW.first_event_id AND id < NEW.first_event_id + NEW.size) <> NEW.size"
)
NOT_ERASED = (
    "NEW.body IS NOT NULL OR NEW.event_id <> OLD.event_id OR NEW.salt <> ''"
)


def _big_id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


RUN = sa.table(
    "audit_run", sa.column("first_position"), sa.column("first_event_id"), sa.column("size"),
    sa.column("hashes", sa.LargeBinary()),
)
NODE = sa.table("audit_node", sa.column("level"), sa.column("position"), sa.column("hash", sa.LargeBinary()))


def upgrade() -> None:
    op.create_table(
        "audit_run",
        sa.Column("first_position", _big_id(), autoincrement=False, nullable=False),
        sa.Column("first_event_id", _big_id(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size BETWEEN 1 AND 256", name=op.f("ck_audit_run_size")),
        sa.CheckConstraint("length(hashes) = 32 * size", name=op.f("ck_audit_run_whole")),
        sa.PrimaryKeyConstraint("first_position", name=op.f("pk_audit_run")),
    )
    op.create_index("ix_audit_run_events", "audit_run", ["first_event_id", "size"])
    op.create_table(
        "audit_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", _big_id(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_audit_node_whole")),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_audit_node")),
    )
    _carry_over(op.get_bind())
    op.drop_table("audit_leaf")
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()
    op.execute("UPDATE audit_detail SET salt = '' WHERE body IS NULL")


def _carry_over(connection) -> None:
    """Each place with its event and hash, in the order of the tree."""
    leaves = sa.table("audit_leaf", sa.column("position"), sa.column("event_id"), sa.column("leaf_hash"))
    waiting: dict[int, list[bytes]] = {0: []}
    run, position = None, 0
    while rows := connection.execute(
        sa.select(leaves).where(leaves.c.position >= position).order_by(leaves.c.position).limit(8_192)
    ).all():
        runs, nodes = [], []
        for row in rows:
            hashed = bytes.fromhex(row.leaf_hash)
            is_next = run and run["first_event_id"] + run["size"] == row.event_id and row.position % WIDTH
            if not is_next:
                runs.append(run := {"first_position": row.position, "first_event_id": row.event_id, "size": 0, "hashes": b""})
            run["size"], run["hashes"] = run["size"] + 1, run["hashes"] + hashed
            _take(waiting, 0, row.position, hashed, nodes)
        run, position = None, rows[-1].position + 1
        connection.execute(sa.insert(RUN), runs)
        if nodes:
            connection.execute(sa.insert(NODE), nodes)


def _take(waiting, level: int, index: int, node: bytes, nodes: list) -> None:
    """A node on a kept level; with the 256th, the one above them is full."""
    siblings = waiting.setdefault(level, [])
    siblings.append(node)
    if len(siblings) == WIDTH:
        waiting[level], level, index = [], level + 8, index // WIDTH
        while len(siblings) > 1:
            siblings = [sha256(b"\x01" + a + b).digest() for a, b in zip(siblings[::2], siblings[1::2], strict=True)]
        nodes.append({"level": level, "position": index, "hash": siblings[0]})
        _take(waiting, level, index, siblings[0], nodes)


def _guard_sqlite() -> None:
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER audit_node_no_replace BEFORE INSERT ON audit_node "
        "WHEN EXISTS (SELECT 1 FROM audit_node WHERE level = NEW.level AND position = NEW.position) "
        "BEGIN SELECT RAISE(ABORT, 'audit_node is append-only'); END"
    )
    for name, wrong, why in (
        ("in_turn", OUT_OF_TURN, "out of turn"),
        ("once", TWICE, "an event stands in the tree twice"),
        ("of_events", UNKNOWN, "there is no such event"),
    ):
        op.execute(
            f"CREATE TRIGGER audit_run_{name} BEFORE INSERT ON audit_run WHEN {wrong} "
            f"BEGIN SELECT RAISE(ABORT, 'audit_run is append-only: {why}'); END"
        )
    op.execute("DROP TRIGGER audit_detail_only_erased")
    op.execute(
        f"CREATE TRIGGER audit_detail_only_erased BEFORE UPDATE ON audit_detail WHEN {NOT_ERASED} "
        "BEGIN SELECT RAISE(ABORT, 'audit_detail may only be erased'); END"
    )


def _guard_postgresql() -> None:
    for table in TABLES:
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    _function(
        "place_run",
        f"IF {OUT_OF_TURN} THEN RAISE EXCEPTION 'audit_run is append-only: out of turn'; END IF; "
        f"IF {TWICE} THEN RAISE EXCEPTION 'audit_run is append-only: an event stands in the tree twice'; END IF; "
        f"IF {UNKNOWN} THEN RAISE EXCEPTION 'audit_run is append-only: there is no such event'; END IF; RETURN NEW;",
    )
    op.execute("CREATE TRIGGER audit_run_in_turn BEFORE INSERT ON audit_run FOR EACH ROW EXECUTE FUNCTION place_run()")
    _function(
        "only_erase_detail",
        f"IF {NOT_ERASED} THEN RAISE EXCEPTION 'audit_detail may only be erased'; END IF; RETURN NEW;",
    )


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def downgrade() -> None:
    raise NotImplementedError("the record keeps its places")

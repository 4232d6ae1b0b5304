"""The migrated schema is the one that the models describe, and money is never a fraction."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Date, Float, Integer, Numeric

import vouchers
import vouchers.models
from vouchers.core.database import Base, UtcMoment, db

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
COLUMNS = [pytest.param(column, id=f"{table.name}.{column.name}") for table in TABLES for column in table.columns]


def test_the_migrated_schema_equals_the_models(app):
    with db.engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: not (kind == "table" and name == "alembic_version"),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_read_every_module_with_tables():
    package = Path(vouchers.__file__).parent
    made = {f"vouchers.{path.parent.name}.models" for path in package.glob("*/models.py")}
    assert made == set(re.findall(r"^import (\S+)$", Path(vouchers.models.__file__).read_text("utf-8"), re.M))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_what_its_name_says(column):
    kind = column.type
    assert not isinstance(kind, Float), "no fraction is exact"
    if column.name.endswith("cents"):
        assert isinstance(kind, BigInteger | Integer)
        assert not isinstance(kind, Numeric)
    if column.name.endswith("_at") or column.name == "at":
        assert isinstance(kind, UtcMoment)
    if column.name.endswith("_on"):
        assert isinstance(kind, Date)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_constraint_has_a_name(table):
    assert all(constraint.name for constraint in table.constraints)

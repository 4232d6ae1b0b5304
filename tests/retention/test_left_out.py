"""Every column that refers to a person, or holds an address, is told in the person's copy or left out on purpose."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import JSON, String

import vouchers.models
from vouchers.api.queries import OWN_TOKENS
from vouchers.core.database import Base
from vouchers.retention.exports.copy_words import HEADINGS
from vouchers.retention.queries.copies import SECTIONS
from vouchers.retention.rules.left_out import LEFT_OUT
from vouchers.surveys.models import SurveyAnswer

assert vouchers.models
ALL = (*SECTIONS, OWN_TOKENS)
PERSONS = {"user_account", "expert"}
UNBOUND = re.compile(r"^(by|actor|user|.*_by)_id$")
"""Numbers of persons that the database does not bind to the table of accounts."""
NOBODYS = {
    "region.email",  # an office's
    "user_account.email",  # the account itself
}
SECRETS = ("password", "totp", "token", "secret", "code_hash")


def names_somebody(column):
    if any(key.column.table.name in PERSONS for key in column.foreign_keys):
        return True
    if isinstance(column.type, JSON):
        return column.name in ("recusals", "writer_ids", "recused_ids", "party_ids") or column.name.endswith("_by_ids")
    if isinstance(column.type, String):
        return column.name.endswith("email")
    return UNBOUND.match(column.name) is not None


def of(column):
    return f"{column.table.name}.{column.name}"


TOLD = {of(column) for section in ALL for one in section.whose for column in one.property.columns}
LEFT = {name for names in LEFT_OUT.values() for name in names}
NAMING = {of(column) for table in Base.metadata.tables.values() for column in table.columns if names_somebody(column)}


def test_every_column_that_names_a_person_is_told_or_left_out_with_a_reason():
    assert set() == NAMING - TOLD - LEFT - NOBODYS, "add a section that tells it, or the reason to `LEFT_OUT`"


def test_nothing_is_left_out_that_is_told_or_does_not_exist():
    assert set() == LEFT & TOLD
    assert set() == LEFT - NAMING
    assert sum(len(names) for names in LEFT_OUT.values()) == len(LEFT)


@pytest.mark.parametrize("section", ALL, ids=lambda section: section.name)
def test_a_section_tells_no_secret_and_each_of_its_columns_has_a_heading(section):
    keys = [column.key for column in section.told]
    assert len(set(keys)) == len(keys)
    assert not [key for key in keys if any(word in key for word in SECRETS)]
    assert set(keys) <= set(HEADINGS)


def test_sections_have_names_of_their_own():
    assert len({section.name for section in ALL}) == len(ALL)


def test_a_new_table_would_be_named():
    told = {name.partition(".")[0] for name in TOLD}
    assert {"user_session", "role_grant", "letter", "answer", "assignment", "alert", "api_token", "audit_event"} <= told


def test_every_answer_to_a_survey_is_told():
    told = {column.key for section in ALL if section.name == "survey_answers" for column in section.told}
    kept = {column.key for column in SurveyAnswer.__table__.columns}
    assert kept - {"survey_id"} <= told

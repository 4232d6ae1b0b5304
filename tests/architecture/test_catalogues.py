"""Every sentence of the program is there in every language, with the same values and marks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog

from tests.conftest import ROOT
from vouchers.core.languages import LANGUAGES

sys.path.insert(0, str(ROOT / "scripts"))

import make_catalogues

VALUE = re.compile(r"%\(\w+\)[sd]|%%|%\{\w+\}|%")
TAG = re.compile(r"</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def template() -> Catalog:
    return make_catalogues.collect()


def test_the_languages_of_the_interface_are_those_of_the_catalogues():
    assert {"en", *make_catalogues.LANGUAGES} == set(LANGUAGES)


def test_the_sentences_are_found(template):
    sentences = {message.id for message in template}

    assert len(sentences) > 3000
    assert "Too many tries" in sentences  # in Python
    assert "Skip to main content" in sentences  # in a page
    assert ("%(count)s minute left to submit.", "%(count)s minutes left to submit.") in sentences


@pytest.mark.parametrize("language", make_catalogues.LANGUAGES)
def test_no_sentence_is_missing(language, template):
    catalogue = make_catalogues.updated(language, template)
    missing = [message.id for message in catalogue if message.id and not all(texts_of(message.string))]

    assert missing == []


@pytest.mark.parametrize("language", make_catalogues.LANGUAGES)
def test_the_catalogue_is_as_it_would_be_written(language, template):
    written = make_catalogues.to_text(make_catalogues.updated(language, template))
    is_fresh = make_catalogues.path_of(language).read_bytes() == written

    assert is_fresh, "run `make translations`"  # the bare answer: comparing two such files line by line takes an hour


@pytest.mark.parametrize("language", make_catalogues.LANGUAGES)
def test_values_and_marks_are_kept(language):
    faults = [fault for message in make_catalogues.read(language) for fault in faults_of(message)]

    assert faults == []


def faults_of(message) -> Iterator[str]:
    """What is wrong with a translation: a value that is lost or misspelt would be a broken page."""
    sources = texts_of(message.id)
    for text in texts_of(message.string) if message.id and all(texts_of(message.string)) else ():
        known = set(VALUE.findall(" ".join(sources)))
        if not set(VALUE.findall(text)) <= known:
            yield f"{text!r} names a value that its sentence has not"
        if not message.pluralizable and sorted(VALUE.findall(text)) != sorted(VALUE.findall(sources[0])):
            yield f"{text!r} has other values than {sources[0]!r}"
        if sorted(TAG.findall(text)) != sorted(TAG.findall(sources[0])):
            yield f"{text!r} has other marks than {sources[0]!r}"
        if (text[:1].isspace(), text[-1:].isspace()) != (sources[0][:1].isspace(), sources[0][-1:].isspace()):
            yield f"{text!r} begins or ends with another space than {sources[0]!r}"


def texts_of(value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ("",))

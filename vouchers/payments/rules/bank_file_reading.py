"""The bytes of a bank file as XML: without DTD, entities or network, and no larger than a bank takes."""

from __future__ import annotations

from lxml import etree

from vouchers.core.text import Sentence
from vouchers.core.text import say as _

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes. About 60,000 payments."""


class Unreadable(Exception):
    """The bytes are no XML that may be read; the sentence says why."""

    def __init__(self, sentence: Sentence):
        super().__init__(sentence)
        self.sentence = sentence


def read_bank_file(xml_bytes: bytes) -> etree._Element:
    """The parsed document.

    Raises:
        Unreadable: too large, not UTF-8, not well-formed, or with a document type.
    """
    if len(xml_bytes) > LARGEST_FILE:
        raise Unreadable(_("The file is larger than %(most)s MB.", most=LARGEST_FILE // 1024 // 1024))
    try:
        text = xml_bytes.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(_("The file is not written in UTF-8.")) from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable(_("The file carries a document type or entities. Bank files may not; it was not read."))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(xml_bytes, parser)
    except etree.XMLSyntaxError as fault:
        raise Unreadable(_("The file is not well-formed XML (line %(line)s).", line=fault.lineno or 1)) from None

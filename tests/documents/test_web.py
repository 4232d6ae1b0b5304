"""A stored file is a download for this reader alone."""

from __future__ import annotations

import hashlib
import io

from flask import Flask

from vouchers.documents.models import Document, ScanState
from vouchers.documents.store import the_store
from vouchers.documents.web import answer_with

CONTENT = b"the bank file"


def test_a_stored_file_is_an_attachment_that_no_cache_keeps(app: Flask) -> None:
    the_store().put(io.BytesIO(CONTENT))
    document = Document(
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        filename="batch.xml",
        media_type="application/xml",
        scan_state=ScanState.CLEAN,
    )
    with app.test_request_context("/"):
        answer = answer_with(document)
        answer.direct_passthrough = False
        assert answer.data == CONTENT
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Expires" not in answer.headers

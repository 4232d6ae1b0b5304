"""Small files that the demo's people upload: real PDFs of one line each."""

from __future__ import annotations

from io import BytesIO

from vouchers.documents.actions import KeptFile, take_upload


def a_pdf(title: str, filename: str) -> KeptFile:
    """A one-page PDF, checked and kept as an upload is."""
    line = title.encode("ascii", "replace").decode().replace("(", "[").replace(")", "]").replace("\\", "/")
    stream = f"BT /F1 14 Tf 60 760 Td ({line}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj{text}endobj\n".encode()
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    content += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    content += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return take_upload(BytesIO(content), filename, max_bytes=1_000_000)

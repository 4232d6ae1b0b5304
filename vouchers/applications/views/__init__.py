"""The pages of applications: writing a draft, signing, handing in, and reading (own list, the file, the worklist)."""

from vouchers.applications.views import (
    copying,
    drafting,
    files,
    partners,
    reading,
    recusing,
    rows,
    sections,
    signing,
    submitting,
)
from vouchers.applications.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "copying",
    "drafting",
    "files",
    "partners",
    "reading",
    "recusing",
    "rows",
    "sections",
    "signing",
    "submitting",
]

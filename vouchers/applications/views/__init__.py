"""The pages of applications: writing a draft, signing, handing in, and reading (own list, the file, the worklist)."""

from vouchers.applications.views import (
    copying,
    drafting,
    files,
    handling,
    partners,
    reading,
    recusing,
    rows,
    sections,
    signing,
    submitting,
    worklist,
)
from vouchers.applications.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "copying",
    "drafting",
    "files",
    "handling",
    "partners",
    "reading",
    "recusing",
    "rows",
    "sections",
    "signing",
    "submitting",
    "worklist",
]

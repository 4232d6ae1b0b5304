"""Every module with tables, for migrations and for whoever needs the whole metadata. A test finds one left out."""

from __future__ import annotations

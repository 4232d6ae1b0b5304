"""Stored files and words on paper, for every business package above.

`sniffing` tells what an upload really is, `scanning` asks the virus scanner, `storage` keeps the bytes under their
SHA-256, `pages` is the shared furniture of every PDF that the office writes. `models`, `queries` and `actions` keep
the register of stored files; this package knows subjects only as (kind, id).
"""

"""Programmes, their regions' money, instruments and calls: what a programme file says, kept as a register.

`rules/` reads and validates programme files and answers to the questions of a form; it is pure. The files that ship
with the software lie in `files/`; `docs/programme-file.md` is their reference.
"""

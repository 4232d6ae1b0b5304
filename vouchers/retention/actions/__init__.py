"""Holds are set and lifted (`holding`); lists are proposed and decided (`listing`), and carried out (`deleting`)."""

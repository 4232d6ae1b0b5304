"""Organisations: the SMEs, the providers and the funders; who they are, how large, and where they are paid."""

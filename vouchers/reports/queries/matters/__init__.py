"""What waits for a manager, matter by matter: `matter` is what each of them gives, `registry` is all of them.

A package that brings a new matter adds one line to the registry: a title, a query of what waits, and where it leads.
"""

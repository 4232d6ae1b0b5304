"""Finding what an evaluation needs: `checks` for the formal check, `assignments` for experts and their marks."""

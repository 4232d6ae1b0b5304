"""Finding what is published and reported."""

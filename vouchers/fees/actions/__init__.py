"""What happens to fee statements: by hand, many at once, and what payments do with them."""

"""What happens to a debt: what its source and its payments do with it, and what officers do by hand."""

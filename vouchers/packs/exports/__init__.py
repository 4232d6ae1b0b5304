"""What a pack is made of: `whole` puts it together, `archive` writes the file, `record`, `books` and `papers` fill it,
`index` tells people what is in it, `program` is what verifies it."""

"""A third programme of the demo, in which every step of the selection has something to show."""

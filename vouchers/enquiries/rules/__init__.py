"""What can be decided about questions and clarifications on paper: no database, no clock, no web."""

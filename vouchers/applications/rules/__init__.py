"""What can be decided about an application on paper: no database, no clock, no web."""

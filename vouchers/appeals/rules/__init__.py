"""What can be reckoned on paper: `filing` when and against what, `ruling` who decides and what may come of it."""

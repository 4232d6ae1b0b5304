"""What the bank sends: status reports and statements, matched to the payments of the office, and what is left over."""

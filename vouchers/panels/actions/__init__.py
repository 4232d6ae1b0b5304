"""What can happen to a panel: `sessions` its life, `voting` its votes, `interviewing` talks with applicants."""

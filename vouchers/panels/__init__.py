"""Floor 3: panels, their ranking sessions, votes, minutes and interviews."""

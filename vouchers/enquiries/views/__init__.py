"""Pages: `threads` (questions, answers, public answers), `clarifications` (requests and what came of them)."""

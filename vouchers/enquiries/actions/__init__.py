"""Everything that can happen to questions: `asking` (threads and public answers), `clarifying` (requests)."""

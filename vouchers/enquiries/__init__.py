"""Floor 3: what an applicant and its region ask one another: threads, public answers, clarifications."""

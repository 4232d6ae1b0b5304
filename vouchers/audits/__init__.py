"""Floor 4: the desk of auditors: mandates, samples, the checklist of the audit trail, findings and their follow-up."""

"""Floor 4: the auditors' own desk: mandates, samples, the checklist of the audit trail, findings and their follow-up."""

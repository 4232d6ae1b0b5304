"""What auditors reckon, on paper: factors, sizes, draws, projections, the checklist of the audit trail. Pure."""

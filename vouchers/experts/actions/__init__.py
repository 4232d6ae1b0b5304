"""What can happen to experts, their absences, files, contracts and declarations."""

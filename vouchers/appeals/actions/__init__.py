"""Every write of appeals: `filing` by the applicant, `handling` who decides, `ruling` what comes of it."""

"""What is asked on the pages of eligibility, row by row, so that it works without scripts."""

"""What the reports reckon on paper: `pace` is the time to decision."""

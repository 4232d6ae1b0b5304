"""What holds of accounts and can be said on paper: passwords, lock-out, links, devices, addresses."""

"""What a claim may contain, what it is worth, and by when it is paid. Pure."""

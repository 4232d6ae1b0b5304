"""What can be reckoned on paper: how much may be claimed back (`orders`), and its interest (`interest`)."""

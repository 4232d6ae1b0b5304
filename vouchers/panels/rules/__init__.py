"""What a panel works by: `voting` counts votes, `agenda` orders the applications."""

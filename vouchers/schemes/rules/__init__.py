"""What a draft is, how its parts are found and changed, and what is missing before it can be published. Pure."""

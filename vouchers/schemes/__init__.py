"""Floor 3: a coordinator's own scheme in the browser: drafts of calls, previews, publishing, dated corrections."""

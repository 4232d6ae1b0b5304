"""Letters to people: written in the step that concerns them, sent by a job after it has committed."""

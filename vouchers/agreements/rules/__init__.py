"""When an agreement holds, what it says, and how it is accepted. Pure."""

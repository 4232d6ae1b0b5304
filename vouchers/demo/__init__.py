"""The demo: a believable office built by the real actions, and a mail server that keeps what it is given.

Nothing here is reachable unless DEMO_MODE is on.
"""

"""The pages of panels: sessions, one application in a session with its votes, interviews."""

from vouchers.panels.views import interviews, sessions, votes
from vouchers.panels.views.blueprint import blueprint

__all__ = ["blueprint", "interviews", "sessions", "votes"]

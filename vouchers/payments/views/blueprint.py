"""Where the pages of payments stand."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__, url_prefix="/payments")

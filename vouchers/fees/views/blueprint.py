"""The blueprint of fees."""

from flask import Blueprint

blueprint = Blueprint("fees", __name__, url_prefix="/fees")

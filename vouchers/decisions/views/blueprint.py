"""What the pages of decisions share."""

from flask import Blueprint

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions")

"""Where these pages stand."""

from flask import Blueprint

blueprint = Blueprint("retention", __name__, url_prefix="/retention")

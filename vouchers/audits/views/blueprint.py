"""The blueprint of the auditors' desk."""

from flask import Blueprint

blueprint = Blueprint("audits", __name__, url_prefix="/audits")

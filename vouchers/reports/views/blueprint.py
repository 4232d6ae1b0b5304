"""The blueprint of the reports. They read everything within the reader's mandate and write nothing."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)

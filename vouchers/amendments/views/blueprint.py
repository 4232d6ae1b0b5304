"""The blueprint of amendments and terminations."""

from __future__ import annotations

from flask import Blueprint, Response

blueprint = Blueprint("amendments", __name__, url_prefix="/amendments")


@blueprint.after_request
def _keep_out_of_caches(response: Response) -> Response:
    """The provider's pages are opened without signing in, so nothing of them may stay in a browser."""
    response.headers["Cache-Control"] = "no-store"
    return response

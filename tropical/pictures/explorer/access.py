"""Who may ask the server of the explorer: those who know its token, under a name of this machine, from its own page.

Other users of a machine reach its loopback interface too, so a request needs the token in the address that the server
prints. The token is in no cookie, because a browser sends the cookies of a machine to all its ports, whoever listens
there. A request that was sent to another name is refused, so that no other site can reach the server under a name of
its own; and a scene is computed for the page itself only.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from tropical.pictures.explorer.worker_pool import error

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def refusal(asked: Request, token: str) -> Response | None:
    """Return the answer to a request under another name, or without the token; None if it may be answered."""
    if not LOOPBACK.fullmatch(asked.headers.get("host", "")):
        return refused(421, "this server answers to localhost only")
    given = asked.query_params.get("token", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode()):
        return refused(403, "the token is missing or wrong; take the whole address that 'tropical explore' printed")
    return None


def foreign(asked: Request) -> Response | None:
    """Return the answer to a request that another page sent, or a form; None if it is from the page of this server."""
    headers = asked.headers
    if headers.get("origin") != f"http://{headers['host']}":
        return refused(403, "only the page of this server may ask for scenes")
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return refused(403, "only the page of this server may ask for scenes")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return refused(415, "the request is not application/json")
    return None


def refused(status: int, reason: str) -> Response:
    """Return the answer with an error status and a line that says why."""
    from starlette.responses import Response

    return Response(error(reason), status, HEADERS, "application/json")

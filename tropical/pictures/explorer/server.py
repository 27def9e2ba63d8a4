"""The explorer on this machine: one page, and scenes on demand. Needs starlette and uvicorn.

It listens on the loopback interface only. A request that was not sent to a name of this interface is refused, so that
no other site can reach it under a name of its own; a scene is computed only for the page itself.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import webbrowser
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from polytopes.errors import InputError, MissingExtraError
from tropical.pictures.explorer.page import page
from tropical.pictures.explorer.page_requests import MOST_BYTES
from tropical.pictures.explorer.worker_pool import Workers, error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response

    from tropical.pictures.explorer.fan_scene import FanRequest, Scene

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
COMPUTE = "/scene"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def application(scene: Scene, request: FanRequest | None = None) -> Starlette:
    """Return the ASGI application that shows a scene, and computes others if it was made from a request.

    Raises:
        MissingExtraError: if starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, StreamingResponse
        from starlette.routing import Route
    except ImportError:
        raise MissingExtraError("starlette", "explore", "serving the explorer") from None
    workers = Workers(0 if request is None else request.limit)
    text = page(scene, None if request is None else COMPUTE)

    async def show(asked: Request) -> Response:
        return _refusal(asked) or HTMLResponse(text, headers=HEADERS)

    async def compute(asked: Request) -> Response:
        refusal = _refusal(asked) or _foreign(asked)
        if refusal is not None:
            return refusal
        body = await _body(asked)
        if body is None:
            return _refused(413, f"a request has at most {MOST_BYTES} bytes")
        client = _client(body)
        if client is None:
            return _refused(400, "the request is not a JSON object with a client")
        lines = workers.claim(client).lines(body.replace(b"\n", b" "))
        await workers.prepare()
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=HEADERS)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if request is not None:
            await workers.prepare()
        yield
        await workers.close()

    routes = [Route("/", show)]
    if request is not None:
        routes.append(Route(COMPUTE, compute, methods=["POST"]))
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _nothing, 405: _nothing})


async def _nothing(asked: Request, problem: HTTPException) -> Response:
    """Return the answer to a request for what is not here; other names are told no more than elsewhere."""
    return _refusal(asked) or _refused(problem.status_code, problem.detail)


def _refusal(asked: Request) -> Response | None:
    """Return the answer to a request that was not sent to a name of the loopback interface."""
    if LOOPBACK.fullmatch(asked.headers.get("host", "")):
        return None
    return _refused(421, "this server answers to localhost only")


def _foreign(asked: Request) -> Response | None:
    """Return the answer to a request that another page sent, or a form."""
    headers = asked.headers
    if headers.get("origin") != f"http://{headers['host']}":
        return _refused(403, "only the page of this server may ask for scenes")
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return _refused(403, "only the page of this server may ask for scenes")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _refused(415, "the request is not application/json")
    return None


def _refused(status: int, reason: str) -> Response:
    from starlette.responses import Response

    return Response(error(reason), status, HEADERS, "application/x-ndjson")


async def _body(asked: Request) -> bytes | None:
    """Return the body, or None if it is too long; not more than the bound is ever read."""
    found = bytearray()
    async for chunk in asked.stream():
        found += chunk
        if len(found) > MOST_BYTES:
            return None
    return bytes(found)


def _client(body: bytes) -> str | None:
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    client = content.get("client") if isinstance(content, dict) else None
    return client[:80] if isinstance(client, str) and client else None


def serve(scene: Scene, request: FanRequest | None = None, port: int = 0, opens: bool = True) -> None:
    """Show a scene at an address of this machine until interrupted; print the address, and open a browser.

    Raises:
        MissingExtraError: if starlette or uvicorn is not installed.
        InputError: if the port is taken.
    """
    app = application(scene, request)
    try:
        import uvicorn
    except ImportError:
        raise MissingExtraError("uvicorn", "explore", "serving the explorer") from None
    listener = _listener(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    if opens:
        webbrowser.open(address)
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=1)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:  # the usual end
        pass
    finally:
        listener.close()


def _listener(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", port))
    except OSError as problem:
        found.close()
        raise InputError(f"port {port} cannot be used ({problem.strerror}); leave --port out for a free one") from None
    return found

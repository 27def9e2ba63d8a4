"""The explorer on this machine: one page, and scenes on demand. Needs starlette and uvicorn.

It listens on the loopback interface only; who may ask is decided in :mod:`tropical.pictures.explorer.access`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from contextlib import asynccontextmanager, contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.errors import InputError, MissingExtraError
from tropical.pictures.explorer.access import HEADERS, foreign, refusal, refused
from tropical.pictures.explorer.computation import Computation
from tropical.pictures.explorer.first_scene import REFRESH, FirstScene
from tropical.pictures.explorer.page import page
from tropical.pictures.explorer.page_requests import MOST_BYTES
from tropical.pictures.explorer.subjects import workers_for
from tropical.pictures.explorer.worker_pool import Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from types import FrameType

    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import Response
    from uvicorn import Server

    from tropical.pictures.explorer.fan_scene import FanRequest, Scene
    from tropical.pictures.explorer.region_scene import RegionsRequest
    from tropical.pictures.explorer.training.request import TrainingRequest

COMPUTE, FIRST = "/scene", "/first"
BODY_TIME = 10.0
"""Seconds within which a request is there as a whole."""
MOST_CONNECTIONS = 900
"""Most systems let a process have 1024 files; beyond this requests are refused before they are read."""


def application(
    scene: Scene | FirstScene, token: str, request: FanRequest | RegionsRequest | TrainingRequest | None = None
) -> Starlette:
    """Return the ASGI application that shows a scene, and computes others if it was made from a request.

    A scene that is on its way is begun, and followed by the page.

    Others are of other data, of the same network with some weights changed, or of another checkpoint of a training.

    It answers only requests with ``?token=...`` in their address.

    Raises:
        MissingExtraError: if starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, Response, StreamingResponse
        from starlette.routing import Route
    except ImportError:
        raise MissingExtraError("starlette", "explore", "serving the explorer") from None
    workers = workers_for(request)
    path = None if request is None else f"{COMPUTE}?token={token}"
    first = scene if isinstance(scene, FirstScene) else None
    known = {} if isinstance(scene, FirstScene) else {"text": page(scene, path)}
    waiting = page({"kind": "waiting", "title": first.title}, path, f"{FIRST}?token={token}") if first else ""

    async def show(asked: Request) -> Response:
        if first is not None and first.is_done and first.problem is None:
            known.setdefault("text", page(first.wait(), path))
        return refusal(asked, token) or HTMLResponse(known.get("text", waiting), headers=HEADERS)

    async def follow(asked: Request) -> Response:
        assert first is not None
        return refusal(asked, token) or StreamingResponse(
            (f"{line}\n" async for line in first.told()), headers=HEADERS, media_type="application/x-ndjson"
        )

    async def whole(asked: Request) -> Response:
        assert first is not None
        if (refused_ := refusal(asked, token)) is not None:
            return refused_
        if not first.is_done or first.problem is not None:
            return refused(409, "the scene is not there")
        return Response(json.dumps(first.wait(), allow_nan=False), headers=HEADERS, media_type="application/json")

    async def compute(asked: Request) -> Response | Computation:
        return refusal(asked, token) or foreign(asked) or await _computation(workers, asked)

    async def nothing(asked: Request, problem: HTTPException) -> Response:
        return refusal(asked, token) or refused(problem.status_code, problem.detail)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        preparing = asyncio.create_task(prepare())
        if first is None:
            await preparing
        yield
        preparing.cancel()
        await workers.close()

    async def prepare() -> None:
        while first is not None and not first.is_done:  # the machine has enough to do
            await asyncio.sleep(REFRESH)
        if request is not None and (first is None or first.problem is None):
            await workers.prepare()

    routes = [Route("/", show)]
    if first is not None:
        first.start()
        routes += [Route(FIRST, follow), Route(f"{FIRST}/whole", whole)]
    if request is not None:
        routes.append(Route(COMPUTE, compute, methods=["POST"]))
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: nothing, 405: nothing})
    app.state.workers = workers
    return app


async def _computation(workers: Workers, asked: Request) -> Response | Computation:
    """Return the computation that a request asks for, or the reason why there is none."""
    from starlette.requests import ClientDisconnect

    try:
        async with asyncio.timeout(BODY_TIME):
            body = await _body(asked)
    except (ClientDisconnect, TimeoutError):
        return refused(408, f"the request was not complete after {BODY_TIME:.0f} seconds")
    if body is None:
        return refused(413, f"a request has at most {MOST_BYTES} bytes")
    client = _client(body)
    if client is None:
        return refused(400, "the request is not a JSON object with a client")
    return Computation(workers, client, body.replace(b"\n", b" "))


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


def serve(
    scene: Scene | FirstScene,
    request: FanRequest | RegionsRequest | TrainingRequest | None = None,
    port: int = 0,
    opens: bool = True,
) -> None:
    """Show a scene at an address of this machine until interrupted; print the address, and open a browser.

    The address has a token that is made anew each time; without it nothing is answered. If a scene that is on its way
    fails, the page is told, and the server ends.

    Raises:
        MissingExtraError: if starlette or uvicorn is not installed.
        InputError: if the port is taken.
        ToolkitError: as the computation of a scene that is on its way.
    """
    token = secrets.token_hex(24)
    app = application(scene, token, request)
    try:
        import uvicorn
    except ImportError:
        raise MissingExtraError("uvicorn", "explore", "serving the explorer") from None
    listener = _listener(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/?token={token}"
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        app, log_level="error", server_header=False, timeout_graceful_shutdown=1, limit_concurrency=MOST_CONNECTIONS
    )
    try:
        server = uvicorn.Server(config)
        server.shutdown = _ending_first(app.state.workers, scene, server.shutdown)
        if isinstance(scene, FirstScene):
            scene.at_failure(lambda: setattr(server, "should_exit", True))
        with browser(address if opens else None), _hang_up_handled(server):
            server.run(sockets=[listener])
        if isinstance(scene, FirstScene) and scene.problem is not None:
            raise scene.problem
    except KeyboardInterrupt:  # the usual end
        pass
    finally:
        listener.close()


def _ending_first(
    workers: Workers, scene: Scene | FirstScene, shutdown: Callable[..., Awaitable[None]]
) -> Callable[..., Awaitable[None]]:
    """Return how a server shuts down that ends all computations first, so that no answer is cut off."""

    async def whole(sockets: list[socket.socket] | None = None) -> None:
        if isinstance(scene, FirstScene):
            scene.leave()
        await workers.close()
        await shutdown(sockets)

    return whole


@contextmanager
def browser(address: str | None) -> Iterator[None]:
    """Open a browser at an address.

    It is given a file that leads there and that no other user can read: commands and their arguments are seen by all.
    """
    if address is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="tropical-explore-") as folder:
        path = Path(folder) / "explorer.html"
        path.write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(address)}">')
        webbrowser.open(path.as_uri())
        yield


@contextmanager
def _hang_up_handled(server: Server) -> Iterator[None]:
    """Let SIGHUP end a server in order, as other signals do that it knows; then it does what it did before."""
    number = getattr(signal, "SIGHUP", None)
    if number is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def end(signum: int, frame: FrameType | None) -> None:
        came.append(signum)
        server.should_exit = True

    before = signal.signal(number, end)
    try:
        yield
    finally:
        signal.signal(number, before)
    if came:
        signal.raise_signal(number)


def _listener(port: int) -> socket.socket:
    """Return a socket that takes connections already: the browser may be quicker than the server."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", port))
        found.listen(MOST_CONNECTIONS)
    except OSError as problem:
        found.close()
        raise InputError(f"port {port} cannot be used ({problem.strerror}); leave --port out for a free one") from None
    return found

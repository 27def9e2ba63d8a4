"""A scene on its way: what its page is told, when it is there, and what a failure does."""

from __future__ import annotations

import asyncio
import json
import random
import threading

import pytest

from polytopes.errors import LimitReached
from tests.tropical.pictures.explorer.test_server import TOKEN, Client
from tropical.networks.network import Network
from tropical.pictures.explorer import first_scene
from tropical.pictures.explorer.first_scene import FirstScene
from tropical.pictures.explorer.network_requests import touchable_scene
from tropical.pictures.explorer.region_scene import RegionsRequest
from tropical.pictures.explorer.server import application, serve
from tropical.pictures.explorer.sketch import sketched
from tropical.pictures.planar_complex import complex_of_regions
from tropical.pictures.view import View


def network(seed=1):
    rng = random.Random(seed)
    first, last = ([[rng.gauss(0, 1) for _ in range(n)] for _ in range(m)] for m, n in ((5, 2), (1, 5)))
    return Network.from_weights([(first, [rng.gauss(0, 1) for _ in range(5)]), (last, [0])])


def test_the_page_follows_its_scene():
    httpx = pytest.importorskip("httpx", reason="needs the package httpx")
    pytest.importorskip("starlette", reason="needs the extra 'explore'")
    request = RegionsRequest(network(), title="on its way")

    def compute(tell):
        return touchable_scene(request, lambda text: tell({"progress": text}), lambda own: tell({"polygons": own}))

    first = FirstScene(request.title, compute)
    with Client(application(first, TOKEN), httpx) as client:
        assert all(client.get(path, None).status_code == 403 for path in ("/", "/first", "/first/whole"))
        messages = [json.loads(line) for line in client.get("/first").text.splitlines()]
        assert messages[-1] == {"ready": True} and any("progress" in message for message in messages)
        polygons = [polygon for message in messages for polygon in message.get("polygons", [])]
        scene = client.get("/first/whole").json()
        assert len(polygons) == len(scene["regions"]) and scene == json.loads(json.dumps(first.wait()))
        assert '"kind":"regions"' in client.get("/").text


@pytest.mark.parametrize("seed", range(3))
def test_sketched_polygons_are_the_exact_ones(seed):
    regions, window, _ = View.of(network(seed), window=(-2, 2)).regions(network(seed))
    exact = complex_of_regions(regions, window)
    drawn = [polygon for polygons in sketched(regions) for polygon in polygons]
    for polygon, own in zip(exact.polygons, drawn, strict=True):
        corners = [tuple(map(float, vertex)) for vertex in polygon.vertices]
        start = min(range(len(own)), key=lambda k: abs(own[k][0] - corners[0][0]) + abs(own[k][1] - corners[0][1]))
        turned = [own[(start + k) % len(own)] for k in range(len(own))]
        ways = (turned, [turned[0], *turned[:0:-1]])
        assert any(
            all(place == pytest.approx(corner, abs=1e-5) for place, corner in zip(way, corners, strict=True))
            for way in ways
        )


def test_a_failure_ends_the_server(monkeypatch, capsys):
    pytest.importorskip("uvicorn", reason="needs the extra 'explore'")
    monkeypatch.setattr(first_scene, "TOLD", 0.05)

    def compute(tell):
        raise LimitReached("more than 3 activation regions in the picture", [])

    with pytest.raises(LimitReached, match="more than 3"):
        serve(FirstScene("title", compute), opens=False)
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")


def test_pages_are_left_when_the_server_ends():
    """Else the server would wait for them, and cut them off with an error."""
    release = threading.Event()
    first = FirstScene("net", lambda tell: {"kind": "regions"} if release.wait(60) else {})
    first.start()

    async def lines():
        asyncio.get_running_loop().call_later(0.2, first.leave)
        return [line async for line in first.told()]

    try:
        assert asyncio.run(lines()) == [] and not first.is_done
    finally:
        release.set()
    assert first.wait() == {"kind": "regions"}

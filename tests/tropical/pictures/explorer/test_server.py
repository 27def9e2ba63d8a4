"""What the server refuses, and that one client has one computation at a time."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from polytopes.errors import InputError
from tropical.fans.data_set import DataSet
from tropical.pictures.explorer.fan_scene import FanRequest, fan_scene
from tropical.pictures.explorer.page_requests import MOST_BYTES, parse_request
from tropical.pictures.explorer.server import browser, serve
from tropical.pictures.explorer.worker_pool import Workers

GOOD = {
    "points": [["0"], ["1/2"], ["1.5"]], "labels": [1, -1, 1], "weights": [1, 1, 2], "terms": [2, 1], "client": "a",
}  # fmt: skip
HOST = "127.0.0.1:8000"
TOKEN = "0123456789abcdef"
HEADERS = {"Host": HOST, "Origin": f"http://{HOST}", "Content-Type": "application/json"}


def in_address(token):
    return {} if token is None else {"token": token}


class Client:
    """Requests with the token to an application in this process, one after the other in one event loop."""

    def __init__(self, app, httpx):
        self.life = app.router.lifespan_context(app)
        self.loop = asyncio.Runner()
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{HOST}")

    def __enter__(self):
        self.loop.run(self.life.__aenter__())
        return self

    def __exit__(self, *problem):
        self.loop.run(self.http.aclose())
        self.loop.run(self.life.__aexit__(*problem))
        self.loop.close()

    def get(self, path, token=TOKEN, **options):
        return self.loop.run(self.http.get(path, params=in_address(token), **options))

    def post(self, path, token=TOKEN, **options):
        return self.loop.run(self.http.post(path, params=in_address(token), **options))

    def last_line(self, content):
        """The last line of the answer to a good request."""
        return json.loads(self.post("/scene", content=json.dumps(content), headers=HEADERS).text.splitlines()[-1])


def serving(scene, request=None):
    pytest.importorskip("starlette", reason="needs the extra 'explore'")
    from tropical.pictures.explorer.server import application

    return Client(application(scene, TOKEN, request), pytest.importorskip("httpx", reason="needs httpx"))


@pytest.fixture(scope="module")
def client():
    request = FanRequest(DataSet.of([[0], [1], [2]], [1, -1, 1]), (2, 1), "data", 1000)
    with serving(fan_scene(request), request) as found:
        yield found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:80", "[::1]:9", HOST])
def test_names_of_this_machine(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 200 and "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "localhost.example.org:80", "10.0.0.1", ""])
def test_other_names_are_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 421
    assert client.post("/scene", json=GOOD, headers={**HEADERS, "Host": host}).status_code == 421
    assert client.get("/nothing", headers={"Host": host}).status_code == 421
    assert client.get("/scene", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("token", [None, "", "0", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "\u0660" + TOKEN[1:], "\x00"])
def test_without_the_token_nothing_is_told(client, token):
    """Neither data nor scenes, nor what there is; in one line, and no cookie is set."""
    for ask in (
        lambda: client.get("/", token, headers={"Host": HOST}),
        lambda: client.get("/scene", token, headers=HEADERS),
        lambda: client.get("/nothing", token, headers=HEADERS),
        lambda: client.post("/", token, headers=HEADERS),
        lambda: client.post("/scene", token, content=json.dumps(GOOD), headers=HEADERS),
        lambda: client.get(
            "/", token, headers={**HEADERS, "Cookie": f"token={TOKEN}", "Authorization": f"token {TOKEN}"}
        ),
    ):
        answer = ask()
        assert answer.status_code == 403 and "set-cookie" not in answer.headers
        assert answer.text.count("\n") == 1 and "take the whole address" in json.loads(answer.text)["error"]


def test_the_page_asks_with_its_token(client):
    assert f'data-compute="/scene?token={TOKEN}"' in client.get("/").text


def test_what_is_not_here(client):
    for path, status in (("/nothing", 404), ("/scene", 405)):
        answer = client.get(path)
        assert answer.status_code == status and answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Origin": "http://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9"}, 403),
        ({"Origin": f"https://{HOST}"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_requests_of_other_pages_are_refused(client, changed, status):
    assert client.post("/scene", content=json.dumps(GOOD), headers={**HEADERS, **changed}).status_code == status


def test_a_request_without_an_origin_is_refused(client):
    headers = {name: value for name, value in HEADERS.items() if name != "Origin"}
    assert client.post("/scene", content=json.dumps(GOOD), headers=headers).status_code == 403


def test_long_and_broken_bodies_are_refused(client):
    assert client.post("/scene", content=b" " * (MOST_BYTES + 1), headers=HEADERS).status_code == 413
    assert client.post("/scene", content=b"[1", headers=HEADERS).status_code == 400
    assert client.post("/scene", content=b"{}", headers=HEADERS).status_code == 400
    assert client.get("/scene", headers=HEADERS).status_code == 405


def test_bodies_that_do_not_come_are_not_waited_for(client, monkeypatch):
    monkeypatch.setattr("tropical.pictures.explorer.server.BODY_TIME", 0.05)

    async def never_complete():
        yield b'{"points": '
        await asyncio.sleep(60)

    assert client.post("/scene", content=never_complete(), headers=HEADERS).status_code == 408


def test_a_scene_is_computed(client):
    expected = fan_scene(FanRequest(DataSet.of([[0], ["1/2"], ["3/2"]], [1, -1, 1], [1, 1, 2]), (2, 1)))
    assert client.last_line(GOOD)["scene"] == json.loads(json.dumps(expected))


def test_a_scene_that_cannot_change_has_nothing_to_ask():
    scene = fan_scene(FanRequest(DataSet.of([[0], [1]], [1, -1]), (1, 1)))
    with serving(scene) as found:
        assert "connect-src 'none'" in found.get("/").text
        assert found.post("/scene", json=GOOD, headers=HEADERS).status_code == 404


def test_reasons_come_back(client):
    assert "terms are integers of size at most 6" in client.last_line({**GOOD, "terms": [9, 9]})["error"]


def test_numbers_come_without_a_fan(client):
    assert client.last_line({**GOOD, "only": "counts"}) == {"counts": {"maximal_cones": 21}}


def test_a_large_fan_comes_in_part(client):
    many = {**GOOD, "points": [[str(x), str(x * x)] for x in range(12)], "labels": [1] * 12, "weights": [1] * 12}
    scene = client.last_line(many)["scene"]
    assert scene["counts"]["maximal_cones"] > 1000 <= scene["counts"]["shown"]
    around = scene["cones"][-1]["colors"]
    assert client.last_line({**many, "around": around})["scene"]["cones"][0]["colors"] == around


@pytest.mark.parametrize(
    "changed",
    [
        {"points": []},
        {"points": [["1e999999999"], ["0"], ["1"]]},
        {"points": [["9" * 41], ["0"], ["1"]]},
        {"points": [["1/0"], ["0"], ["1"]]},
        {"points": [[1], ["0"], ["1"]]},
        {"points": [["0"], ["0", "1"], ["1"]]},
        {"points": [["0"]] * 61, "labels": [1] * 61, "weights": [1] * 61},
        {"points": [["0"] * 9] * 3},
        {"labels": [1, -1]},
        {"labels": [1, 0, 1]},
        {"labels": [1, True, 1]},
        {"weights": [1, 1, 10**7]},
        {"weights": [1, 1, 0]},
        {"terms": [4, 3]},
        {"terms": [0, 1]},
        {"terms": [1]},
        {"title": ["x"]},
        {"around": [0, 1]},
        {"around": [0, -1, 1]},
        {"around": [0, 3, 1]},
        {"around": "012"},
    ],
)
def test_requests_out_of_bounds(changed):
    with pytest.raises(InputError):
        parse_request(json.dumps({**GOOD, **changed}).encode(), 1000)


@pytest.mark.slow  # of the widget, and of quick processes in test_worker_pool.py, it is asked each time
def test_a_newer_computation_ends_the_older():
    long = {**GOOD, "points": [[str(x), str(x**3 % 31)] for x in range(20)], "labels": [1] * 20, "weights": [1] * 20}
    long["terms"] = [3, 3]

    async def both() -> tuple[list[bytes], list[bytes]]:
        workers = Workers(10**9)
        older_lines, newer_lines = [], []
        older = asyncio.create_task(ask(workers, "a", long, older_lines))
        while not older_lines:
            await asyncio.sleep(0.05)
        await ask(workers, "a", GOOD, newer_lines)
        await older
        await workers.close()
        return older_lines, newer_lines

    older, newer = asyncio.run(both())
    assert "ended" in json.loads(older[-1])["error"] and "scene" in json.loads(newer[-1])


async def ask(workers, client, request, lines):
    """Collect the lines that answer a request."""

    async def take(line):
        lines.append(line)

    await workers.answer(client, json.dumps(request).encode(), take)


def test_the_browser_is_led_there_by_a_file_of_this_user(monkeypatch):
    """The arguments of a command can be read by all users of a machine, so the token is not among them."""
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    with browser("http://127.0.0.1:8000/?token=abc"):
        [address] = opened
        path = Path(url2pathname(urlsplit(address).path))
        assert address.startswith("file:") and "abc" not in address
        assert 'content="0; url=http://127.0.0.1:8000/?token=abc"' in path.read_text()
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()
    with browser(None):
        assert len(opened) == 1


def test_every_server_has_a_token_of_its_own(monkeypatch, capsys):
    uvicorn = pytest.importorskip("uvicorn", reason="needs the extra 'explore'")
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, sockets: None)
    scene = fan_scene(FanRequest(DataSet.of([[0], [1]], [1, -1]), (1, 1)))
    for _ in range(2):
        serve(scene, opens=False)
    tokens = re.findall(r"^http://127\.0\.0\.1:[0-9]+/\?token=([0-9a-f]{48})$", capsys.readouterr().out, re.MULTILINE)
    assert len(set(tokens)) == 2

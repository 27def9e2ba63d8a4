"""A real browser without a window, one for each process of tests; without one they are skipped, with CI=true not."""

from __future__ import annotations

import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.tropical.pictures.explorer.web.opening import missing

PATIENCE = 120_000
"""Milliseconds: on a busy machine everything may take long."""
WINDOW = {"width": 1440, "height": 900}
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
]


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory):
    """The address of a browser, which runs until all tests of this process are done."""
    if find_spec("playwright") is None:
        missing("the package playwright")
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        missing("Chromium (Debian's package chromium)")
    folder = tmp_path_factory.mktemp("browser")
    nothing = subprocess.DEVNULL
    with subprocess.Popen([executable, *FLAGS, f"--user-data-dir={folder}"], stdout=nothing, stderr=nothing) as process:
        yield f"http://127.0.0.1:{_port(process, folder / 'DevToolsActivePort')}"
        process.terminate()


def _port(process: subprocess.Popen[bytes], path: Path) -> int:
    """Return the port at which a browser listens, which it writes to a file."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not path.exists() or "\n" not in path.read_text():
        assert process.poll() is None and time.monotonic() < deadline, "the browser does not start"
        time.sleep(0.05)
    return int(path.read_text().split("\n")[0])


@pytest.fixture(scope="package")
def browser(endpoint):
    """The browser for the tests here: what drives it has an event loop, which other tests would find running."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver.chromium.connect_over_cdp(endpoint, timeout=PATIENCE)


@pytest.fixture(scope="package")
def page(browser):
    """One page for all tests here, as a new one takes longer than most tests; it notes its errors and requests."""
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


@pytest.fixture
def tab(page):
    """The page, in the light and of full size, with what the test before left in it; a test fails if there is an error.

    Tests open addresses of their own; one that opens an address again leaves it before, as only a fragment may differ.
    """
    page.unroute_all()
    page.mouse.up()
    page.mouse.move(0, 0)
    page.set_viewport_size(WINDOW)
    page.emulate_media(color_scheme="light")
    page.problems, page.asked = [], []
    yield page
    assert not page.problems

"""A real browser without a window; the tests are skipped where there is none."""

from __future__ import annotations

import shutil

import pytest

PATIENCE = 120_000
"""Milliseconds: on a busy machine everything may take long."""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """The browser of one module: the driver has an event loop, which other modules would find running."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("needs chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def tab(browser):
    """A page that notes its errors and requests; a test fails if there is an error."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.problems, page.asked = [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()
    assert not page.problems

"""Known answers to training problems, each found by at least two independent methods."""

import json
from typing import Any

from tests.paths import ROOT

ENTRIES: list[dict[str, Any]] = json.loads((ROOT / "tests/data/convex_training.json").read_text())


def entries(kind: str) -> list[Any]:
    """The inputs and answers of one kind."""
    return [entry for entry in ENTRIES if entry["kind"] == kind]


def name(entry: dict[str, Any]) -> str:
    return entry["id"]

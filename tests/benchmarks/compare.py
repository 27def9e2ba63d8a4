"""Measure this library and other programs on the same networks, each count in a process of its own.

::

    make bench                                          # with everything else that is on the page
    python tests/benchmarks/compare.py RESULT.json 2-   # only networks whose name contains "2-"; the rest is kept
    python tests/benchmarks/compare.py RESULT.json --ours   # this library again; what others said is kept

Results are merged into the file as they come. Exact counts are confirmed by certificates, which :mod:`tropical.checker`
verifies. A program that is not installed has no rows. Networks, seeds, domains and limits are below.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.measure import EDGES, MODEL, OURS, Domain, box_of, measure
from tests.benchmarks.peers import Weights, gaussian, on_grid
from tests.tropical.regions.certificates import write
from tropical.checker import check_file
from tropical.networks.network import Network

SPECIFIED = {
    "2-16-1": (4.3, 1.3),
    "2-32-32-1": (18.5, 2.1),
    "2-64-64-1": (43.3, 8.7),
    "2-16-16-16-16-1": (20.1, 3.3),
    "3-16-16-1": (11.2, 2.6),
    "3-32-32-1": (25.7, 3.5),
    "4-16-16-1": (13.4, 3.9),
    "5-12-12-1": (9.5, 10.8),
    "6-10-10-1": (8.6, 26.9),
    "8-12-1": (1.6, 235),
    "10-14-1": (2.3, None),
}
"""Microseconds a region of two floating-point prototypes: linear programs over R^d, vertices over a box."""
DEGENERATE = ("2-16-16-1", "2-64-64-1", "3-32-32-1", "4-16-16-1", "6-10-10-1")
SIDE = 10.0
DOMAINS: dict[str, Domain] = {"R^d": None, "box": SIDE}
MOST_REGIONS = {"relucent": 500, "affinitree": 2_000, EDGES: 100_000}
"""Larger counts are not asked of a tool: they take too long."""
SECONDS = 10.0
"""How long other programs may take, their start included."""
MOST_CERTIFIED, MOST_INPUTS = 20_000, 4
PROPERTY_3 = [
    ("-0.303531156", "-0.298552812"),
    ("-0.009549297", "0.009549297"),
    ("0.493380324", "0.5"),
    ("0.3", "0.5"),
    ("0.3", "0.5"),
]
"""The inputs of property 3 of ACAS Xu (Katz et al. 2017), normalised."""


def networks() -> Iterator[tuple[str, str, Weights]]:
    """Yield (shape, kind, weights)."""
    for shape in dict.fromkeys((*SPECIFIED, *DEGENERATE)):
        widths = tuple(map(int, shape.split("-")))
        generic = gaussian(0, *widths)
        yield shape, "random", generic
        if shape in DEGENERATE:
            yield shape, "weights in {-1, 0, 1}", on_grid(0, 1, 1, *widths)
            yield shape, "multiples of 1/2 up to 2", on_grid(0, 4, 0.5, *widths)
            yield shape, "no biases", [(W, 0 * b) for W, b in generic]
            yield shape, "duplicated units", duplicated(generic)


def duplicated(weights: Weights) -> Weights:
    """Let every second hidden unit repeat the one before, twice or minus once; half of the hyperplanes are left."""
    *hidden, last = [(W.copy(), b.copy()) for W, b in weights]
    for W, b in hidden:
        factors = np.where(np.arange(len(b) // 2) % 2, -1.0, 2.0)
        W[1::2] = factors[:, None] * W[: len(b) // 2 * 2 : 2]
        b[1::2] = factors * b[: len(b) // 2 * 2 : 2]
    return [*hidden, last]


def is_certified(weights: Weights, regions: int) -> bool:
    """Whether a certificate takes no more than some minutes."""
    return regions <= MOST_CERTIFIED and weights[0][0].shape[1] <= MOST_INPUTS


def certified(weights: Weights, domain: Domain) -> int:
    """Return the number of regions that a certificate of the count proves."""
    network = Network.from_weights(weights)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, "proof"), network, box_of(domain, network.input_dim), facets=False)
        return int(check_file(Path(folder, "proof"))["regions"])


def save(path: Path, weights: Weights) -> None:
    """Write a network to an .npz file."""
    np.savez(path, **{f"{name}{k}": array for k, (W, b) in enumerate(weights) for name, array in (("W", W), ("b", b))})


def tropical(*arguments: str | Path) -> dict[str, Any]:
    """Run the command and return its document."""
    command = [sys.executable, "-m", "tropical", *map(str, arguments), "--json"]
    root = Path(__file__).parents[2]
    return json.loads(subprocess.run(command, check=True, capture_output=True, cwd=root).stdout)


def compare(weights: Weights, domain: Domain, tools: list[str]) -> dict[str, Any]:
    """Return what each tool says, this library first, and the count that a certificate proves."""
    first = measure(OURS, weights, domain, seconds=600)
    assert first is not None
    if "failure" in first:
        raise RuntimeError(first["failure"])
    answers = {OURS: first}
    for tool in tools:
        most = MOST_REGIONS.get(tool)
        if most is not None and first["regions"] > most:
            found = {"failure": f"not asked: more than {most:,} regions"}
            if (tool == EDGES) != (domain is None):
                answers[tool] = found
        elif (answer := measure(tool, weights, domain, seconds=SECONDS)) is not None:
            answers[tool] = answer
    proven = certified(weights, domain) if is_certified(weights, first["regions"]) else None
    if proven not in (None, first["regions"]):
        raise RuntimeError(f"the count is {first['regions']}, the certificate proves {proven}")
    return {"regions": first["regions"], "certified": proven is not None, "answers": answers}


def renewed(row: dict[str, Any], weights: Weights, domain: Domain) -> dict[str, Any]:
    """Return a row with this library, and the float model on random networks, measured again."""
    answer = measure(OURS, weights, domain, seconds=600)
    if answer is None or answer.get("regions") != row["regions"]:
        raise RuntimeError(f"{row['regions']} regions before, now {answer}")
    model = measure(MODEL, weights, domain) if row["kind"] == "random" else None
    answers = {tool: told for tool, told in row["answers"].items() if tool not in (OURS, MODEL)}
    return {**row, "answers": {OURS: answer, **({} if model is None else {MODEL: model}), **answers}}


def versions() -> dict[str, str]:
    """Return the versions of what is measured and installed."""
    found = {}
    for tool in ("tropical-polytopes", "relucent", "affinitree", "regioncam", "numba", "numpy"):
        try:
            found[tool] = version(tool)
        except PackageNotFoundError:
            print(f"{tool} is not installed; skipped")
    return found


def machine() -> str:
    """Return the name of the processor, the version of Python, and the day."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor()
    return f"{name}, Python {platform.python_version()}, {platform.system()}, {date.today().isoformat()}"


def main(path: Path, wanted: list[str]) -> None:
    """Measure the networks whose names contain one of the strings (all, if none is given)."""
    document = json.loads(path.read_text()) if path.exists() else {"rows": []}
    rows = {(row["network"], row["kind"], row["domain"]): row for row in document["rows"]}
    document.update(versions=versions(), machine=machine(), side=SIDE, specified=SPECIFIED)
    tools = [EDGES, MODEL, *(tool for tool in ("relucent", "affinitree", "regioncam") if tool in document["versions"])]
    parts = [part for part in wanted if part != "--ours"]
    for shape, kind, weights in networks():
        if parts and not any(part in f"{shape} {kind}" for part in parts):
            continue
        for name, domain in DOMAINS.items():
            if "--ours" in wanted:
                row = renewed(rows[shape, kind, name], weights, domain)
            else:
                # The model takes general position for granted, and more: it keeps no place for what else may come.
                asked = [tool for tool in tools if tool != MODEL or kind == "random"]
                row = {"network": shape, "kind": kind, "domain": name, **compare(weights, domain, asked)}
            rows[shape, kind, name] = row
            document["rows"] = list(rows.values())
            path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
            told = [f"{tool} {_brief(answer)}" for tool, answer in row["answers"].items()]
            print(shape, kind, name, row["regions"], *told, sep="; ", flush=True)


def _brief(answer: dict[str, Any]) -> str:
    if "failure" in answer:
        return str(answer["failure"])
    return f"{answer['regions']}, {1e6 * answer['cpu_seconds'] / max(answer['regions'], 1):.2f} us"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: compare.py RESULT.json [PART OF A NAME ...]")
    main(Path(sys.argv[1]), sys.argv[2:])

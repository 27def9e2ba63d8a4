"""How the time and the memory of a count grow with depth, width, dimension and the number of workers.

::

    python tests/benchmarks/curves.py RESULT.json [SERIES ...]
    python tests/benchmarks/curves.py RESULT.json acasxu NETWORK.onnx   # ACAS Xu 1_1, which is not kept here
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.compare import PROPERTY_3, SIDE, machine, save, tropical, versions
from tests.benchmarks.measure import OURS, Domain, measure
from tests.benchmarks.peers import Weights, gaussian

Point = dict[str, Any]
LARGE = (4, 64, 64, 1)


def point(x: int, network: Weights | Path, domain: Domain = SIDE, **options: Any) -> Point:
    """Measure one count of a series."""
    found = measure(OURS, network, domain, seconds=900, **options)
    assert found is not None
    if "failure" in found:
        raise RuntimeError(found["failure"])
    print(x, found, flush=True)
    return {"x": x, **found}


def depth() -> list[Point]:
    """2-16-...-16-1 in the square."""
    return [point(k, gaussian(0, 2, *(k * [16]), 1)) for k in range(1, 9)]


def width() -> list[Point]:
    """2-n-n-1 in the square."""
    return [point(n, gaussian(0, 2, n, n, 1)) for n in (8, 16, 32, 64, 128, 192)]


def dimension() -> list[Point]:
    """d-12-12-1 in the cube."""
    return [point(d, gaussian(0, d, 12, 12, 1)) for d in range(1, 7)]


def dimension_of_space() -> list[Point]:
    """d-12-12-1 over R^d."""
    return [point(d, gaussian(0, d, 12, 12, 1), None) for d in range(1, 6)]


def workers() -> list[Point]:
    """4-32-32-1 in the cube."""
    return [point(jobs, gaussian(0, 4, 32, 32, 1), jobs=jobs) for jobs in (1, 2, 4)]


def large() -> list[Point]:
    """A count of many millions; --linear is not asked for, and no certificate."""
    return [point(1, gaussian(0, *LARGE))]


def first_call() -> list[Point]:
    """The first count after installation: nothing is compiled yet. x is the number of inputs."""
    points = []
    for dim in (2, 6):
        with tempfile.TemporaryDirectory() as folder:
            points.append(point(dim, gaussian(0, dim, 8, 8, 1), fresh=Path(folder)))
    return points


def acasxu(network: Path) -> list[Point]:
    """ACAS Xu 1_1 over the inputs of property 3, with 1 and 2 workers."""
    return [point(jobs, network, PROPERTY_3, jobs=jobs) for jobs in (1, 2)]


def certificates() -> list[Point]:
    """Writing and checking a certificate of 3-16-16-1 in the cube; x is the number of processes that check."""
    network = gaussian(0, 3, 16, 16, 1)
    counted = point(0, network)
    with tempfile.TemporaryDirectory() as folder:
        net, proof = Path(folder, "net.npz"), Path(folder, "proof")
        save(net, network)
        bounds = ["--box", f"-{SIDE},{SIDE}"]
        plain = min(tropical("regions", net, *bounds)["seconds"] for _ in range(3))
        writing = min(tropical("regions", net, *bounds, "--certificate", proof)["seconds"] for _ in range(3))
        size = proof.stat().st_size
        points = []
        for jobs in (1, 2):
            seconds = min(tropical("check", proof, net, *bounds, "--jobs", str(jobs))["seconds"] for _ in range(2))
            times = {"count_seconds": plain, "write_seconds": writing, "check_seconds": seconds}
            points.append({"x": jobs, "regions": counted["regions"], "bytes": size, **times})
            print(points[-1], flush=True)
    return points


SERIES: dict[str, Callable[..., list[Point]]] = {
    "depth": depth,
    "width": width,
    "dimension": dimension,
    "dimension_of_space": dimension_of_space,
    "workers": workers,
    "certificates": certificates,
    "first_call": first_call,
    "large": large,
}


def main(path: Path, wanted: list[str]) -> None:
    """Measure the series that are named, all if none is, and merge them into the file."""
    document = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"series": {}}
    document.update(versions=versions(), machine=machine())
    extra = {"acasxu": lambda: acasxu(Path(wanted[1]))} if wanted[:1] == ["acasxu"] else {}
    for name, series in (extra or {name: SERIES[name] for name in wanted or SERIES}).items():
        print(name, flush=True)
        about = (acasxu if extra else series).__doc__
        document["series"][name] = {"about": (about or "").strip(), "points": series()}
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: curves.py RESULT.json [SERIES ...]")
    main(Path(sys.argv[1]), sys.argv[2:])

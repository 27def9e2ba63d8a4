"""What is asked of all regions, over the time in which they are visited: linear regions, facets, extrema and others.

::

    python tests/benchmarks/questions.py RESULT.json
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.compare import duplicated, machine
from tests.benchmarks.peers import Weights, gaussian
from tropical.networks.network import Network
from tropical.regions.counting import count_regions
from tropical.regions.region_blocks import region_blocks
from tropical.regions.surveys.extrema import extrema
from tropical.regions.surveys.lipschitz import lipschitz_constants

SHAPES = ((2, 64, 64, 1), (3, 32, 32, 1), (4, 16, 16, 1))
KINDS: dict[str, Callable[[Weights], Weights]] = {"random": lambda weights: weights, "duplicated units": duplicated}
SIDE, TIMES, MOST = 10, 5, 10**9
"""The box is [-SIDE, SIDE]^d; medians of so many runs; a limit that no count reaches."""


def facets(network: Network, box: Polyhedron) -> int:
    """Look at the facets and the neighbors of all regions."""
    return sum(len(block.beyond) for block in region_blocks(network, box, only="facets"))


QUESTIONS: dict[str, Callable[[Network, Polyhedron], Any]] = {
    "visits": lambda network, box: count_regions(network, box, limit=MOST),
    "count": count_regions,
    "linear regions": lambda network, box: count_regions(network, box, linear=True),
    "facets and neighbors": facets,
    "extrema": lambda network, box: extrema(network, box, limit=MOST),
    "Lipschitz constants": lambda network, box: lipschitz_constants(network, box, limit=MOST),
}


def seconds(question: Callable[[Network, Polyhedron], Any], network: Network, box: Polyhedron) -> float:
    """Return the median of the processor times of an answer; the first, in which code may be compiled, is left out."""
    question(network, box)
    found = []
    for _ in range(TIMES):
        started = time.process_time()
        question(network, box)
        found.append(time.process_time() - started)
    return median(found)


def row(shape: tuple[int, ...], kind: str) -> dict[str, Any]:
    """Measure all questions of one network."""
    network = Network.from_weights(KINDS[kind](gaussian(0, *shape)))
    box = Polyhedron.box([-SIDE] * shape[0], [SIDE] * shape[0])
    found = count_regions(network, box, linear=True)
    times = {name: seconds(question, network, box) for name, question in QUESTIONS.items()}
    print(shape, kind, found.activation_regions, times, flush=True)
    return {
        "network": "-".join(map(str, shape)),
        "kind": kind,
        "regions": found.activation_regions,
        "linear_regions": found.linear_regions,
        "cpu_seconds": times,
    }


def main(target: Path) -> None:
    """Measure all networks and write what was found."""
    rows = [row(shape, kind) for kind in KINDS for shape in SHAPES]
    target.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

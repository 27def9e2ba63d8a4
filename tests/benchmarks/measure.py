"""One count in a process of its own: regions, processor time, wall time, peak memory.

Every tool is measured in the same way. A fresh interpreter counts a small network of the same dimension and depth (what
is loaded or compiled at a first call is not part of a count), converts the network to the tool's own form, and counts:
three times at least if that is quick, until a second is over or five counts are done. The median of the processor
times is taken, that of child processes included.
"""

from __future__ import annotations

import os
import pickle
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.edges import edge_subdivision
from tests.benchmarks.float_model import float_model
from tests.benchmarks.peers import TOOLS, Task, Weights, gaussian

OURS, EDGES, MODEL = "tropical", "edge subdivision", "float model"
ENOUGH, LEAST_COUNTS, MOST_COUNTS, LONG = 1.0, 3, 5, 6.0
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
Domain = float | list[tuple[str, str]] | None
"""Half the side of a cube around the origin, the bounds of a box, or the whole space."""


def ours(network: Weights | Path, domain: Domain = None, jobs: int = 1, **options: Any) -> Task:
    """This library."""
    import tropical
    from polytopes.enumeration.packed_chain import packed_chain
    from polytopes.enumeration.packed_program import packed_program
    from tropical.networks.network import Network
    from tropical.regions.counting import count_regions
    from tropical.regions.parallel import Sharing

    net = tropical.load(network) if isinstance(network, Path) else Network.from_weights(network)
    box = box_of(domain, net.input_dim)
    packed_program(net.program)  # the forms in which the network is counted
    packed_chain(net.program)
    sharing = None if jobs == 1 else Sharing(jobs=jobs)
    return lambda: count_regions(net, box, sharing=sharing, **options).activation_regions


def box_of(domain: Domain, dim: int) -> Any:
    """Return the domain as a polyhedron."""
    from polytopes.polyhedra.polyhedron import Polyhedron

    if domain is None:
        return None
    bounds = domain if isinstance(domain, list) else [(-domain, domain)] * dim
    lower, upper = zip(*((Fraction(low), Fraction(high)) for low, high in bounds), strict=True)
    return Polyhedron.box(lower, upper)


def edges(weights: Weights, side: float | None = None) -> Task | None:
    """The baseline of :mod:`tests.benchmarks.edges`."""
    return None if side is None else lambda: edge_subdivision(weights, side)


def model(weights: Weights, side: float | None = None) -> Task | None:
    """The floor of :mod:`tests.benchmarks.float_model`."""
    return None if side is None else lambda: float_model(weights, side)


COUNTERS: dict[str, Callable[..., Task | None]] = {
    OURS: ours,
    EDGES: edges,
    MODEL: model,
    **{name: prepare for name, (prepare, _) in TOOLS.items()},
}


def measure(
    tool: str,
    network: Weights | Path,
    domain: Domain,
    *,
    seconds: float = 60,
    fresh: Path | None = None,
    **options: Any,
) -> dict[str, Any] | None:
    """Measure a tool in a new process; None if it does not take such a network or domain.

    What went wrong, or took longer than ``seconds``, is told under "failure". ``fresh`` is an empty directory for
    compiled code, to measure a first call.
    """
    environment = {**os.environ, **ONE_THREAD}
    if fresh is not None:
        environment["NUMBA_CACHE_DIR"] = str(fresh)
    try:
        done = subprocess.run(
            [sys.executable, __file__],
            input=pickle.dumps((tool, network, domain, options)),
            capture_output=True,
            timeout=seconds,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return {"failure": f"no answer in {seconds:g} s"}
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        return {"failure": re.sub(r"^[\w.]*\.(?=\w+:)", "", lines[-1])[:120] if lines else "the process died"}
    return pickle.loads(done.stdout)


def answer() -> None:
    """Read a request from standard input, and write what was measured to standard output."""
    tool, network, domain, options = pickle.load(sys.stdin.buffer)
    output = os.dup(1)
    os.dup2(2, 1)
    result = timed(tool, network, domain, options)
    with os.fdopen(output, "wb") as stream:
        pickle.dump(result, stream)


def timed(tool: str, network: Weights | Path, domain: Domain, options: dict[str, Any]) -> dict[str, Any] | None:
    """Measure in this process."""
    prepare = COUNTERS[tool]
    dim = len(domain) if isinstance(domain, list) else network[0][0].shape[1]  # type: ignore[index]
    depth = 2 if isinstance(network, Path) else len(network) - 1
    started = time.perf_counter()
    warm = prepare(gaussian(99, dim, *(depth * [4]), 1), domain if domain is None else 1.0, **options)
    if warm is None:
        return None
    warm()
    first = time.perf_counter() - started
    counts: list[tuple[float, float, int]] = []
    while is_wanted([cpu for cpu, _, _ in counts]):
        task = prepare(network, domain, **options)
        assert task is not None
        cpu, wall = processor_time(), time.perf_counter()
        regions = task()
        counts.append((processor_time() - cpu, time.perf_counter() - wall, regions))
    [found] = {regions for _, _, regions in counts}
    return {
        "regions": found,
        "cpu_seconds": median(cpu for cpu, _, _ in counts),
        "wall_seconds": median(wall for _, wall, _ in counts),
        "first_call_seconds": first,
        "counts": len(counts),
        "peak_bytes": peak_memory(),
    }


def is_wanted(seconds: list[float]) -> bool:
    """Whether one more count is wanted after these."""
    if len(seconds) < LEAST_COUNTS:
        return sum(seconds) < LONG
    return sum(seconds) < ENOUGH and len(seconds) < MOST_COUNTS


def processor_time() -> float:
    """Return the processor time of this process and of its children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_memory() -> int:
    """Return the most memory that this process had; ``ru_maxrss`` would include that of its parent before the start."""
    try:
        status = Path("/proc/self/status").read_text()
        return 1024 * int(re.findall(r"VmHWM:\s*(\d+)", status)[0])
    except (OSError, IndexError):
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    answer()

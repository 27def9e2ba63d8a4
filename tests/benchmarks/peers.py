"""Compare region counts of published tools with exact ones, on random and on degenerate networks.

Run it in an environment of its own, with whichever of the tools are wanted; the others are skipped::

    python -m venv peers
    peers/bin/pip install . relucent==1.0.0 regioncam==0.5.2 affinitree==0.23.0 torch
    peers/bin/python tests/benchmarks/peers.py docs/data/peers.json

relucent and affinitree count over all of R^d, regioncam over [-1, 1]^2. Every tool runs in a process of its own,
so that a crash or a time-out is an answer like any other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Weights = list[tuple[Array, Array]]
Task = Callable[[], int]
"""Counts the regions of a network that was handed over before."""
SECONDS = 60


def networks() -> Iterator[tuple[str, int, Weights]]:
    """Yield (family, seed, weights) of small networks, ReLU between the layers; the weights are float64."""
    for seed in range(5):
        yield "random weights, 2-16-1", seed, gaussian(seed, 2, 16, 1)
        yield "random weights, 2-8-8-1", seed, gaussian(seed, 2, 8, 8, 1)
        yield "random weights, 3-8-8-1", seed, gaussian(seed, 3, 8, 8, 1)
    for seed in range(5):
        yield "biases times 1e-9, 2-8-8-1", seed, [(W, 1e-9 * b) for W, b in gaussian(seed, 2, 8, 8, 1)]
        yield "biases zero, 2-6-6-1", seed, [(W, 0 * b) for W, b in gaussian(seed, 2, 6, 6, 1)]
        yield "coincident units, 2-8-1", seed, coincident(gaussian(seed, 2, 8, 1))
        yield "three lines 1e-9 from concurrent, 2-8-1", seed, nearly_concurrent(gaussian(seed, 2, 8, 1))
        yield "weights in {-1, 0, 1}, 3-10-1", seed, on_grid(seed, 1, 1, 3, 10, 1)
    for seed in range(10):
        yield "weights in {-1, 0, 1}, 2-8-8-1", seed, on_grid(seed, 1, 1, 2, 8, 8, 1)
        yield "weights in {-1, -1/2, 0, 1/2, 1}, 2-8-8-1", seed, on_grid(seed, 2, 0.5, 2, 8, 8, 1)
        yield "weights in multiples of 1/2 up to 2, 2-8-8-1", seed, on_grid(seed, 4, 0.5, 2, 8, 8, 1)


def gaussian(seed: int, *widths: int) -> Weights:
    """Return normal weights with variance 2 / fan-in and standard normal biases."""
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=(n, m)) * np.sqrt(2 / m), rng.normal(size=n)) for m, n in pairwise(widths)]


def on_grid(seed: int, most: int, step: float, *widths: int) -> Weights:
    """Return weights and biases that are multiples of ``step``, at most ``most`` steps from 0."""
    rng = np.random.default_rng(seed)
    shapes = pairwise(widths)
    return [(rng.integers(-most, most + 1, (n, m)) * step, rng.integers(-most, most + 1, n) * step) for m, n in shapes]


def coincident(weights: Weights) -> Weights:
    """Make unit 1 twice unit 0, and unit 3 minus unit 2: two pairs with one line each."""
    (W, b), *rest = weights
    for array in (W, b):
        array[1], array[3] = 2 * array[0], -array[2]
    return [(W, b), *rest]


def nearly_concurrent(weights: Weights) -> Weights:
    """Lead the lines of units 0, 1 through a point with coordinates in 1/8, and that of unit 2 past it by 1e-9."""
    (W, b), *rest = weights
    point = np.array([0.25, -0.375])
    b[:3] = -(W[:3] @ point)
    b[2] += 1e-9
    return [(W, b), *rest]


def exact(weights: Weights) -> dict[str, int]:
    """Return the exact counts over R^d and over [-1, 1]^d."""
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.counting import count_regions

    net = Network.from_weights(weights)
    box = Polyhedron.box([-1] * net.input_dim, [1] * net.input_dim)
    return {"R^d": count_regions(net).activation_regions, "box": count_regions(net, box).activation_regions}


def torch_model(weights: Weights) -> Any:
    """Return the network as a torch module in double precision."""
    import torch

    layers: list[Any] = []
    for W, b in weights:
        layer = torch.nn.Linear(*W.shape[::-1], dtype=torch.float64)
        layer.load_state_dict({"weight": torch.from_numpy(1.0 * W), "bias": torch.from_numpy(1.0 * b)})
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def relucent(weights: Weights, side: float | None = None) -> Task | None:
    """Facet-flip search over R^d from a random point: the origin often lies on a hyperplane."""
    if side is not None:
        return None
    import relucent

    complex_ = relucent.Complex(torch_model(weights))
    start = np.random.default_rng(0).normal(size=(1, weights[0][0].shape[1]))

    def count() -> int:
        complex_.bfs(start=start, nworkers=1, verbose=0)
        return len(complex_)

    return count


def regioncam(weights: Weights, side: float | None = 1) -> Task | None:
    """Subdivision of the square [-side, side]^2, in 32-bit floats."""
    if side is None or weights[0][0].shape[1] != 2:
        return None
    import regioncam

    layers = [(np.ascontiguousarray(W.T, dtype=np.float32), b.astype(np.float32)) for W, b in weights[:-1]]

    def count() -> int:
        camera = regioncam.Regioncam(size=side)
        for layer in layers:
            camera.linear(*layer)
            camera.relu()
        return int(camera.num_faces)

    return count


def affinitree(weights: Weights, side: float | None = None) -> Task | None:
    """A decision tree over R^d with the infeasible paths removed; its leaves are counted."""
    if side is not None:
        return None
    from affinitree import builder, extract_pytorch_architecture

    architecture = extract_pytorch_architecture(weights[0][0].shape[1], torch_model(weights))
    return lambda: int(builder.from_layers(architecture).num_terminals())


TOOLS: dict[str, tuple[Callable[[Weights], Task | None], str]] = {
    "relucent": (relucent, "R^d"),
    "affinitree": (affinitree, "R^d"),
    "regioncam": (regioncam, "box"),
}


class Worker:
    """A process that answers for one tool; it is started again after a crash or a time-out."""

    def __init__(self, tool: str) -> None:
        self.tool = tool
        self.start()

    def start(self) -> None:
        context = get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=answer, args=(self.tool, other))
        self.process.start()
        other.close()

    def ask(self, weights: Weights) -> Any:
        """Return the count, None if the tool does not take such a network, or what went wrong as a string."""
        self.connection.send(weights)
        try:
            if self.connection.poll(SECONDS):
                return self.connection.recv()
            failure = f"no answer in {SECONDS} s"
        except EOFError:
            failure = "the process died"
        self.stop()
        self.start()
        return failure

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def answer(tool: str, connection: Any) -> None:
    """Send the count, or the error, for every network received. Panics of Rust code are not Exceptions."""
    while True:
        weights = connection.recv()
        try:
            task = TOOLS[tool][0](weights)
            connection.send(None if task is None else task())
        except BaseException as error:
            connection.send(f"{type(error).__name__}: {str(error)[:120]}")


def main(path: str) -> None:
    """Ask every installed tool about every network, and write the answers to a JSON file."""
    versions, workers = {}, {}
    for tool in TOOLS:
        try:
            versions[tool] = version(tool)
            workers[tool] = Worker(tool)
        except PackageNotFoundError:
            print(f"{tool} is not installed; skipped")
    results = []
    for family, seed, weights in networks():
        answers = {tool: worker.ask(weights) for tool, worker in workers.items()}
        results.append({"family": family, "seed": seed, "exact": exact(weights), "answers": answers})
        print(family, seed, results[-1]["exact"], answers, flush=True)
    for worker in workers.values():
        worker.stop()
    domains = {tool: TOOLS[tool][1] for tool in versions}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"versions": versions, "domains": domains, "results": results}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: peers.py RESULT.json")
    main(sys.argv[1])

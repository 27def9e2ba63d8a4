"""Measure questions on data sets against brute force with other systems, in one run.

::

    make bench                                    # with everything else
    python tests/benchmarks/fans.py RESULT.json   # a minute; needs pplpy and PyNormaliz, or leaves them out

*Brute force* decides every coloring, and every wall between two cones that differ at one point, by one exact linear
program each, in rationals: by cddlib (pycddlib's ``cdd.gmp``) or by PPL (pplpy). What it finds is counted, or made a
graph of networkx, whose components are counted. *Hulls* are given the vertices of the activation polytope modulo its
lineality space and find the facets. Answers are compared. Times are processor times of one thread, the median of some
runs, after a first call that compiles.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import networkx as nx

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from polytopes.optimization import cddlib
from tests.benchmarks.bench_fans import by_cdd, by_normaliz, by_ppl, generic, vertices
from tests.benchmarks.compare import machine
from tests.tropical.fans.classification import oracles
from tropical.fans.activation.faces import rays
from tropical.fans.activation.fan import ActivationFan
from tropical.fans.classification.dichotomies import dichotomies
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.landscape import landscape
from tropical.fans.data_set import DataSet

OURS = "this library"
Colors = tuple[int, ...]
Rows = Sequence[Sequence[Fraction]]
Solver = Callable[[Rows, Rows], bool]
"""Whether some x has r . (1, x) >= 0 for the rows r of the first argument, and = 0 for those of the second."""
SECONDS, MOST_RUNS = 0.5, 3
SHAPES = [(4, 1, (2, 1)), (5, 2, (1, 1)), (5, 2, (2, 1)), (6, 2, (2, 1)), (5, 3, (2, 2)), (8, 2, (2, 1))]
LARGE = [(7, 2, (2, 2)), (10, 2, (2, 1)), (8, 5, (2, 1)), (12, 2, (2, 2))]
"""Points, dimension, terms of g and h; the large ones are not asked of others."""
MOST_COLORINGS, MOST_WALLED = 3_000, 800
"""More colorings are not tried one by one, and no walls looked for between more."""
HULLS = [(5, 2, 3), (6, 2, 3), (7, 2, 3)]


def cdd_is_feasible(rows: Rows, equations: Rows) -> bool:
    """By the simplex method of cddlib in rationals."""
    return cddlib.maximum([0] * len(rows[0]), rows, equations)[0] == "optimal"


def ppl_is_feasible(rows: Rows, equations: Rows) -> bool:
    """By the simplex method of PPL in rationals; the rows are integers here."""
    import ppl

    problem = ppl.MIP_Problem(len(rows[0]) - 1)
    for row in rows:
        problem.add_constraint(_expression(row) >= 0)
    for row in equations:
        problem.add_constraint(_expression(row) == 0)
    return bool(problem.is_satisfiable())


def _expression(row: Sequence[Fraction]) -> Any:
    import ppl

    return ppl.Linear_Expression([int(entry) for entry in row[1:]], int(row[0]))


def conditions(data: DataSet, here: Colors, there: Colors, n_terms: int) -> tuple[Rows, Rows]:
    """Return what a wall between two colorings asks for, or a cone if they are equal."""
    width = data.dim + 1
    rows: list[list[Fraction]] = []
    equations: list[list[Fraction]] = []
    for point, i, rival in zip(data.points, here, there, strict=True):
        for j in range(n_terms):
            if j != i:
                row = [Fraction(0)] * (n_terms * width + 1)
                row[1 + i * width : 1 + (i + 1) * width] = [Fraction(1), *point]
                row[1 + j * width : 1 + (j + 1) * width] = [Fraction(-1), *(-entry for entry in point)]
                row[0] = Fraction(0 if j == rival else -1)
                (equations if j == rival else rows).append(row)
    return rows, equations


def brute_cones(data: DataSet, n_terms: int, is_feasible: Solver) -> list[Colors]:
    """Return the colorings that are realized, one program each."""
    every = product(range(n_terms), repeat=data.n_points)
    return [colors for colors in every if is_feasible(*conditions(data, colors, colors, n_terms))]


def brute_graph(data: DataSet, n_terms: int, is_feasible: Solver) -> nx.Graph:
    """Return the dual graph, one program for each pair of cones that differ at one point."""
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(brute_cones(data, n_terms, is_feasible))
    for here in list(graph):
        for p, j in product(range(data.n_points), range(n_terms)):
            there = (*here[:p], j, *here[p + 1 :])
            if here < there and there in graph and is_feasible(*conditions(data, here, there, n_terms)):
                graph.add_edge(here, there)
    return graph


def brute_chambers(data: DataSet, terms: tuple[int, int], is_feasible: Solver) -> list[int]:
    """Return the numbers of dichotomies and chambers."""
    graph = brute_graph(data, sum(terms), is_feasible)
    signs = {cone: oracles.signs(cone, terms) for cone in graph}
    inside = nx.subgraph_view(graph, filter_edge=lambda here, there: signs[here] == signs[there])
    return [len(set(signs.values())), nx.number_connected_components(inside)]


def brute_levels(data: DataSet, terms: tuple[int, int], is_feasible: Solver) -> list[list[int]]:
    """Return (loss, cones, components of the sublevel set) for every loss."""
    graph = brute_graph(data, sum(terms), is_feasible)
    losses = [oracles.loss(data, *[oracles.signs(cone, terms)] * 2) for cone in graph]
    found = []
    for loss in sorted(set(losses)):
        below = oracles.sublevel(graph, data, terms, loss)
        found.append([loss, losses.count(loss), nx.number_connected_components(below)])
    return found


def our_cones(data: DataSet, n_terms: int) -> int:
    return sum(1 for _ in ActivationFan.of(data, n_terms).cones())


def our_chambers(data: DataSet, terms: tuple[int, int]) -> list[int]:
    found = dichotomies(ClassificationFan.of(data, terms))
    return [len(found), sum(one.chambers for one in found)]


def our_levels(data: DataSet, terms: tuple[int, int]) -> list[list[int]]:
    levels = landscape(ClassificationFan.of(data, terms)).levels
    return [[level.loss, level.cones, level.components] for level in levels]


def labeled(points: int, dim: int) -> DataSet:
    """Return random points with random labels."""
    data = generic(points, dim, 5)
    numbers = random.Random(points * dim)
    return DataSet.of(data.points, [numbers.choice((1, -1)) for _ in range(points)])


def solvers() -> dict[str, Solver]:
    """Return the systems that decide linear programs."""
    found: dict[str, Solver] = {"cddlib": cdd_is_feasible}
    try:
        import ppl  # noqa: F401

        found["PPL"] = ppl_is_feasible
    except ImportError:
        print("pplpy is not installed; left out")
    return found


def measured(work: Callable[[], Any]) -> dict[str, Any]:
    """Return the answer and the median of the processor times of some runs."""
    times: list[float] = []
    while not times or (sum(times) < SECONDS and len(times) < MOST_RUNS):
        start = time.process_time()
        answer = work()
        times.append(time.process_time() - start)
    return {"seconds": median(times), "answer": answer}


def questions(points: int, dim: int, terms: tuple[int, int]) -> dict[str, dict[str, Callable[[], Any]]]:
    """Return for every question who answers it, and how."""
    data, n_terms = labeled(points, dim), sum(terms)
    asked: dict[str, dict[str, Callable[[], Any]]] = {
        "maximal cones": {OURS: lambda: our_cones(data, n_terms)},
        "dichotomies and chambers": {OURS: lambda: our_chambers(data, terms)},
        "landscape": {OURS: lambda: our_levels(data, terms)},
    }
    if n_terms**points > MOST_COLORINGS:
        return asked
    for name, solver in solvers().items():
        tool = f"brute force, {name}"
        asked["maximal cones"][tool] = lambda solver=solver: len(brute_cones(data, n_terms, solver))
        if n_terms**points <= MOST_WALLED:
            asked["dichotomies and chambers"][tool] = lambda solver=solver: brute_chambers(data, terms, solver)
            asked["landscape"][tool] = lambda solver=solver: brute_levels(data, terms, solver)
    return asked


def hull_questions(points: int, dim: int, n_terms: int) -> dict[str, Callable[[], int]]:
    """Return who finds the facets of an activation polytope."""
    data = labeled(points, dim)
    given = vertices(ActivationFan.of(data, n_terms))
    asked: dict[str, Callable[[], int]] = {OURS: lambda: len(list(rays(ActivationFan.of(data, n_terms))))}
    for name, module, hull in (
        ("cddlib", "cdd", by_cdd),
        ("PPL", "ppl", by_ppl),
        ("Normaliz", "PyNormaliz", by_normaliz),
    ):
        try:
            __import__(module)
            asked[f"hull, {name}"] = lambda hull=hull: hull(given)
        except ImportError:
            print(f"{name} is not installed; left out")
    return asked


def answered(tools: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """Measure all, and compare their answers.

    Raises:
        RuntimeError: if they differ.
    """
    answers = {tool: measured(work) for tool, work in tools.items()}
    for tool, found in answers.items():
        if found["answer"] != answers[OURS]["answer"]:
            raise RuntimeError(f"{tool} says {found['answer']}, this library {answers[OURS]['answer']}")
    return answers


def versions() -> dict[str, str]:
    """Return the versions of what is measured and installed."""
    found = {}
    for package in ("tropical-polytopes", "pycddlib", "pplpy", "PyNormaliz", "networkx"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def main(path: Path) -> None:
    """Measure everything, and write it as it comes."""
    our_levels(labeled(3, 1), (1, 1))
    len(list(rays(ActivationFan.of(labeled(3, 1), 2))))
    rows: list[dict[str, Any]] = []

    def add(points: int, dim: int, terms: Sequence[int], question: str, tools: dict[str, Callable[[], Any]]) -> None:
        answers = answered(tools)
        shape = {"points": points, "dim": dim, "terms": list(terms), "question": question}
        size = our_cones(labeled(points, dim), sum(terms))
        rows.append({**shape, "cones": size, "answers": answers})
        print(shape, {tool: round(found["seconds"], 4) for tool, found in answers.items()}, flush=True)
        document = {"machine": machine(), "versions": versions(), "rows": rows}
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")

    for points, dim, terms in (*SHAPES, *LARGE):
        for question, tools in questions(points, dim, terms).items():
            add(points, dim, terms, question, tools)
    for points, dim, n_terms in HULLS:
        add(points, dim, [n_terms], "facets", hull_questions(points, dim, n_terms))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: fans.py RESULT.json")
    main(Path(sys.argv[1]))

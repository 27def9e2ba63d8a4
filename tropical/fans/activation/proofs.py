"""Proofs that all partitions of a data set into argmax classes were found, and their checker.

Colours are given to the distinct points one after the other, numbered by first appearance. At each prefix of colours
the proof says one of three things. A *partition* has colours for all points, and forms whose strict maxima have them.
A *refutation* has multipliers of arcs (p, i, j), i the colour of p, with which the vectors (e_i - e_j) (x) (1, p)
cancel: so no forms, and no colours of further points, exist. Otherwise the next point gets each colour in turn.

The checker follows the prefixes by itself, and uses fractions and nothing of the search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import as_fraction, exact_text
from tropical.checker import Refused
from tropical.fans.activation.classes import realised_colours
from tropical.fans.activation.parameters import parameter_texts
from tropical.fans.activation.search import Search
from tropical.fans.data_set import DataSet

Points = list[list[Fraction]]


def partition_proof(data: DataSet, most: int | None = None) -> dict[str, Any]:
    """Return a proof of the partitions of the distinct points into at most ``most`` argmax classes, as plain lists.

    >>> proof = partition_proof(DataSet.of([[0], [1], [2]]))
    >>> [entry["colours"] for entry in proof["refutations"]], proof["refutations"][0]["arcs"]
    ([[0, 1, 0]], [[0, 0, 1, '1'], [1, 1, 0, '2'], [2, 0, 1, '1']])
    >>> check_partition_proof(proof)
    (1, 2, 1)
    """
    search = Search(data)
    most = len(data.rows) if most is None else most
    refutations: list[dict[str, Any]] = []

    def refuse(colours: tuple[int, ...]) -> None:
        refutations.append(refutation(search, colours))

    partitions = [
        {"colours": list(colours), "parameter": parameter_texts(search.parameter if n_classes else ())}
        for colours, n_classes in realised_colours(search, most, refuse)
    ]
    points = [[exact_text(Fraction(entry, row[0])) for entry in row[1:]] for row in data.rows]
    return {"points": points, "most": most, "partitions": partitions, "refutations": refutations}


def refutation(search: Search, colours: Sequence[int]) -> dict[str, Any]:
    """Return the refutation of the colours that the search has just refused, as plain lists."""
    arcs = [
        [p, i, j, text_of(factor * search.data.rows[p][0])]
        for (p, i, j, _), factor in zip(search.arcs, search.multipliers, strict=True)
        if factor
    ]
    return {"colours": list(colours), "arcs": arcs}


def check_partition_proof(proof: dict[str, Any]) -> tuple[int, ...]:
    """Verify a proof and return (a_1, a_2, ...), the numbers of partitions into k classes that it proves.

    Raises:
        Refused: with the first prefix of colours at which it proves nothing, or what is wrong with the proof.
    """
    points = [[Fraction(1), *map(as_fraction, point)] for point in proof["points"]]
    parameters = {tuple(entry["colours"]): entry["parameter"] for entry in proof["partitions"]}
    refutations = {tuple(entry["colours"]): entry["arcs"] for entry in proof["refutations"]}
    counts: Counter[int] = Counter()
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        colours = waiting.pop()
        n_classes = len(set(colours))
        if colours in refutations:
            check_refutation(points, colours, refutations[colours])
        elif len(colours) < len(points):
            waiting += [(*colours, colour) for colour in range(min(n_classes + 1, proof["most"]))]
        else:
            _check_partition(points, colours, parameters.pop(colours, None))
            counts[n_classes] += 1
    if parameters:
        raise Refused(f"the partition {next(iter(parameters))} is not among the colourings by first appearance")
    return tuple(counts[k] for k in range(1, max(counts, default=0) + 1))


def _check_partition(points: Points, colours: tuple[int, ...], parameter: Sequence[Sequence[str]] | None) -> None:
    if parameter is None:
        raise Refused(f"nothing is said of the colours {colours}")
    forms = [[as_fraction(entry) for entry in row] for row in parameter]
    for point, colour in zip(points, colours, strict=True):
        values = [sum(a * b for a, b in zip(form, point, strict=True)) for form in forms]
        if values.count(max(values)) > 1 or values[colour] != max(values):
            raise Refused(f"the parameter of the colours {colours} gives them to other points")


def check_refutation(points: Points, colours: tuple[int, ...], arcs: Sequence[Sequence[Any]]) -> None:
    """Verify that arcs of the first points (1, p) cancel, so that they do not have these colours.

    Raises:
        Refused: if they prove nothing.
    """
    total: dict[int, list[Fraction]] = {}
    for p, i, j, text in arcs:
        factor = as_fraction(text)
        if not 0 <= p < len(colours) or colours[p] != i or i == j or j not in colours or factor <= 0:
            raise Refused(f"the arc {p, i, j} of the colours {colours} is none")
        for term, sign in ((i, factor), (j, -factor)):
            sums = total.setdefault(term, [Fraction(0)] * len(points[p]))
            total[term] = [a + sign * b for a, b in zip(sums, points[p], strict=True)]
    if not arcs or any(any(sums) for sums in total.values()):
        raise Refused(f"the arcs of the colours {colours} do not cancel")

"""Certificates that all partitions of a data set into argmax classes were found, and their verification.

Colors are given to the distinct points one after the other, numbered by first appearance. At each prefix of colors
the certificate says one of three things. A *partition* has colors for all points, and forms that are the only largest
ones at the points of their colors. A *refutation* has multipliers of arcs (p, i, j), i the color of p, with which the
vectors (e_i - e_j) (x) (1, p) cancel, so that no forms exist, whatever the colors of further points. Otherwise the next
point gets each color in turn.

Verification follows the prefixes by itself, in fractions, and uses nothing of the search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import as_fraction, exact_text
from tropical.checker import Refused
from tropical.fans.activation.argmax_classes import realized_colors
from tropical.fans.activation.coloring_search import Search
from tropical.fans.activation.parameters import parameter_texts
from tropical.fans.data_set import DataSet

Points = list[list[Fraction]]


def partition_certificate(data: DataSet, most: int | None = None) -> dict[str, Any]:
    """Return a certificate of all partitions of the distinct points into at most ``most`` argmax classes.

    >>> certificate = partition_certificate(DataSet.of([[0], [1], [2]]))
    >>> [entry["colors"] for entry in certificate["refutations"]], certificate["refutations"][0]["arcs"]
    ([[0, 1, 0]], [[0, 0, 1, '1'], [1, 1, 0, '2'], [2, 0, 1, '1']])
    >>> verify_partition_certificate(certificate)
    (1, 2, 1)
    """
    search = Search(data)
    most = len(data.rows) if most is None else most
    refutations: list[dict[str, Any]] = []

    def refuse(colors: tuple[int, ...]) -> None:
        refutations.append(refutation(search, colors))

    partitions = [
        {"colors": list(colors), "parameter": parameter_texts(search.parameter if n_classes else ())}
        for colors, n_classes in realized_colors(search, most, refuse)
    ]
    points = [[exact_text(Fraction(entry, row[0])) for entry in row[1:]] for row in data.rows]
    return {"points": points, "most": most, "partitions": partitions, "refutations": refutations}


def refutation(search: Search, colors: Sequence[int]) -> dict[str, Any]:
    """Return the refutation of the colors that the search has just refused, as plain lists."""
    arcs = [
        [p, i, j, text_of(factor * search.data.rows[p][0])]
        for (p, i, j, _), factor in zip(search.arcs, search.multipliers, strict=True)
        if factor
    ]
    return {"colors": list(colors), "arcs": arcs}


def colors_of(entry: dict[str, Any]) -> tuple[int, ...]:
    """Return the colors in an entry of a certificate; earlier versions spelled the key "colours"."""
    return tuple(entry["colors"] if "colors" in entry else entry["colours"])


def verify_partition_certificate(certificate: dict[str, Any]) -> tuple[int, ...]:
    """Verify a certificate and return (a_1, a_2, ...), the numbers of partitions into k classes that it proves.

    Raises:
        Refused: with the first prefix of colors at which it proves nothing, or what is wrong with the certificate.
    """
    points = [[Fraction(1), *map(as_fraction, point)] for point in certificate["points"]]
    parameters = {colors_of(entry): entry["parameter"] for entry in certificate["partitions"]}
    refutations = {colors_of(entry): entry["arcs"] for entry in certificate["refutations"]}
    counts: Counter[int] = Counter()
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        colors = waiting.pop()
        n_classes = len(set(colors))
        if colors in refutations:
            verify_refutation(points, colors, refutations[colors])
        elif len(colors) < len(points):
            waiting += [(*colors, color) for color in range(min(n_classes + 1, certificate["most"]))]
        else:
            _verify_partition(points, colors, parameters.pop(colors, None))
            counts[n_classes] += 1
    if parameters:
        raise Refused(f"the partition {next(iter(parameters))} is not among the colorings by first appearance")
    return tuple(counts[k] for k in range(1, max(counts, default=0) + 1))


def _verify_partition(points: Points, colors: tuple[int, ...], parameter: Sequence[Sequence[str]] | None) -> None:
    if parameter is None:
        raise Refused(f"nothing is said of the colors {colors}")
    forms = [[as_fraction(entry) for entry in row] for row in parameter]
    for point, color in zip(points, colors, strict=True):
        values = [sum(a * b for a, b in zip(form, point, strict=True)) for form in forms]
        if values.count(max(values)) > 1 or values[color] != max(values):
            raise Refused(f"the parameter of the colors {colors} gives them to other points")


def verify_refutation(points: Points, colors: tuple[int, ...], arcs: Sequence[Sequence[Any]]) -> None:
    """Verify that arcs of the first points (1, p) cancel, so that they do not have these colors.

    Raises:
        Refused: if they prove nothing.
    """
    total: dict[int, list[Fraction]] = {}
    for p, i, j, text in arcs:
        factor = as_fraction(text)
        if not 0 <= p < len(colors) or colors[p] != i or i == j or j not in colors or factor <= 0:
            raise Refused(f"the arc {p, i, j} of the colors {colors} is none")
        for term, sign in ((i, factor), (j, -factor)):
            sums = total.setdefault(term, [Fraction(0)] * len(points[p]))
            total[term] = [a + sign * b for a, b in zip(sums, points[p], strict=True)]
    if not arcs or any(any(sums) for sums in total.values()):
        raise Refused(f"the arcs of the colors {colors} do not cancel")

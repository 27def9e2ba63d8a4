"""Generating functions of layers that grow along their last axis, window by window."""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import frozen

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rational_series import RationalSeries, polynomial_text
from polytopes.arithmetic.series_algebra import added, advanced, interlaced, multiplied
from polytopes.minkowski_sums import sliding_windows
from polytopes.minkowski_sums.growing_families import ProvenSeries, generating_function
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.layer import MaxPooling
from tropical.pooling.pieces import Growing

TERMS = 12
"""Terms of the series in a document."""
LARGEST_DEGREE = 100
"""Growth rates of larger degree are given without the asymptotic constant, which takes long."""


@frozen
class LayerSeries:
    """The numbers of regions, or of facets, of a family of layers, as a power series.

    Attributes:
        series: the coefficient of x^n is the number for the member with n windows, from n = 0 on.
        counts: what the members are, in words.
        proof: why the series is right.
    """

    series: RationalSeries
    counts: str
    proof: str

    def document(self) -> dict[str, Any]:
        """Return the series as an object of JSON, with its first terms.

        >>> found = series_of(PoolingCounts(MaxPooling(4, 2)))
        >>> found.document()["denominator"], found.document()["terms"][:4]
        ('1 - 2*x', ['1', '2', '4', '8'])
        """
        return {
            "numerator": polynomial_text(self.series.numerator),
            "denominator": polynomial_text(self.series.denominator),
            "variable": "x",
            "start": 0,
            "counts": self.counts,
            "proof": self.proof,
            "terms": [text_of(term) for term in self.series.terms(TERMS)],
        }

    def growth_document(self) -> dict[str, Any] | None:
        """Return the growth rate as an object of JSON; None for a series of finitely many terms."""
        if not self.series.order:
            return None
        rate = self.series.growth
        return {
            "minimal_polynomial": polynomial_text(rate.minimal_polynomial, falling=True),
            "value": float(rate),
            "asymptotic_constant": rate.asymptotic_constant if rate.degree <= LARGEST_DEGREE else None,
        }


def series_of(pool: PoolingCounts, facets: bool = False, **limits: Any) -> LayerSeries | str:
    """Return the series of the family that grows along the last axis, or the reason why there is none here.

    Args:
        pool: a layer; one channel of it is looked at. Where its first and last windows along the last axis are cut by
            padding or ``ceil_mode``, those of all layers of the family are.
        facets: the numbers of facets, and not those of regions.
        limits: ``memory`` and ``seconds``, as for
        :func:`polytopes.minkowski_sums.growing_families.generating_function`.

    Raises:
        LimitReached: over a limit.

    >>> series_of(PoolingCounts(MaxPooling(10, 3, stride=1))).series
    RationalSeries(numerator=(1, 1), denominator=(1, -2, -1, 1))
    >>> series_of(PoolingCounts(MaxPooling((3, 9), 2, stride=1))).series
    RationalSeries(numerator=(1, 1, -1), denominator=(1, -13, 31, -20, 4))
    >>> series_of(PoolingCounts(MaxPooling(10, 3, stride=1, padding=1))).series.terms(6)
    [1, 1, 2, 5, 11, 25]
    >>> series_of(PoolingCounts(MaxPooling(10, 3, stride=1, dilation=2))).series.terms(6)
    [1, 3, 9, 21, 49, 112]
    """
    if not isinstance(pool.source, MaxPooling):
        return "windows from a file, or of several pools, do not say how they go on"
    line = _single_line(pool)
    if line is not None:
        window, stride = line
        named = f"n windows of {window} inputs with stride {stride} on a line{_of_channels(pool)}"
        if facets and pool.activation is None:
            terms = [sliding_windows.count_facets(n, window, stride) for n in range(4)]
            jumps = [terms[0], terms[1] - 2 * terms[0], terms[2] - 2 * terms[1] + terms[0]]
            return LayerSeries(RationalSeries(jumps, (1, -2, 1)), named, "closed form")
        if not facets and pool.activation == "relu":
            series = sliding_windows.relu_series(window, stride)
            return LayerSeries(series, f"{named}, and the constant 0", "closed form")
        if not facets:
            return LayerSeries(sliding_windows.vertex_series(window, stride), named, "closed form")
    growing = Growing(pool.source, pool.activation)
    if not growing.pieces(0):
        return "no window reads any input"
    named = f"layers with n windows along the last axis{_at_the_ends(pool.source)}{_around(pool)}{_of_channels(pool)}"
    return _from_pieces(growing, named, facets, limits)


def _of_channels(pool: PoolingCounts) -> str:
    return ", one channel of them" if pool.channels > 1 else ""


def _from_pieces(growing: Growing, named: str, facets: bool, limits: dict[str, Any]) -> LayerSeries:
    """Return the series from those of the pieces: the cells of the layer multiply over them, facets add up."""
    known: dict[Any, ProvenSeries] = {}
    parts = []
    for rest in range(growing.period):
        own: Counter[RationalSeries] = Counter()
        for (family, more), times in growing.pieces(rest).items():
            if family not in known:
                known[family] = generating_function(family, facets=facets, **limits)
            series = known[family].series
            own[advanced(series) if more else series] += times
        parts.append(added(own) if facets else multiplied(own))
    n_classes, n_terms = (max(getattr(each, name) for each in known.values()) for name in ("n_classes", "n_terms"))
    proof = f"proven by {n_classes} classes of states and {n_terms} terms"
    if len(known) > 1 or growing.period > 1 or set(growing.pieces(0).values()) != {1}:
        proof += f" for {'each of ' * (len(known) > 1)}{len(known)} kind{'s' * (len(known) > 1)} of pieces"
    return LayerSeries(interlaced(parts), named, proof)


def _around(pool: PoolingCounts) -> str:
    return "" if pool.activation is None else f", with {pool.activation} activation"


def _at_the_ends(layer: MaxPooling) -> str:
    first, last = layer.overhang(-1)
    if not (first or last):
        return ""
    zeros = ""
    if layer.padding_value == "0":
        outside = layer.outside(-1)
        zeros = " and filled up with zeros" + f", beyond which the last {outside} lie" * (outside > 0)
    return f", the first cut by {first} and the last by {last}{zeros}"


def _single_line(pool: PoolingCounts) -> tuple[int, int] | None:
    """Return window and stride of a layer with one axis or one line, for which there is a closed form."""
    found = pool.lines
    if found is None or pool.activation == "leaky" or any(line.is_cut for line in found):
        return None
    kinds = {(line.window, line.stride) for line in found}
    return kinds.pop() if len(kinds) == 1 and sum(found.values()) == pool.channels else None

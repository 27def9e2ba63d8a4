"""Generating functions of layers that grow along their last axis, window by window."""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import frozen

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rational_series import RationalSeries, polynomial_text
from polytopes.arithmetic.series_algebra import added, advanced, interlaced, multiplied
from polytopes.minkowski_sums import sliding_windows
from polytopes.minkowski_sums.growing_families import Family, ProvenSeries, generating_function
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.growing_layers import Growing
from tropical.pooling.layer import MaxPooling
from tropical.pooling.members import checked_members

TERMS = 12
"""Terms of the series in a document."""
LARGEST_DEGREE = 100
"""Growth rates of larger degree are given without the asymptotic constant, which takes long."""


@frozen
class LayerSeries:
    """The numbers of regions, or of facets, of a family of layers, as a power series.

    Attributes:
        series: the coefficient of x^n is the number for the member with n windows along the last axis, from n = 0 on.
        counts: what the members are, in words.
        input: the lengths of the input of a member, the last one in terms of n.
        proof: why the series is right.
        checked: the numbers n of members that were counted by themselves, and gave the terms of the series.
    """

    series: RationalSeries
    counts: str
    input: tuple[str, ...]
    proof: str
    checked: tuple[int, ...]

    def _repr_latex_(self) -> str | None:
        return self.series._repr_latex_()

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
            "input": list(self.input),
            "proof": self.proof,
            "checked": list(self.checked),
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
    """Return the series of the layers that grow along the last axis, or the reason why there is none here.

    Args:
        pool: a layer; one channel of it is looked at. Everything but the length of the last axis of the input stays as
            it is. Where the first and last windows along that axis are cut by padding or ``ceil_mode``, those of all
            layers of the family are.
        facets: the numbers of facets, and not those of regions.
        limits: ``memory`` and ``seconds``, as for
            :func:`polytopes.minkowski_sums.growing_families.generating_function`.

    Raises:
        LimitReached: over a limit.
        VerificationFailed: if a member of the family has another number than the series says.

    >>> series_of(PoolingCounts(MaxPooling(10, 3, stride=1))).series
    RationalSeries(numerator=(1, 1), denominator=(1, -2, -1, 1))
    >>> series_of(PoolingCounts(MaxPooling((3, 9), 2, stride=1))).series
    RationalSeries(numerator=(1, 1, -1), denominator=(1, -13, 31, -20, 4))
    >>> series_of(PoolingCounts(MaxPooling(10, 3, stride=1, padding=1))).series.terms(6)
    [1, 1, 2, 5, 11, 25]
    >>> found = series_of(PoolingCounts(MaxPooling(5, 3, stride=1, dilation=2)))
    >>> found.series.terms(6), found.counts, found.checked
    ([1, 3, 9, 21, 49, 112], 'layers on n + 4 inputs with n windows along the last axis', (1, 2, 3, 4))
    """
    if not isinstance(pool.source, MaxPooling):
        return "windows from a file, or of several pools, do not say how they go on"
    growing = Growing(pool.source, pool.activation)
    if not growing.pieces(0):
        return "no window reads any input"
    lengths = _input(growing)
    named = f"layers on {' × '.join(_bracketed(lengths))} inputs with n windows along the last axis"
    named += f"{_at_the_ends(pool.source)}{_around(pool)}{', one channel of them' * (pool.channels > 1)}"
    series, proof = _from_pieces(growing, facets, limits)
    return LayerSeries(series, named, lengths, proof, checked_members(series, growing, facets, limits))


def _input(growing: Growing) -> tuple[str, ...]:
    """Return the lengths of the input of the member with n windows.

    >>> _input(Growing(MaxPooling((2, 9), (1, 3), stride=2)))
    ('2', '2n + 1')
    """
    *others, _ = growing.layer.input_shape
    stride, extra = growing.layer.placement.stride[-1], growing.extra
    last = f"{stride if stride > 1 else ''}n" + (f" {'+' if extra > 0 else '-'} {abs(extra)}" if extra else "")
    return (*map(str, others), last)


def _bracketed(lengths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"({each})" if " " in each else each for each in lengths) if len(lengths) > 1 else lengths


def _from_pieces(growing: Growing, facets: bool, limits: dict[str, Any]) -> tuple[RationalSeries, str]:
    """Return the series, and its proof, from those of the pieces: regions multiply over them, facets add up."""
    closed: dict[Family, RationalSeries] = {}
    proven: dict[Family, ProvenSeries] = {}
    parts = []
    for rest in range(growing.period):
        own: Counter[RationalSeries] = Counter()
        for (family, more), times in growing.pieces(rest).items():
            if family not in closed and family not in proven:
                known = _closed_form(family, facets)
                if known is not None:
                    closed[family] = known
                else:
                    proven[family] = generating_function(family, facets=facets, **limits)
            series = closed[family] if family in closed else proven[family].series
            own[advanced(series) if more else series] += times
        parts.append(added(own) if facets else multiplied(own))
    kinds = len(closed) + len(proven)
    proof = "closed form"
    if proven:
        n_classes, n_terms = (max(getattr(each, name) for each in proven.values()) for name in ("n_classes", "n_terms"))
        proof = f"proven by {n_classes} classes of states and {n_terms} terms"
    if kinds > 1 or growing.period > 1 or set(growing.pieces(0).values()) != {1}:
        proof += f" for {'each of ' * (kinds > 1)}{kinds} kind{'s' * (kinds > 1)} of pieces"
    return interlaced(parts), proof


def _closed_form(family: Family, facets: bool) -> RationalSeries | None:
    """Return the series of windows on a line that nothing cuts; None for another family, or where none is known."""
    window = len(family.windows[0])
    if family.windows != (tuple(range(window)),) or any(family.cut) or family.zeros:
        return None
    if family.activation is None and facets:
        terms = [sliding_windows.count_facets(n, window, family.shift) for n in range(4)]
        return RationalSeries([terms[0], terms[1] - 2 * terms[0], terms[2] - 2 * terms[1] + terms[0]], (1, -2, 1))
    if facets or family.activation == "leaky":
        return None
    series = sliding_windows.relu_series if family.activation == "relu" else sliding_windows.vertex_series
    return series(window, family.shift)


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

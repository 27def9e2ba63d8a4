"""Local complexity from its definitions: all patterns one by one, rational polyhedra, forms in fractions.

Slow and independent of the engine: no walk, no compiled code, no tapes. A network is a list of layers
(kind, W, b[, slope]) in fractions, with an affine output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from attrs import field, frozen

from polytopes import Polyhedron
from polytopes.arithmetic.surds import RadicalSum

Form = tuple[Fraction, ...]
"""(c, a_1, ..., a_d)."""


@frozen(eq=False)
class Piece:
    """A region: its polyhedron, pattern, preactivations layer by layer, outputs of layers, and output forms."""

    polyhedron: Polyhedron
    pattern: tuple[int, ...]
    before: tuple[tuple[Form, ...], ...]
    after: tuple[tuple[Form, ...], ...]
    outputs: tuple[Form, ...]


@frozen
class Layers:
    """Hidden layers (slope of the negative side, W, b), and the output (W, b)."""

    hidden: Sequence[tuple[Fraction, Any, Any]]
    output: tuple[Any, Any]
    dim: int = field()


def combine(weights: Sequence[Fraction], bias: Fraction, forms: Sequence[Form], dim: int) -> Form:
    found = [Fraction(bias)] + [Fraction(0)] * dim
    for w, form in zip(weights, forms, strict=True):
        found = [a + Fraction(w) * b for a, b in zip(found, form, strict=True)]
    return tuple(found)


def pieces(net: Layers, domain: Polyhedron) -> Iterator[Piece]:
    """All full-dimensional regions; a unit that vanishes on one has pattern 0."""
    dim = net.dim
    inputs = [tuple(Fraction(int(j == i + 1)) for j in range(dim + 1)) for i in range(dim)]

    def go(k: int, forms: list[Form], cell: Polyhedron, pattern: Any, before: Any, after: Any) -> Iterator[Piece]:
        if k == len(net.hidden):
            W, b = net.output
            outputs = tuple(combine(w, c, forms, dim) for w, c in zip(W, b, strict=True))
            yield Piece(cell, pattern, before, after, outputs)
            return
        slope, W, b = net.hidden[k]
        z = [combine(w, c, forms, dim) for w, c in zip(W, b, strict=True)]
        for own in product((0, 1), repeat=len(z)):
            if any(bit and not any(form) for bit, form in zip(own, z, strict=True)):
                continue
            part = cell
            for bit, form in zip(own, z, strict=True):
                if any(form):
                    part = part.intersection(Polyhedron.from_rows([[x if bit else -x for x in form]]))
            if part.is_empty or not part.is_full_dimensional:
                continue
            passed = [form if bit else tuple(slope * x for x in form) for bit, form in zip(own, z, strict=True)]
            yield from go(k + 1, passed, part, pattern + own, (*before, tuple(z)), (*after, tuple(passed)))

    yield from go(0, inputs, domain, (), (), ())


def measure(points: Polyhedron) -> RadicalSum:
    """The volume of a polytope of one dimension less than its space: that of a shadow times the stretching."""
    dim = points.ambient_dim
    [row] = points.equations
    k = next(i for i in range(1, dim + 1) if row[i])
    shadow = [[x for i, x in enumerate(v, 1) if i != k] for v in points.vertices]
    size = Fraction(1) if dim == 1 else Polyhedron.from_generators(shadow).volume()
    return RadicalSum.of(size / abs(row[k])) * RadicalSum.root(sum(x * x for x in row[1:]))


def rank(rows: Sequence[Form]) -> int:
    left, found = [list(row[1:]) for row in rows], 0
    while left:
        row = left.pop()
        j = next((j for j, x in enumerate(row) if x), None)
        if j is not None:
            found += 1
            left = [[a - b * other[j] / row[j] for a, b in zip(other, row, strict=True)] for other in left]
    return found


def norm(rows: Sequence[Form]) -> RadicalSum:
    return RadicalSum.root(sum((x * x for row in rows for x in row[1:]), Fraction(0)))


def total(parts: Any) -> RadicalSum:
    found = RadicalSum([])
    for part in parts:
        found = found + part
    return found


def uniform_part(cell: Polyhedron, z: Form, s: Fraction) -> Fraction:
    """The volume of the part of a polytope where -s <= z <= s."""
    rows = [[s - z[0], *(-x for x in z[1:])], [s + z[0], *z[1:]]]
    cut = cell.intersection(Polyhedron.from_rows(rows))
    return Fraction(0) if cut.is_empty or not cut.is_full_dimensional else cut.volume()


def local_complexity(net: Layers, domain: Polyhedron, s: Fraction) -> dict[str, Any]:
    """All numbers, with uniform noise on [-s, s]."""
    regions, whole = list(pieces(net, domain)), domain.volume()
    volumes = [own.polyhedron.volume() for own in regions]
    assert sum(volumes) == whole
    n_units = sum(len(b) for _, _, b in net.hidden)
    neurons, activation, function = [RadicalSum([])] * n_units, RadicalSum([]), RadicalSum([])
    for one, other in combinations(regions, 2):
        wall = one.polyhedron.intersection(other.polyhedron)
        if wall.dim != net.dim - 1:
            continue
        size = measure(wall)
        activation = activation + size
        if one.outputs != other.outputs:
            function = function + size
        for g, (a, b) in enumerate(zip(one.pattern, other.pattern, strict=True)):
            if a != b:
                neurons[g] = neurons[g] + size
    share = RadicalSum.of(1 / whole)
    found: dict[str, Any] = {
        "regions": len(regions),
        "maps": len({own.outputs for own in regions}),
        "per_unit": neurons,
        "neuron": total(neurons),
        "activation": activation,
        "function": function,
        "l2": share * total(RadicalSum.of(v) * norm(own.outputs) for v, own in zip(volumes, regions, strict=True)),
    }
    layers = range(len(net.hidden))
    for name in ("before", "after"):
        found[name] = [
            sum(v * rank(getattr(own, name)[k]) for v, own in zip(volumes, regions, strict=True)) / whole
            for k in layers
        ]
    found["masses"] = [
        share
        * total(RadicalSum.of(v) * norm([z]) for v, own in zip(volumes, regions, strict=True) for z in own.before[k])
        for k in layers
    ]
    density = RadicalSum.of(1 / (2 * s)) * share
    found["uniform"] = density * total(
        RadicalSum.of(uniform_part(own.polyhedron, z, s)) * norm([z])
        for own in regions
        for k in layers
        for z in own.before[k]
        if any(z[1:])
    )
    return found

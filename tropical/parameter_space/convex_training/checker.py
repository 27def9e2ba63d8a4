"""Checks certificates of optimal networks with one hidden ReLU layer: the standard library and nothing else.

A certificate has the data, a network, a dual vector z, and a proof that ``h(z) = max |z . (X u)_+| over |u| <= 1`` is
at most 1, or beta. The loss of the network is an upper bound of the optimum, the value of z a lower one. Proofs are of
two kinds. *lines*, for the norms 1 and infinity: h is attained on a line cut out by the data and by the hyperplanes
between which the norm is linear, so z is tried on all of them. *splits*: a tree splits the space by the signs of
``x_i . u``, for each sign s of z; a leaf has coefficients c with ``s z_i max(0, t) <= c_i t`` for all t of the signs
that are allowed there, so that ``s z . (X u)_+ <= c . X u <= |X^T c|`` in the dual norm.
``python checker.py FILE`` runs alone; ``tropical check FILE DATA`` also compares the data with a table.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm
from operator import mul
from pathlib import Path
from typing import Any

FORMAT, VERSION = "training certificate", 1
MOST_BYTES, MOST_DIGITS, BITS = 2**27, 10**6, 256
IMPLIED = {"row": int, "side": int, "times": int, "of": [[int]]}
UNIT = {"sign": int, "weights": [str]}
SHAPE = {
    "format": str,
    "version": int,
    "points": [[str]],
    "targets": [str],
    "target": str,
    "places": [[int]],
    "bias": bool,
    "norm": str,
    "loss": str,
    "beta": str,
    "feasible": bool,
    "lower": str,
    "upper": str,
    "units": [UNIT],
    "dual": [str],
    "proof": {"kind": str, "below": int, "trees": [list]},
}
ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError)
RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+)?")
Row = tuple[int, ...]
Certificate = dict[str, Any]


class NotACertificate(Exception):
    """The file does not claim to be a certificate of training."""


class Refused(Exception):
    """The certificate does not prove what it claims; the message is the first reason."""


def fits(value: Any, shape: Any) -> bool:
    """Whether a JSON value has the names, lists and types of a shape, and no others; true and false are no integers."""
    if isinstance(shape, type) or type(value) is not type(shape):
        return type(value) is shape
    if isinstance(shape, list):
        return all(fits(entry, shape[0]) for entry in value)
    return value.keys() == shape.keys() and all(fits(value[name], shape[name]) for name in shape)


def rational(text: str) -> Fraction:
    """Return the number that an integer or a quotient of integers spells, in lowest terms."""
    if not RATIONAL.fullmatch(text) or str(Fraction(text)) != text:
        raise ValueError(f"{text[:50]} is not a quotient of integers in lowest terms")
    return Fraction(text)


def rationals(texts: Sequence[str]) -> list[Fraction]:
    """Return several numbers."""
    return [rational(text) for text in texts]


def dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    """Return the scalar product."""
    return sum(map(mul, left, right))


def root_above(square: Fraction) -> Fraction:
    """Return the root of a number if it is rational, else a number a little above it."""
    above, below = isqrt(square.numerator), isqrt(square.denominator)
    if above**2 == square.numerator and below**2 == square.denominator:
        return Fraction(above, below)
    bits = BITS + max(0, square.denominator.bit_length() - square.numerator.bit_length())
    return Fraction(isqrt((square.numerator << 2 * bits) // square.denominator) + 1, 1 << bits)


def length(vector: Sequence[Any], norm: str) -> Any:
    """Return a norm of a vector; the Euclidean one may be a little too large."""
    sizes = [abs(entry) for entry in vector]
    if norm == "2":
        return root_above(Fraction(dot(vector, vector)))
    return sum(sizes) if norm == "1" else max(sizes)


class Problem:
    """The data of a certificate; rows are those that units see, as integers over one denominator."""

    def __init__(self, document: Certificate) -> None:
        points, self.targets = [rationals(point) for point in document["points"]], rationals(document["targets"])
        places, one = document["places"], [Fraction(1)] if document["bias"] else []
        if len({len(point) for point in points}) != 1 or len(self.targets) != len(points) or not points[0]:
            raise Refused("malformed: points of different lengths, or another number of targets")
        if len({len(window) for window in places}) != 1 or not places[0]:
            raise Refused("malformed: windows of different lengths")
        if any(not 0 <= place < len(points[0]) for window in places for place in window):
            raise Refused("malformed: a window looks at no coordinate")
        rows = [[point[place] for place in window] + one for point in points for window in places]
        self.dim, self.per_sample = len(rows[0]), len(places)
        self.below = lcm(*(entry.denominator for row in rows for entry in row))
        self.rows: list[Row] = [tuple(int(entry * self.below) for entry in row) for row in rows]
        self.norm, self.loss = document["norm"], document["loss"]
        if self.norm not in ("1", "2", "inf") or self.loss not in ("interpolate", "squared", "hinge"):
            raise Refused("malformed: a norm or a loss that there is not")
        if (document["beta"] == "") != (self.loss == "interpolate"):
            raise Refused("malformed: beta goes with the losses squared and hinge")
        self.beta = Fraction(1) if self.loss == "interpolate" else rational(document["beta"])
        if self.beta <= 0 or (self.loss == "hinge" and any(abs(y) != 1 for y in self.targets)):
            raise Refused("malformed: beta is not positive, or a label is not 1 or -1")

    def fit(self, units: Sequence[dict[str, Any]]) -> tuple[list[Fraction], Fraction]:
        """Return the values of a network at the samples, and its penalty."""
        total, penalty = [Fraction(0)] * len(self.targets), Fraction(0)
        for unit in units:
            weights = rationals(unit["weights"])
            if len(weights) != self.dim or unit["sign"] not in (1, -1):
                raise Refused("malformed: a unit with another number of weights, or a sign that is none")
            penalty += length(weights, self.norm)
            for i, row in enumerate(self.rows):
                value = dot(weights, row)
                if value > 0:
                    total[i // self.per_sample] += unit["sign"] * value / self.below
        return total, penalty

    def primal(self, fit: Sequence[Fraction], penalty: Fraction) -> Fraction:
        """Return the loss of a network."""
        errors = [y - f for y, f in zip(self.targets, fit, strict=True)]
        if self.loss == "interpolate":
            if any(errors):
                raise Refused("its network does not fit the targets")
            return penalty
        if self.loss == "squared":
            return Fraction(dot(errors, errors)) / 2 + self.beta * penalty
        margins = [1 - y * f for y, f in zip(self.targets, fit, strict=True)]
        return sum((margin for margin in margins if margin > 0), Fraction(0)) + self.beta * penalty

    def dual(self, z: Sequence[Fraction]) -> Fraction:
        """Return the lower bound that a dual vector gives."""
        if self.loss == "hinge" and not all(0 <= y * entry <= 1 for y, entry in zip(self.targets, z, strict=True)):
            raise Refused("its dual vector is not in the domain of the hinge loss")
        return Fraction(dot(z, self.targets)) - (Fraction(dot(z, z)) / 2 if self.loss == "squared" else 0)


def primitive(vector: Sequence[int]) -> Row:
    """Return an integer vector divided by its content, its first nonzero entry positive."""
    factor = gcd(*vector)
    if next((entry for entry in vector if entry), 1) < 0:
        factor = -factor
    return tuple(entry // factor for entry in vector) if factor else tuple(vector)


def lines(rows: Sequence[Row], dim: int) -> set[Row]:
    """Return a vector of each line that is the common zero set of some rows."""
    found: set[Row] = set()
    stack = [(0, [tuple([int(i == k) for i in range(dim)]) for k in range(dim)])]
    while stack:
        first, basis = stack.pop()
        if len(basis) == 1:
            found.add(primitive(basis[0]))
            continue
        for i in range(first, len(rows)):
            values = [dot(rows[i], vector) for vector in basis]
            axis = next((k for k, value in enumerate(values) if value), None)
            if axis is not None:
                moved = [
                    primitive([values[axis] * a - value * b for a, b in zip(vector, basis[axis], strict=True)])
                    for k, (vector, value) in enumerate(zip(basis, values, strict=True))
                    if k != axis
                ]
                stack.append((i + 1, moved))
    return found


def check_on_lines(problem: Problem, z: Sequence[Fraction], bound: Fraction) -> None:
    """Refuse unless ``h(z) <= bound``, for the norms 1 and infinity, which is the norm 2 on a line; 0 bounds all."""
    dim, norm = problem.dim, problem.norm
    if norm == "2":
        if bound and dim > 1:
            raise Refused("malformed: the Euclidean norm is not linear between hyperplanes")
        norm = "1"
    units = [tuple([int(i == k) for i in range(dim)]) for k in range(dim)]
    walls = units if norm == "1" else []
    for j, unit in enumerate(units if norm == "inf" else []):
        for other in units[:j]:
            walls += [tuple([a + sign * b for a, b in zip(unit, other, strict=True)]) for sign in (1, -1)]
    below = lcm(*(entry.denominator for entry in z), bound.denominator)
    weights = [int(z[i // problem.per_sample] * below) for i in range(len(problem.rows))]
    limit = bound * below * problem.below
    distinct = {primitive(row) for row in [*problem.rows, *walls] if any(row)}
    for line in lines([*distinct], dim):
        products = [dot(row, line) for row in problem.rows]
        most = limit * length(line, norm)
        for sign in (1, -1):
            value = sum(w * sign * p for w, p in zip(weights, products, strict=True) if sign * p > 0)
            if abs(value) > most:
                raise Refused(f"its dual vector exceeds the bound on the image of the unit {line}")


def check_by_splits(problem: Problem, z: Sequence[Fraction], bound: Fraction, proof: dict[str, Any]) -> None:
    """Refuse unless two trees, one for each sign of z, show that ``h(z) <= bound``."""
    below, trees = proof["below"], proof["trees"]
    if below < 1 or len(trees) != 2:
        raise Refused("malformed: a proof by splits has two trees and a positive denominator")
    limit = bound * below * problem.below
    for sign, tree in zip((1, -1), trees, strict=True):
        least = [sign * below * z[i // problem.per_sample] for i in range(len(problem.rows))]
        nodes, waiting = iter(tree), [tuple([0] * len(problem.rows))]
        while waiting:
            signs, node = waiting.pop(), next(nodes, None)
            if type(node) is dict and fits(node, IMPLIED):
                waiting.append(implied(problem, signs, node))
            elif type(node) is int and 0 <= node < len(signs) and not signs[node]:
                waiting += [(*signs[:node], side, *signs[node + 1 :]) for side in (-1, 1)]
            elif type(node) is list and len(node) == len(signs) and all(type(entry) is int for entry in node):
                check_leaf(problem, signs, least, node, limit)
            else:
                raise Refused("malformed: a tree with a node that is none")
        if next(nodes, None) is not None:
            raise Refused("malformed: a tree with more nodes than it has places for")


def implied(problem: Problem, signs: tuple[int, ...], node: dict[str, Any]) -> tuple[int, ...]:
    """Return the signs with that of a row which is a non-negative combination of others with their signs."""
    row, side, times = node["row"], node["side"], node["times"]
    if not 0 <= row < len(signs) or signs[row] or side not in (1, -1) or times < 1:
        raise Refused("malformed: a row whose sign is said to follow from those of others")
    total = [0] * problem.dim
    for i, factor in node["of"]:
        if not 0 <= i < len(signs) or factor < 0:
            raise Refused("malformed: a combination that is not of rows with non-negative factors")
        total = [a + factor * signs[i] * b for a, b in zip(total, problem.rows[i], strict=True)]
    if total != [side * times * entry for entry in problem.rows[row]]:
        raise Refused("the sign of a row does not follow from those of others")
    return (*signs[:row], side, *signs[row + 1 :])


def check_leaf(
    problem: Problem, signs: Sequence[int], least: Sequence[Fraction], c: Sequence[int], limit: Fraction
) -> None:
    """Refuse unless ``least_i max(0, t) <= c_i t`` for all t of the signs allowed, and ``|X^T c|`` is in the limit."""
    for side, low, entry, row in zip(signs, least, c, problem.rows, strict=True):
        if not any(row):
            continue
        if (side >= 0 and entry < low) or (side <= 0 and entry > 0):
            raise Refused("a coefficient of a leaf does not bound the term that it stands for")
    gradient = [dot(c, column) for column in zip(*problem.rows, strict=True)]
    sizes = [abs(entry) for entry in gradient]
    if problem.norm == "2":
        is_within = dot(gradient, gradient) <= limit**2
    else:
        is_within = (max(sizes) if problem.norm == "1" else sum(sizes)) <= limit
    if not is_within:
        raise Refused("the gradient of a leaf exceeds the bound")


def check_document(document: Certificate) -> None:
    """Verify all that a certificate claims.

    Raises Refused with the first reason.
    """
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(MOST_DIGITS)
    try:
        check_claims(document)
    except ERRORS as error:
        raise Refused(f"malformed: {error!r:.200}") from None
    finally:
        sys.set_int_max_str_digits(limit)


def check_claims(document: Certificate) -> None:
    """Verify all that a certificate claims, whose numbers may be long."""
    if not fits(document, SHAPE):
        raise Refused("malformed: other names or types than a certificate has")
    if document["format"] != FORMAT or document["version"] != VERSION:
        raise NotACertificate(f"not a {FORMAT} of version {VERSION}")
    problem, z, proof = Problem(document), rationals(document["dual"]), document["proof"]
    if len(z) != len(problem.targets):
        raise Refused("malformed: a dual vector of another length")
    bound = problem.beta if document["feasible"] else Fraction(0)
    if proof["kind"] == "lines" and not proof["trees"] and proof["below"] == 1:
        check_on_lines(problem, z, bound)
    elif proof["kind"] == "splits":
        check_by_splits(problem, z, bound, proof)
    else:
        raise Refused("malformed: a proof of no kind that there is")
    if not document["feasible"]:
        if problem.loss != "interpolate" or dot(z, problem.targets) != 1:
            raise Refused("its dual vector does not show that no network fits")
        if document["units"] or document["lower"] or document["upper"]:
            raise Refused("malformed: a network or bounds where none is claimed to be")
        return
    upper = problem.primal(*problem.fit(document["units"]))
    if rational(document["upper"]) != upper or rational(document["lower"]) != problem.dual(z):
        raise Refused("other bounds are claimed than are proven")


def written(document: Certificate) -> str:
    """Return the text of a certificate: one line of JSON and a digest."""
    text = json.dumps(document, separators=(",", ":"))
    return f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}\n"


def check_file(path: Path, accept: Callable[[Certificate], None] | None = None) -> Certificate:
    """Verify a certificate and return it; ``accept`` refuses one that is not the wanted one.

    Raises NotACertificate if the file is something else, Refused with the first reason if it proves nothing.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as stream:
        content = stream.read(MOST_BYTES + 1)
    if FORMAT.encode() not in content[:200]:
        raise NotACertificate(f"{path}: not a {FORMAT}")
    try:
        if len(content) > MOST_BYTES:
            raise Refused(f"longer than {MOST_BYTES} bytes")
        document: Certificate = json.loads(content.partition(b"\n")[0])
        if not isinstance(document, dict) or written(document).encode() != content:
            raise Refused("the digest at its end is not that of the file: it was changed or damaged")
        check_document(document)
        if accept is not None:
            accept(document)
    except ERRORS as error:
        raise Refused(f"malformed: {error!r:.200}") from None
    return document


def claims(document: Certificate) -> Iterator[str]:
    """Yield what a certificate that was verified proves."""
    if not document["feasible"]:
        yield "no network with one hidden ReLU layer fits the targets"
    elif document["lower"] == document["upper"]:
        yield f"the optimum is {document['upper']}"
    else:
        yield f"the optimum is at least {document['lower']}"
        yield f"and at most {document['upper']}"


if __name__ == "__main__":
    sys.set_int_max_str_digits(MOST_DIGITS)
    if len(sys.argv) != 2:
        sys.exit("usage: python checker.py FILE")
    try:
        print("verified:", ", ".join(claims(check_file(Path(sys.argv[1])))))
    except (Refused, NotACertificate, OSError) as reason:
        sys.exit(f"refused: {reason}")

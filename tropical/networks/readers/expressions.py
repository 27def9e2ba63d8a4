"""Networks whose gates are the maxima of expressions as they are written: one gate for each max, min, relu and abs.

The same function as a quotient of two maxima may have many times more terms: for a maximum of several minima each of
them is raised to the common denominator of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from polytopes.errors import FileFormatError, InputError, ShapeError
from polytopes.formats.files import as_text
from polytopes.formats.limits import PER_CHARACTER, refuse_larger
from tropical.algebra.expressions import evaluate
from tropical.algebra.files import expressions_in
from tropical.networks.layers import Affine, Concat, Maxout
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.readers.common import checked_input
from tropical.networks.readers.options import DEFAULTS, Options

Form = Mapping[int, Fraction]
"""Coefficients of the constant (0), the variables (1 to d) and the units (from d + 1 on), without zeros."""


@frozen
class _Unit:
    forms: tuple[tuple[tuple[int, Fraction], ...], ...]
    depth: int


@frozen(eq=False)
class GateOperations:
    """Operations on forms over units, which are maxima of forms; a maximum that was there before is not made again.

    >>> operations = GateOperations(1)
    >>> operations.apply("relu", [operations.coordinate(0)]), operations.apply("abs", [operations.number(Fraction(-2))])
    ({2: Fraction(1, 1)}, {3: Fraction(1, 1)})
    """

    dim: int
    units: dict[_Unit, int] = field(factory=dict)

    def number(self, value: Fraction) -> Form:
        """Return a constant."""
        return {0: value} if value else {}

    def coordinate(self, index: int) -> Form:
        """Return a variable by its index."""
        return {index + 1: Fraction(1)}

    def total(self, left: Form, right: Form) -> Form:
        """Return a sum."""
        found = dict(left)
        for atom, value in right.items():
            found[atom] = found.get(atom, Fraction(0)) + value
        return {atom: value for atom, value in found.items() if value}

    def multiple(self, value: Form, factor: Fraction) -> Form:
        """Return a multiple."""
        return {atom: factor * entry for atom, entry in value.items() if factor}

    def constant_of(self, value: Form) -> Fraction | None:
        """Return the number that a form is, else None."""
        return value.get(0, Fraction(0)) if value.keys() <= {0} else None

    def apply(self, function: str, arguments: Sequence[Form]) -> Form:
        """Return the value of max, min, relu or abs."""
        minus = Fraction(-1)
        match function:
            case "max":
                return self._maximum(arguments)
            case "min":
                return self.multiple(self._maximum([self.multiple(own, minus) for own in arguments]), minus)
            case "relu":
                return self._maximum([{}, *arguments])
            case "abs":
                return self._maximum([self.multiple(arguments[0], minus), *arguments])
        raise InputError(f"{function} is not a function of expressions")

    def _maximum(self, forms: Sequence[Form]) -> Form:
        if len(forms) == 1:
            return forms[0]
        atoms = {atom for form in forms for atom in form if atom > self.dim}
        depths = [unit.depth for unit, number in self.units.items() if number in atoms]
        unit = _Unit(tuple(tuple(sorted(form.items())) for form in forms), 1 + max(depths, default=0))
        return {self.units.setdefault(unit, self.dim + 1 + len(self.units)): Fraction(1)}

    def network(self, outputs: Sequence[Form]) -> Network:
        """Return the network of some forms, layer by layer: each reads the variables and all units before it."""
        graph = GraphBuilder((self.dim,))
        state, place = 0, {atom: atom - 1 for atom in range(1, self.dim + 1)}
        layers: dict[int, dict[int, dict[_Unit, int]]] = {}
        for unit, number in self.units.items():
            layers.setdefault(unit.depth, {}).setdefault(len(unit.forms), {})[unit] = number
        for _, by_rank in sorted(layers.items()):
            nodes = []
            for rank, units in sorted(by_rank.items()):
                forms = [dict(form) for unit in units for form in unit.forms]
                nodes.append(graph.add(Maxout(rank), [graph.add(_affine(forms, place), [state])]))
            for _, units in sorted(by_rank.items()):
                place |= {number: len(place) + i for i, number in enumerate(units.values())}
            state = graph.add(Concat(), [state, *nodes])
        return graph.finish(graph.add(_affine(outputs, place), [state], "outputs"))


def _affine(forms: Sequence[Form], place: Mapping[int, int]) -> Affine:
    """Return the layer of some forms, given the place of every variable and unit in what it reads."""
    weight = [[Fraction(0)] * len(place) for _ in forms]
    for row, form in zip(weight, forms, strict=True):
        for atom, value in form.items():
            if atom:
                row[place[atom]] = value
    return Affine(weight, [form.get(0, Fraction(0)) for form in forms])


def expression_network(
    text: str | Sequence[str], variables: Sequence[str] | None = None, ambient_dim: int | None = None
) -> Network:
    """Return a network with a gate for each max, min, relu and abs of one or more expressions, one for each output.

    Args:
        text: an expression, or several in the same variables.
        variables, ambient_dim: as for :func:`tropical.algebra.expressions.parse`.

    Raises:
        InputError: if a text is not an expression.
        ShapeError: if there is no variable.

    >>> network = expression_network("max(min(x, y), abs(x - 1), 2)")
    >>> network([5, 3]), [layer.gate_ranks for layer in network.layers if layer.n_gates]
    ((Fraction(4, 1),), [(2, 2), (3,)])
    """
    lines = [text] if isinstance(text, str) else list(text)
    made: dict[int, GateOperations] = {}

    def operations(dim: int) -> GateOperations:
        return made.setdefault(dim, GateOperations(dim))

    found = [evaluate(line, operations, variables, ambient_dim) for line in lines]
    dim = max(made, default=0)
    if len(made) > 1:
        made.clear()
        found = [evaluate(line, operations, ambient_dim=dim) for line in lines]
    if not dim:
        raise ShapeError("a function without variables has no network; name one, as by '# variables: x' in its file")
    return made[dim].network(found)


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    """Return the network of the expressions in a ``.txt`` file; see :mod:`tropical.algebra.files`."""
    refuse_larger(PER_CHARACTER * len(content), "its contents")
    try:
        network = expression_network(*expressions_in(as_text(content)))
    except InputError as error:
        raise FileFormatError(str(error)) from None
    return checked_input(network, options.input_shape)

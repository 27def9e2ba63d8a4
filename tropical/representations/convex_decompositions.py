"""Decompositions into differences of convex functions on a fixed complex, as a polyhedron.

A function that is affine on the maximal cells of a complete complex is given, up to an affine function, by a weight on
every wall: the jump of its gradient in units of the primitive normal. It is convex iff no weight is negative. So the
decompositions f = g - h into convex functions on the complex are the weights w of functions with ``w >= 0`` and
``w >= w_f``: an intersection of two translated cones (Brandenburg, Grillo, Hertrich, Decomposition Polyhedra of
Piecewise Linear Functions, ICLR 2025, arXiv 2410.04907). The irreducible decompositions, where g and h have no convex
summand in common, lie on the bounded faces, and those with the fewest pieces are vertices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import networkx as nx
from attrs import field, frozen

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import Row, Vector, VectorLike, as_vector, dot
from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, LimitReached, ShapeError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.products import pruned_product
from tropical.algebra.rational_function import TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.regions.activation_regions import activation_regions
from tropical.representations.equality import Terms


@frozen
class Wall:
    """A common facet of two maximal cells; ``row . (1, x)`` vanishes on it and is positive on the second cell."""

    cells: tuple[int, int]
    row: Row


@frozen(eq=False, repr=False, slots=False)
class DecompositionPolyhedron:
    """The decompositions f = g - h into convex functions that are affine on the cells of a complete complex.

    Make one with :func:`decomposition_polyhedron`. ``forms`` has the affine form of f on every maximal cell.

    >>> from tropical import parse
    >>> found = decomposition_polyhedron(parse("abs(x) - abs(y)"))
    >>> found
    DecompositionPolyhedron of a function on 4 cells in Q^2
    >>> found.polyhedron.n_vertices, found.polyhedron.n_rays, found.minimal[0]
    (1, 2, TropicalRational in 2 variables: max(0, -2 x) - max(-x + y, -x - y))
    """

    complex: PolyhedralComplex
    forms: tuple[Vector, ...]
    walls: tuple[Wall, ...] = field(repr=False)

    def __repr__(self) -> str:
        cells = f"{self.complex.n_maximal_cells} cells in Q^{self.complex.ambient_dim}"
        return f"DecompositionPolyhedron of a function on {cells}"

    # Weights

    @cached_property
    def weights(self) -> Vector:
        """The weights of f, one for each wall."""
        return tuple(_weight(wall, self.forms) for wall in self.walls)

    @cached_property
    def basis(self) -> tuple[Row, ...]:
        """A basis of the space of all weights of functions on the complex.

        Algorithm:
            The forms of all cells follow from one along a spanning tree of the dual graph; every other wall closes a
            cycle, along which the jumps add up to zero.
        """
        equations: list[list[int]] = []
        paths = self._paths
        for k, wall in enumerate(self.walls):
            if k in self._tree:
                continue
            around = _added(_added(paths[wall.cells[0]], {k: 1}, 1), paths[wall.cells[1]], -1)
            for j in range(self.complex.ambient_dim + 1):
                equations.append([around.get(i, 0) * self.walls[i].row[j] for i in range(len(self.walls))])
        return kernel(equations, len(self.walls))

    @cached_property
    def _tree(self) -> dict[int, tuple[int, int]]:
        """The walls of a spanning tree of the dual graph, from its root, cell 0, on: wall -> (cell, next cell)."""
        graph = nx.Graph()
        graph.add_nodes_from(range(self.complex.n_maximal_cells))
        graph.add_edges_from((*wall.cells, {"wall": k}) for k, wall in enumerate(self.walls))
        return {graph.edges[edge]["wall"]: edge for edge in nx.bfs_edges(graph, 0)}

    @cached_property
    def _paths(self) -> dict[int, dict[int, int]]:
        """For every cell the walls crossed on the way from cell 0, with 1 or -1 for the direction."""
        paths: dict[int, dict[int, int]] = {0: {}}
        for k, (near, far) in self._tree.items():
            paths[far] = {**paths[near], k: 1 if self.walls[k].cells == (near, far) else -1}
        return paths

    # The polyhedron

    @cached_property
    def polyhedron(self) -> Polyhedron:
        """The polyhedron of decompositions, modulo affine functions, in the coordinates of :attr:`basis`.

        Its recession cone consists of the convex functions on the complex; its rays are the extreme ones.
        """
        columns = list(zip(*self.basis, strict=True)) or [()] * len(self.walls)
        below = dict.fromkeys((0, *column) for column in columns)
        above = dict.fromkeys((-w, *column) for w, column in zip(self.weights, columns, strict=True))
        return Polyhedron.from_rows([*below, *above], ambient_dim=len(self.basis))

    def decomposition(self, point: VectorLike) -> TropicalRational:
        """Return g (/) h for a point of :attr:`polyhedron`; g is 0 on cell 0.

        Raises:
            InputError: if the point does not lie in it.
            VerificationFailed: if g - h is another function than f on some cell.
        """
        y = as_vector(point, len(self.basis))
        if not self.polyhedron.contains(y):
            raise InputError("the point is not in the polyhedron of decompositions, so that g or h is not convex")
        up = self._function(y)
        down = [tuple(a - b for a, b in zip(g, f, strict=True)) for g, f in zip(up, self.forms, strict=True)]
        found = TropicalRational(*(TropicalPolynomial.from_forms(set(forms)) for forms in (up, down)))
        above, below = self._on_cells(found.numerator), self._on_cells(found.denominator)
        for g, h, f in zip(above, below, self.forms, strict=True):
            if g is None or h is None or any(a - b != c for a, b, c in zip(g, h, f, strict=True)):
                raise VerificationFailed("a difference of convex functions is another function on some cell")
        return found

    def convex_function(self, direction: VectorLike) -> TropicalPolynomial:
        """Return the function of a direction of :attr:`polyhedron`, such as a ray; it is 0 on cell 0.

        Raises:
            InputError: if the polyhedron has no such direction, so that the function is not convex.
            VerificationFailed: if the polynomial is another function on some cell.
        """
        y = as_vector(direction, len(self.basis))
        if any(dot(y, column) < 0 for column in zip(*self.basis, strict=True)):
            raise InputError("the function of this direction is not convex; give one of the recession cone")
        forms = self._function(y)
        found = TropicalPolynomial.from_forms(set(forms))
        if self._on_cells(found) != forms:
            raise VerificationFailed("a convex function on the complex is another function on some cell")
        return found

    def _on_cells(self, polynomial: TropicalPolynomial) -> list[Vector | None]:
        """Return the form of a polynomial on every maximal cell, by its values at the generators; None if none."""
        terms = Terms(polynomial)
        return [terms.leading(rows) for rows in self._generators]

    @cached_property
    def _generators(self) -> list[list[Row]]:
        return [_generators(cell) for cell in self.complex.maximal_cells]

    def _function(self, y: Vector) -> list[Vector]:
        """Return the forms on all cells of the function with coordinates y."""
        weights = [dot(y, column) for column in zip(*self.basis, strict=True)] or [Fraction(0)] * len(self.walls)
        forms = []
        for cell in range(self.complex.n_maximal_cells):
            form = (Fraction(0),) * (self.complex.ambient_dim + 1)
            for k, sign in self._paths[cell].items():
                form = tuple(a + sign * weights[k] * b for a, b in zip(form, self.walls[k].row, strict=True))
            forms.append(form)
        return forms

    @cached_property
    def vertices(self) -> tuple[TropicalRational, ...]:
        """The decompositions at the vertices of :attr:`polyhedron`, in their order."""
        return tuple(self.decomposition(vertex) for vertex in self.polyhedron.vertices)

    @cached_property
    def minimal(self) -> tuple[TropicalRational, ...]:
        """The vertices with minimal numbers of pieces of g and h: none has fewer of one and no more of the other.

        Minimal decompositions are vertices, as the paper proves, so only vertices are compared.
        """
        sizes = [(found.numerator.n_terms, found.denominator.n_terms) for found in self.vertices]
        return tuple(
            found
            for found, size in zip(self.vertices, sizes, strict=True)
            if not any(other != size and other[0] <= size[0] and other[1] <= size[1] for other in sizes)
        )

    def bounded_faces(self) -> tuple[Polyhedron, ...]:
        """Return the maximal bounded faces of :attr:`polyhedron`.

        Their points are the irreducible decompositions: g and h have no convex function on the complex in common.
        """
        levels = (self.polyhedron.faces(k) for k in range(self.polyhedron.dim, -1, -1))
        found: list[Polyhedron] = []
        for face in (face for level in levels for face in level if face.is_bounded):
            if not any(larger.contains(face) for larger in found):
                found.append(face)
        return tuple(found)


def decomposition_polyhedron(
    function: TropicalRational | TropicalPolynomial,
    complex: PolyhedralComplex | Fan | None = None,
    *,
    limit: int | None = None,
) -> DecompositionPolyhedron:
    """Return the polyhedron of decompositions of a function on a complete complex.

    Args:
        function: in d variables, affine on every maximal cell.
        complex: a complete polyhedral complex or fan in Q^d; :func:`own_complex` if left out.
        limit: the most maximal cells that the complex may have.

    Raises:
        LimitReached: if it has more; ``partial`` is the number found.
        ShapeError: if function and complex have different dimensions.
        InputError: if the complex is not complete, or the function is not affine on a cell.
        VerificationFailed: if values of the function are not those of its forms.

    >>> from tropical import parse
    >>> found = decomposition_polyhedron(parse("min(max(x, y), max(x, 0), max(y, 0))"))     # the median of x, y, 0
    >>> found.polyhedron.n_vertices, found.polyhedron.n_rays
    (1, 5)
    """
    if isinstance(function, TropicalPolynomial):
        function = TropicalRational.of(function)
    if complex is None:
        complex = own_complex(function, limit=limit)
    if isinstance(complex, Fan):
        cells = tuple(
            Polyhedron.from_generators([(0,) * complex.ambient_dim], c.rays, c.lines) for c in complex.maximal
        )
        complex = PolyhedralComplex(complex.ambient_dim, cells)
    if complex.ambient_dim != function.ambient_dim:
        raise ShapeError(f"a function on Q^{function.ambient_dim} and a complex in Q^{complex.ambient_dim}")
    if limit is not None and complex.n_maximal_cells > limit:
        raise _too_many(limit, complex.n_maximal_cells)
    _check_complete(complex)
    forms = tuple(_forms(function, complex))
    for cell, form in zip(complex.maximal_cells, forms, strict=True):
        if any(function(point) != dot(form, (1, *point)) for point in (cell.interior_point(), *cell.vertices)):
            raise VerificationFailed("the form of the function on a cell of the complex is another one")
    return DecompositionPolyhedron(complex, forms, tuple(_walls(complex)))


def own_complex(function: TropicalRational, *, limit: int | None = None) -> PolyhedralComplex:
    """Return the complete complex on whose cells numerator and denominator are affine.

    Raises:
        LimitReached: if it has more cells than ``limit``; ``partial`` is their number.

    Algorithm:
        They are the regions of the product of both, a sum of convex functions, which is affine where its summands are.
    """
    product = pruned_product(function.numerator, function.denominator)
    if limit is not None and product.n_terms > limit:
        raise _too_many(limit, product.n_terms)
    return product.dual_subdivision.dual_complex()


def _too_many(limit: int, found: int) -> LimitReached:
    return LimitReached(f"the complex has more than {limit} cells; raise the limit, or give a coarser one", found)


def _check_complete(complex: PolyhedralComplex) -> None:
    cells = complex.maximal_cells
    if not cells or any(not cell.is_full_dimensional for cell in cells) or complex.boundary().n_maximal_cells:
        raise InputError("the complex does not cover the space; give one that is complete")


def _forms(function: TropicalRational, complex: PolyhedralComplex) -> Iterator[Vector]:
    """Yield the form of a function on every maximal cell, also where numerator and denominator are not affine."""
    pruned = function.pruned()
    network = maxout_network(pruned)
    for k, cell in enumerate(complex.maximal_cells):
        sides = [_form_on(polynomial, cell) for polynomial in (pruned.numerator, pruned.denominator)]
        if sides[0] is not None and sides[1] is not None:
            yield tuple(a - b for a, b in zip(*sides, strict=True))
            continue
        found = {region.cell.forms for region in activation_regions(network, cell)}
        if len(found) > 1:
            raise InputError(f"the function is not affine on cell {k} of the complex; refine the complex")
        [(form,)] = found
        yield form


def _generators(cell: Polyhedron) -> list[Row]:
    """Return vertices and rays of a cell, and both directions of its lines, as rows."""
    return [*cell.generators, *((0, *(sign * entry for entry in line)) for line in cell.lines for sign in (1, -1))]


def _form_on(polynomial: TropicalPolynomial, cell: Polyhedron) -> Vector | None:
    """Return the form of a polynomial that is the largest on all of a cell, or None."""
    best = polynomial.winners(cell.interior_point())[0]
    ahead = [tuple(a - b for a, b in zip(polynomial.rows[best], row, strict=True)) for row in polynomial.rows]
    if any(dot(row, point) < 0 for row in ahead for point in cell.generators):
        return None
    if any(dot(row[1:], line) for row in ahead for line in cell.lines):
        return None
    return polynomial.forms[best]


def _walls(complex: PolyhedralComplex) -> Iterator[Wall]:
    for i, j, face in complex.dual_graph().edges(data="wall"):
        points = [complex.generators[label] for label in face]
        facets = complex.maximal_cells[i].inequalities
        inner = next(row for row in facets if not any(dot(row, point) for point in points))
        yield Wall((i, j), tuple(-entry for entry in inner))


def _weight(wall: Wall, forms: Sequence[Vector]) -> Fraction:
    """Return w such that the form grows by w row across the wall."""
    before, after = (forms[cell] for cell in wall.cells)
    j = next(j for j, entry in enumerate(wall.row) if entry)
    return (after[j] - before[j]) / wall.row[j]


def _added(path: Mapping[int, int], other: Mapping[int, int], sign: int) -> dict[int, int]:
    return {k: path.get(k, 0) + sign * other.get(k, 0) for k in path.keys() | other.keys()}

"""The hull of rectified images, whose gauge is the least penalty, and matrices for which no image leaves the ball's."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, VectorLike
from polytopes.errors import NoAnswerError
from polytopes.messages import exact_repr
from polytopes.optimization.certificates import Infeasible, Optimal
from polytopes.optimization.linear_program import minimize
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.parameter_space.convex_training.atoms import Atoms, Norm, is_orthogonal
from tropical.parameter_space.convex_training.convex_program import ConvexProgram


def _atoms(points: MatrixLike, norm: Any) -> tuple[ConvexProgram, Atoms]:
    rows = [tuple(row) for row in points]
    program = ConvexProgram(rows, [0] * len(rows), norm)
    if program.norm == 2:
        raise NoAnswerError("the hull of images of the Euclidean ball is no polytope; take the norm 1 or inf")
    return program, Atoms.of(program.data, program.norm)


def rectified_polytope(points: MatrixLike, norm: Any = 1) -> Polyhedron:
    """Return the hull of the images ``(X u)_+`` and ``-(X u)_+`` of the unit ball, for the norms 1 and "inf".

    The least penalty of a network that fits y is the least t >= 0 with y in t times it (Pilanci, Ergen).

    Raises:
        NoAnswerError: for the norm 2.

    >>> rectified_polytope([[1, 0], [0, 1]]).vertices
    ((Fraction(-1, 1), Fraction(0, 1)), (Fraction(0, 1), Fraction(-1, 1)), (Fraction(0, 1), Fraction(1, 1)),
     (Fraction(1, 1), Fraction(0, 1)))
    """
    program, atoms = _atoms(points, norm)
    images = [atoms.image_of(k) for k in range(len(atoms))]
    opposite = [tuple(-entry for entry in image) for image in images]
    return Polyhedron.from_generators([*images, *opposite] or [(0,) * program.data.n_samples])


def gauge(points: MatrixLike, targets: VectorLike, norm: Any = 1) -> Fraction | None:
    """Return the least t >= 0 with y in t times the rectified polytope, None if there is none.

    >>> gauge([[1, 0], [0, 1]], [1, -2])
    Fraction(3, 1)
    """
    found = ConvexProgram(points, targets, norm)
    if found.norm == 2:
        raise NoAnswerError("the gauge of a set that is no polytope; take the norm 1 or inf, or train with bounds")
    return found.optimum().upper


@frozen
class SpikeFreeness:
    """Whether all images ``(A u)_+`` of the unit ball are images ``A v`` of it.

    If not, ``image`` is one that is not, of the unit ``unit`` of norm 1, and ``least_norm`` the least norm of v with
    ``A v = image``, None if there is no such v.
    """

    spike_free: bool
    image: Vector | None = field(default=None, repr=exact_repr)
    unit: Vector | None = field(default=None, repr=exact_repr)
    least_norm: Fraction | None = field(default=None, repr=exact_repr)

    def __bool__(self) -> bool:
        return self.spike_free


def is_spike_free(matrix: MatrixLike, norm: Any = 1) -> SpikeFreeness:
    """Return whether ``{(A u)_+ : |u| <= 1}`` lies in ``{A v : |v| <= 1}``, or else an image that does not.

    Args:
        matrix: A, by rows.
        norm: 1 or "inf"; 2 for matrices with orthogonal rows only, which are spike-free.

    Raises:
        NoAnswerError: for the norm 2 and other matrices.

    Algorithm:
        The image of the ball of v is convex, and the images ``(A u)_+`` lie in the hull of 0 and the atoms; so it is
        enough to find the least norm of a preimage of each atom, by a linear program.

    References:
        T. Ergen, M. Pilanci, Convex geometry and duality of over-parameterized neural networks, JMLR 2021.

    >>> is_spike_free([[1, -1], [-1, 2]])
    SpikeFreeness(spike_free=False, image=(Fraction(0, 1), Fraction(2, 1)), unit=(Fraction(0, 1), Fraction(1, 1)),
                  least_norm=Fraction(4, 1))
    >>> bool(is_spike_free([[2, 1], [1, 2]], "inf"))
    True
    """
    rows = [tuple(row) for row in matrix]
    program = ConvexProgram(rows, [0] * len(rows), norm)
    data = program.data
    if program.norm == 2:
        if is_orthogonal(data.integer_rows):
            return SpikeFreeness(True)
        raise NoAnswerError("for the norm 2 only matrices with orthogonal rows are decided; take the norm 1 or inf")
    atoms = Atoms.of(data, program.norm)
    for k, unit in enumerate(atoms.units):
        image = atoms.image_of(k)
        norm_of_preimage = least_preimage(data.rows, image, program.norm)
        if norm_of_preimage is None or norm_of_preimage > 1:
            size = Fraction(data.scale, atoms.sizes[k])
            return SpikeFreeness(False, image, tuple(size * entry for entry in unit), norm_of_preimage)
    return SpikeFreeness(True)


def least_preimage(rows: tuple[Vector, ...], image: Vector, norm: Norm) -> Fraction | None:
    """Return the least norm of v with ``A v = image``, for the norms 1 and infinity; None if there is none.

    >>> least_preimage(((Fraction(1), Fraction(2)),), (Fraction(1),), 1)
    Fraction(1, 2)
    """
    dim = len(rows[0])
    bounds = dim if norm == 1 else 1
    inequalities: list[Row] = []
    for k, unit in enumerate(identity(dim)):
        bound = tuple(int(j == (k if norm == 1 else 0)) for j in range(bounds))
        inequalities += [(0, *unit, *bound), (0, *(-entry for entry in unit), *bound)]
    equations = [(-value, *row, *[Fraction(0)] * bounds) for row, value in zip(rows, image, strict=True)]
    match minimize([0] * dim + [1] * bounds, inequalities, equations):
        case Optimal(value=value):
            return value
        case Infeasible():
            return None
    raise AssertionError("norms are not negative")

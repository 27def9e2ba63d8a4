"""Training a network with one hidden ReLU layer as a convex program."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, NoAnswerError
from polytopes.messages import made_by
from tropical.parameter_space.convex_training.atoms import Atoms
from tropical.parameter_space.convex_training.cutting_planes import Report
from tropical.parameter_space.convex_training.optimal_set import OptimalSet, optimal_set
from tropical.parameter_space.convex_training.problem import Problem
from tropical.parameter_space.convex_training.regularization_path import RegularizationPath, regularization_path
from tropical.parameter_space.convex_training.trained import Trained
from tropical.parameter_space.convex_training.training import Training


@made_by("write ConvexProgram(points, targets)")
@frozen
class ConvexProgram(Problem):
    """The training of networks ``f(x) = sum_j a_j max(0, u_j . x)`` with any number of units, as a convex program.

    The penalty is ``sum_j |a_j| |u_j|``, which is weight decay: of all multiples ``(s u, a / s)`` of a unit, the least
    ``1/2 (|u|^2 + a^2)`` is ``|u| |a|``.

    Args:
        points: n points of one length; with a filter, signals.
        targets: n numbers; +1 and -1 for the loss "hinge".
        norm: 1, 2 or "inf", of the weights of a unit.
        loss: "interpolate" for the least penalty of a network that fits; "squared" for half the sum of squared errors
            plus beta times the penalty; "hinge" for the sum of ``max(0, 1 - y f(x))`` plus beta times the penalty.
        beta: a positive number, for "squared" and "hinge".
        filter: let the units be filters of this length, and f the sum over all windows of a signal.
        stride, circular: of the windows, see :func:`~tropical.parameter_space.convex_training.patches`.
        bias: give each unit a bias, which is penalized as its weights are.

    Raises:
        InputError: for another norm or loss, beta where it does not belong or is not positive, other
            labels than +1 and -1.
        ShapeError: if lengths do not fit.
        NumberError: if an entry is not a rational number.

    References:
        M. Pilanci, T. Ergen, Neural networks are convex regularizers, ICML 2020, arXiv 2002.10553.

    >>> program = ConvexProgram([[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1])
    >>> found = program.optimum()
    >>> found.value, found.network([-1, 1])
    (Fraction(7, 1), (Fraction(2, 1),))
    """

    def optimum(self, limit: int | None = None, progress: Report | None = None) -> Trained:
        """Return an optimal network with its proof, or the proof that no network fits.

        Args:
            limit: raise LimitReached if there are more atoms.
            progress: called with the bounds that are known, now and then.

        Raises:
            LimitReached: if there are more than ``limit`` atoms.
        """
        return Training(self, limit, progress).run()

    def optimal_set(self, limit: int | None = None) -> OptimalSet:
        """Return the polytope of all optimal networks; arguments and errors as of :func:`.optimal_set.optimal_set`.

        >>> found = ConvexProgram([[1, 0], [0, 1], [1, 1]], [1, 1, 2]).optimal_set()
        >>> found.dim, len(found.vertices), found.least_blocks, len(found.networks)
        (2, 4, 1, 2)
        """
        return optimal_set(self.optimum(), limit)

    def path(self, progress: Callable[[int], None] | None = None) -> RegularizationPath:
        """Return the optima of the squared loss for all beta, exactly; norms 1 and "inf".

        Args:
            progress: called with the number of optima that were solved for.

        Raises:
            InputError: for the loss "hinge".
            NoAnswerError: for the norm 2.

        >>> path = ConvexProgram([[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1]).path()
        >>> [str(beta) for beta in path.breakpoints], str(path.value("1/10"))
        (['1/7', '2/5', '2'], '59/100')
        """
        if self.loss == "hinge":
            raise InputError("the path is that of the squared loss; leave the loss hinge out")
        if self.norm == 2:
            raise NoAnswerError("the path of the norm 2 is not piecewise rational; take the norm 1 or inf")
        return regularization_path(self.targets, Atoms.of(self.data, self.norm), progress)

    def beta_max(self) -> Fraction | RadicalSum:
        """Return the least beta for which the network 0 is optimal with the squared loss: h(y).

        For the norm 2 it is the square root of a rational number.

        >>> ConvexProgram([[1, 0], [0, 1], [-1, 1], [1, 1]], [1, -1, 2, 1]).beta_max()
        Fraction(2, 1)
        """
        if self.norm == 2:
            from tropical.parameter_space.convex_training.euclidean.radical_values import greatest_support

            return greatest_support(self.data, self.targets)
        return Atoms.of(self.data, self.norm).support(self.targets)[0]

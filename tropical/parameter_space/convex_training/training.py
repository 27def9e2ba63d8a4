"""The work on a training problem, which may be stopped, and the comparison of the network found with the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polytopes.errors import VerificationFailed
from tropical.parameter_space.convex_training.atoms import Atoms
from tropical.parameter_space.convex_training.cutting_planes import Bounds, CuttingPlanes, Report
from tropical.parameter_space.convex_training.problem import Problem
from tropical.parameter_space.convex_training.trained import Trained, Unit, penalty_of

if TYPE_CHECKING:
    from tropical.parameter_space.convex_training.euclidean.bounds import EuclideanTraining


class Training:
    """The work on a program, which can be stopped: ``partial`` is what is known then."""

    def __init__(self, program: Problem, limit: int | None = None, progress: Report | None = None) -> None:
        self.program, self.limit, self.progress = program, limit, progress
        self.work: CuttingPlanes | EuclideanTraining | None = None

    def run(self) -> Trained:
        """Return the answer."""
        if self.program.norm == 2 and self.program.data.dim > 1:
            from tropical.parameter_space.convex_training.euclidean.bounds import EuclideanTraining

            self.work = EuclideanTraining(self.program, self.limit, self.progress)
            found = self.work.run()
            if found.feasible:
                check_network(found)
            return found
        atoms = Atoms.of(self.program.data, self.program.norm, self.limit)
        self.work = CuttingPlanes(self.program.dual_loss, atoms, self.progress)
        return self._trained(self.work.run(), atoms, True)

    def partial(self) -> Trained | None:
        """Return bounds from what was found until now, None if that is nothing."""
        if isinstance(self.work, CuttingPlanes):
            return self._trained(self.work.settle(), self.work.atoms, False)
        found = None if self.work is None else self.work.partial()
        if found is not None:
            check_network(found)
        return found

    def _trained(self, bounds: Bounds, atoms: Atoms, complete: bool) -> Trained:
        data = self.program.data
        units = []
        for k, factor in bounds.coefficients.items():
            share = abs(factor) * data.scale / atoms.sizes[k]
            units.append(Unit(1 if factor > 0 else -1, tuple(share * entry for entry in atoms.units[k])))
        feasible = False if bounds.ray is not None else True if bounds.upper is not None else None
        found = Trained(
            self.program,
            feasible,
            bounds.lower,
            bounds.upper,
            tuple(units),
            bounds.dual,
            len(atoms),
            complete,
        )
        if found.upper is not None:
            check_network(found)
        return found


def check_network(trained: Trained) -> None:
    """Compare the network that was found with the problem: its fit, and its loss.

    Raises:
        VerificationFailed: if its loss is not the upper bound, or the network is not the sum of its units.
    """
    program = trained.program
    values = tuple(trained.network(point)[0] for point in program.points)
    if values != trained.fit or (program.loss == "interpolate" and values != program.targets):
        raise VerificationFailed("the network has other values at the data than it should have")
    if program.dual_loss.primal(values, penalty_of(trained.units, program.norm)) != trained.upper:
        raise VerificationFailed("the network has another loss than the optimum")

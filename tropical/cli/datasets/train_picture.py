"""The picture that ``tropical train --plot`` draws: the dual certificate, the path, or the rectified polytope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from polytopes.errors import InputError
from tropical.cli.arguments import refuse_unused
from tropical.cli.networks.pictures import check_picture
from tropical.cli.scenes import WindowOptions
from tropical.cli.tables import note

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tropical.parameter_space.convex_training.problem import Problem
    from tropical.parameter_space.convex_training.regularization_path import RegularizationPath
    from tropical.parameter_space.convex_training.trained import Trained

POINTS = 400
"""Values of beta at which a path is drawn."""
BEYOND = 1.1
"""How far it is drawn, as a multiple of the last breakpoint."""


def check_plot(plot: Path | None, program: Problem, path: bool, window: WindowOptions) -> None:
    """Refuse a picture that cannot be drawn, and a window that it has not."""
    window.check_window(plot)
    if plot is None:
        return
    if path or program.data.dim != 2:
        refuse_unused("is about units with two weights, drawn without --path; leave it out", window=window.window)
    window.read_window(2)
    check_picture(plot)
    if path or program.data.dim == 2:
        return
    has_gauge = program.data.n_samples == 3 and program.filter is None and not program.bias
    if not has_gauge or program.norm == 2 or program.loss != "interpolate":
        raise InputError(
            "--plot draws units with two weights, or with --path optima along beta, or interpolation at three points "
            "for the norms 1 and inf, without biases and filters; these data have none of this"
        )


def draw(
    plot: Path, program: Problem, trained: Trained | None, path: RegularizationPath | None, window: WindowOptions
) -> None:
    """Draw what was found, or say why nothing is drawn."""
    from polytopes.drawing.figures import save_picture

    figure = None
    if path is not None:
        figure = path_figure(path)
    elif trained is not None and trained.feasible and trained.complete:
        is_planar = program.data.dim == 2
        figure = certificate_figure(trained, window.read_window(2)) if is_planar else gauge_figure(trained)
    if figure is None:
        note(f"{plot} was not drawn, because there is no optimal network to draw, or the polytope is flat")
        return
    save_picture(figure, plot)
    note(f"the picture is in {plot}")


def certificate_figure(trained: Trained, window: object = None) -> Figure:
    """Return the picture of data in the plane with the dual certificate on the circle."""
    from polytopes.drawing.figures import floats
    from tropical.pictures.training import plot_dual_certificate

    program, data = trained.program, trained.program.data
    duals = [float(trained.dual[i // len(data.places)]) for i in range(len(data.rows))]
    units = list(
        zip([unit.sign for unit in trained.units], floats(unit.weights for unit in trained.units), strict=True)
    )
    bound = float(program.dual_loss.bound)
    return plot_dual_certificate(floats(data.rows), duals, units, str(program.norm), bound, window=window)


def path_figure(path: RegularizationPath) -> Figure:
    """Return the picture of a path of regularization."""
    from fractions import Fraction

    from tropical.pictures.training import PathPoints, plot_regularization_path

    most = float(path.breakpoints[-1]) * BEYOND if path.breakpoints else 1.0
    betas = sorted({*(most * (i + 1) / POINTS for i in range(POINTS)), *map(float, path.breakpoints)})
    exact = [Fraction(beta) for beta in betas]
    points = PathPoints(
        betas,
        [float(path.value(beta)) for beta in exact],
        [float(path.penalty(beta)) for beta in exact],
        [[float(entry) for entry in path.residual(beta)] for beta in exact],
        [float(beta) for beta in path.breakpoints],
        [piece.units for piece in path.pieces],
    )
    return plot_regularization_path(points, [float(y) for y in path.targets])


def gauge_figure(trained: Trained) -> Figure | None:
    """Return the picture of the rectified polytope of three samples; None if it is flat or the targets are 0."""
    from polytopes.drawing.figures import floats
    from tropical.parameter_space.convex_training.rectified_hull import rectified_polytope
    from tropical.pictures.training import plot_gauge

    data = trained.program.data
    body = rectified_polytope(trained.program.points, trained.program.norm)
    if body.dim < 3 or not trained.upper:
        return None
    facets = [floats(facet.vertices) for facet in body.facets()]
    return plot_gauge(facets, [float(y) for y in data.targets], float(trained.upper))

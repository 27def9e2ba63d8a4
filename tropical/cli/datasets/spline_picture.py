"""The picture that ``tropical spline --plot`` draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tropical.representations.splines.interpolation import LineData
    from tropical.representations.splines.line_classification import LineClassifier
    from tropical.representations.splines.linear_spline import LinearSpline
    from tropical.representations.splines.wide_interpolant import WideInterpolant


def figure_of(
    data: Sequence[LineData],
    function: LinearSpline,
    classifiers: Sequence[LineClassifier],
    wide: Sequence[WideInterpolant],
) -> Figure:
    """Return the picture of what was found."""
    from tropical.pictures.splines import plot_line_classifier, plot_spline, plot_wide

    if classifiers:
        return plot_line_classifier(classifiers[0])
    return plot_wide(wide[0]) if wide else plot_spline(data[0], function)

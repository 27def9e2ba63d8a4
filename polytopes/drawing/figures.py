"""What all pictures share: matplotlib on demand, their style, the coordinates that are drawn, and files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, cast

from polytopes.drawing.shapes import text_size
from polytopes.errors import DomainError, InputError, MissingExtraError
from polytopes.output_files import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("pdf", "pgf", "png", "svg")
ENGINES = ("pdflatex", "lualatex", "xelatex")
"""Programs of LaTeX, the first of which that is there measures the texts of a .pgf file."""

TINTS = ("#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#DDDDDD")
"""The scheme "light" of Paul Tol (2021), made for filled areas and told apart by colour-blind readers."""
CLASS_TINTS = (TINTS[0], TINTS[2], *TINTS[3:], TINTS[1])
"""Tints of the regions of classes."""
DARK = ("#114477", "#A83A16", "#0B5C45", "#A6194A", "#5F6A00", "#0B7FAB", "#3A3A3A", "#857000")
"""Dark colors of the points of classes, in the order of CLASS_TINTS."""
INK, THIN = "#1A1A1A", "#8C8C8C"
NOTE_SIZE, LEGEND_SIZE = 7, 8.5
BELOW = 34
"""Points of length from the axes down to a legend below them: labels of ticks and of the axis are between."""
STYLE = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.labelsize": 10,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": LEGEND_SIZE,
    "pdf.fonttype": 42,
    "pgf.rcfonts": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "tropical",
    "savefig.dpi": 300,
}


def pyplot() -> Any:
    """Return matplotlib.pyplot.

    Raises:
        MissingExtraError: if matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot
    except ImportError:
        raise MissingExtraError("matplotlib", "plot", "drawing") from None
    return matplotlib.pyplot


def picture_format(path: str | PathLike[str]) -> str:
    """Return the format a file's ending names.

    Raises:
        InputError: if it names none, or a .pgf file is to be written without LaTeX.

    >>> picture_format("regions.PDF")
    'pdf'
    """
    ending = Path(path).suffix[1:].lower()
    if ending not in FORMATS:
        raise InputError(f"{path}: a picture is a {', '.join(FORMATS)} file; let the name end in one of these")
    if ending == "pgf" and latex_engine() is None:
        raise InputError(f"{path}: texts in a .pgf file are measured by LaTeX, and there is none; write a .pdf file")
    return ending


def save_picture(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a picture to a pdf, pgf, png or svg file and close it. The same picture gives the same bytes.

    A .pgf file is included in a LaTeX document by ``\\input`` and set in its fonts.

    Raises:
        InputError: if the ending names no format, the file cannot be written, or for a .pgf file there is no LaTeX.
    """
    kind, stream = picture_format(path), io.BytesIO()
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
    with style():
        figure.savefig(stream, format=kind, bbox_inches="tight", pad_inches=0.03, metadata=metadata)
    pyplot().close(figure)
    write_bytes(Path(path), stream.getvalue())


def latex_engine() -> str | None:
    """Return the program of LaTeX that measures texts, None if there is none."""
    return next((name for name in ENGINES if which(name)), None)


def new_figure(width: float, height: float, ax: Axes | None = None) -> tuple[Figure, Axes]:
    """Return an empty figure, its size in inches; or the figure of axes that are given, with these."""
    if ax is not None:
        return cast("Figure", ax.get_figure(root=True)), ax
    figure, axes = pyplot().subplots(figsize=(width, height), layout="constrained")
    return figure, axes


def new_panels(
    width: float,
    height: float,
    columns: int = 1,
    rows: int = 1,
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
    **options: Any,
) -> tuple[Figure, list[Any]]:
    """Return an empty figure with panels, row by row; or the figure of axes that are given for them, with these.

    Args:
        width, height: of a new figure in inches, unless ``figsize`` is given.
        columns, rows: how many panels there are.
        ax: axes, or as many as there are panels in a sequence or array, such as those that ``subplots`` returns.
        figsize: width and height of a new figure in inches.
        options: for ``subplots``.

    Raises:
        InputError: if there are not as many axes as panels.
    """
    if ax is None:
        size = figsize or (width, height)
        figure, grid = pyplot().subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, **options)
        return figure, list(grid.ravel())
    given = list(ax.ravel()) if hasattr(ax, "ravel") else list(ax) if isinstance(ax, Sequence) else [ax]
    if len(given) != rows * columns:
        raise InputError(f"{len(given)} axes for a picture of {rows * columns} panels; give one for each")
    return cast("Figure", given[0].get_figure(root=True)), given


def space_axes(ax: Axes | None, figsize: tuple[float, float]) -> tuple[Figure, Any]:
    """Return an empty figure with axes in space, or the axes that are given with their figure.

    Raises:
        InputError: for axes of the plane.
    """
    if ax is None:
        figure = pyplot().figure(figsize=figsize, layout="constrained")
        return figure, figure.add_subplot(projection="3d")
    if getattr(ax, "name", "") != "3d":
        raise InputError('a picture in space needs axes in space: figure.add_subplot(projection="3d")')
    return cast("Figure", ax.get_figure(root=True)), ax


def floats(points: Any) -> list[tuple[float, ...]]:
    """Return points as they are drawn.

    Raises:
        DomainError: if a coordinate is too large.
    """
    try:
        return [tuple(float(entry) for entry in point) for point in points]
    except OverflowError:
        raise DomainError("a coordinate of the picture is too large for floating point; scale the network") from None


def style(ax: Axes | None = None) -> Any:
    """Return the context in which a figure is drawn; in axes that are given the style is that of their figure."""
    import matplotlib

    if ax is not None:
        return nullcontext()

    return matplotlib.rc_context({**STYLE, "pgf.texsystem": latex_engine() or ENGINES[0]})


def legend_text(text: str) -> str:
    """Return a text as matplotlib shows it as it is: dollars begin no formula, and no entry is left out.

    >>> legend_text("_5 $")
    '\\u200b_5 \\\\$'
    """
    return ("\u200b" if text.startswith("_") else "") + text.replace("$", r"\$")


def draw_legend(axes: Axes, below: bool = False) -> None:
    """Draw the legend of what has a label, if anything has: beside the axes, or below them.

    Things with one label share an entry.
    """
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.transforms import ScaledTranslation

    entries: dict[str, list[Any]] = {}
    for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
        entries.setdefault(name, []).append(handle)
    if not entries:
        return
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
    figure = cast("Figure", axes.get_figure(root=True))
    if below:
        down = axes.transAxes + ScaledTranslation(0, -BELOW / 72, figure.dpi_scale_trans)
        place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "bbox_transform": down}
        widest = max(text_size(name, LEGEND_SIZE)[0] for name in entries) + 3.5 * LEGEND_SIZE
        place["ncols"] = max(1, int(axes.get_window_extent().width * 72 / figure.dpi / widest))
    handles = [own[0] if len(own) == 1 else tuple(own) for own in entries.values()]
    together = {tuple: HandlerTuple(ndivide=None, pad=0.2)}
    look: dict[str, Any] = {"frameon": False, "borderaxespad": 0, "handlelength": 2.0, "columnspacing": 1.2}
    axes.legend(handles, list(entries), handler_map=together, fontsize=LEGEND_SIZE, **look, **place)
    engine = figure.get_layout_engine()
    if engine is not None and not below:
        engine.execute(figure)  # once is too little beside axes of true proportions: names of axes are cut off


def set_limits(axes: Axes, low: Sequence[float], high: Sequence[float]) -> None:
    """Show a part of the plane, in true proportions unless it is very long."""
    (left, bottom), (right, top) = low, high
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_aspect("equal" if 0.6 < (top - bottom) / (right - left) < 1.7 else "auto")


def draw_note(axes: Axes, text: str) -> None:
    """Write a small note above the upper right corner of axes."""
    if text:
        axes.set_title(text, loc="right", fontsize=NOTE_SIZE, color="0.35", pad=3)

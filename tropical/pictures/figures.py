"""What all pictures share: matplotlib on demand, their style, the coordinates that are drawn, and files."""

from __future__ import annotations

import io
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from polytopes.errors import DomainError, InputError, MissingExtraError
from polytopes.output_files import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("pdf", "png", "svg")

TINTS = ("#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#DDDDDD")
"""The scheme "light" of Paul Tol (2021), made for filled areas and told apart by colour-blind readers."""
STYLE = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.labelsize": 10,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 8.5,
    "pdf.fonttype": 42,
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
        InputError: if it names none.

    >>> picture_format("regions.PDF")
    'pdf'
    """
    ending = Path(path).suffix[1:].lower()
    if ending not in FORMATS:
        raise InputError(f"{path}: a picture is a {', '.join(FORMATS)} file; let the name end in one of these")
    return ending


def save_picture(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a picture to a pdf, png or svg file and close it. The same picture gives the same bytes.

    Raises:
        InputError: if the ending names no format, or the file cannot be written.
    """
    kind, stream = picture_format(path), io.BytesIO()
    metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
    with style():
        figure.savefig(stream, format=kind, bbox_inches="tight", pad_inches=0.03, metadata=metadata)
    pyplot().close(figure)
    write_bytes(Path(path), stream.getvalue())


def new_figure(width: float, height: float, ax: Axes | None = None) -> tuple[Figure, Axes]:
    """Return an empty figure, its size in inches; or the figure of axes that are given, with these."""
    if ax is not None:
        return cast("Figure", ax.get_figure(root=True)), ax
    figure, axes = pyplot().subplots(figsize=(width, height), layout="constrained")
    return figure, axes


def floats(points: Any) -> list[tuple[float, ...]]:
    """Return points as they are drawn.

    Raises:
        DomainError: if a coordinate is too large.
    """
    try:
        return [tuple(float(entry) for entry in point) for point in points]
    except OverflowError:
        raise DomainError("a coordinate of the picture is too large for floating point; scale the network") from None


def style() -> Any:
    """Return the context in which a figure is drawn."""
    import matplotlib

    return matplotlib.rc_context(STYLE)

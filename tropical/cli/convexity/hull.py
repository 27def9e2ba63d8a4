"""The command ``tropical hull``: tropical polytopes and arrangements of hyperplanes, and where points lie."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import ShapeError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.assumptions import assume
from tropical.cli.convexity import hull_document as parts
from tropical.cli.convexity.hull_table import show
from tropical.cli.convexity.slopes import Asked, BridgeOptions, answer_bridge
from tropical.cli.exports import ComplexFile, check_complex_file, export
from tropical.cli.networks.pictures import check_picture
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded, held_signals, running_count
from tropical.cli.scenes import WindowOptions
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note
from tropical.convexity.checker import FORMAT

if TYPE_CHECKING:
    from tropical.convexity.polytope import TropicalPolytope

KEYS = (
    *("n", "d", "points", "f_vector", "torus_f_vector", "pseudovertices", "extreme"),
    *("dim", "tropical_rank", "generic", "polytrope", "polytrope_witness"),
)
NOTHING: Document = {
    "format": FORMAT,
    "source": None,
    "convention": "max",
    "arrangement": None,
    **dict.fromkeys(KEYS),
    "complete": False,
    "stopped_by": None,
    "seconds": 0.0,
    "version": __version__,
}
DRAWN = (3, 4)
"""Numbers of coordinates of what is drawn."""


@frozen
class HullOptions:
    """What is asked of the points."""

    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="X0,...", help="Ask where a point lies; may be repeated.", show_default=False),
    ] = None
    min_: Annotated[
        bool, typer.Option("--min", help="Take minima in place of maxima; oo stands for no coordinate.")
    ] = False
    arrangement: Annotated[
        bool,
        typer.Option("--arrangement", help="The points are apices of hyperplanes: list the cells of these."),
    ] = False
    cells: Annotated[bool, typer.Option("--cells", help="List the covectors of all cells.")] = False
    halfspaces: Annotated[
        bool, typer.Option("--halfspaces", help="List half-spaces whose intersection is the polytope.")
    ] = False
    irredundant: Annotated[
        bool, typer.Option("--irredundant", help="With --halfspaces: leave out those that can be left out.")
    ] = False
    subdivision: Annotated[
        bool, typer.Option("--subdivision", help="List the dual subdivision, with volumes of mixed cells.")
    ] = False
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N pseudovertices or cells.")
    ] = None
    deadline: Deadline = None


@frozen
class HullFiles(WindowOptions):
    """Files that are written beside the answer, and what the picture shows."""

    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw 3 or 4 coordinates, or a plane of offsets: .pdf, .svg or .png.",
            show_default=False,
        ),
    ] = None
    export: ComplexFile = None

    def check(self) -> None:
        """Refuse endings that name no kind of file, and a window without a picture."""
        self.check_window(self.plot)
        if self.plot is not None:
            check_picture(self.plot)
        check_complex_file(self.export)

    def write(self, polytope: TropicalPolytope, whole: bool) -> None:
        """Write the complex of the polytope, or of the whole torus, and the picture."""
        if self.export is not None:
            export(polytope.torus_complex() if whole else polytope.complex(), self.export, "the complex")
        if self.plot is not None:
            from polytopes.drawing.figures import save_picture
            from tropical.pictures.tropical_polytopes import plot_tropical_polytope

            window = self.read_window(polytope.n_columns - 1)
            save_picture(plot_tropical_polytope(polytope, window=window), self.plot)


@command(Panel.functions, NOTHING, also="polytope")
def hull(
    source: Annotated[
        Path, typer.Argument(metavar="POINTS", help="A table: a point on each line, -oo allowed.", show_default=False)
    ],
    *,
    options: HullOptions,
    bridge: BridgeOptions,
    files: HullFiles,
    answer: Answer,
) -> Stop | None:
    """Find the tropical polytope of points: covectors, pseudovertices, cells, extreme points, half-spaces.

    The convention is max; sums with a constant vector are one point. With --arrangement the points are the apices of
    max-hyperplanes, whose bounded cells are the min-polytope of the apices. With --slopes the points are data, and the
    cells are the activation patterns of affine forms with these slopes; --at then names offsets. 'tropical check'
    verifies the document. 'tropical polytope' is another name of this command.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit or by the clock, with what is known; 4 every cell has a line;
    130 Ctrl-C.
    """
    answer.check(source, bridge.slopes, others=(files.plot, files.export))
    files.check()
    interrupts_are_raised()
    if bridge.slopes is not None:
        reason = "is of points, not of data with --slopes; leave it out"
        own = {"min": options.min_, "arrangement": options.arrangement, "export": files.export, "window": files.window}
        own |= {"halfspaces": options.halfspaces, "irredundant": options.irredundant}
        refuse_unused(reason, subdivision=options.subdivision, **own)
        asked = Asked(options.at or [], options.cells, options.limit, options.deadline, files.plot)
        return answer_bridge(source, bridge, asked, answer)
    refuse_unused("needs --slopes; give them", signs=bridge.signs, fit=bridge.fit)
    if not options.halfspaces:
        refuse_unused("is of half-spaces; give --halfspaces too", irredundant=options.irredundant)
    started = time.perf_counter()
    named = "min" if options.min_ else "max"
    convention = "min" if options.min_ != options.arrangement else "max"
    found: Document = {**NOTHING, "source": str(source), "convention": convention}
    found["arrangement"] = named if options.arrangement else None
    listing: list[TropicalPolytope] = []
    stopped_by = guarded(options.deadline, lambda: _work(source, options, files, found, listing))
    if listing and found["pseudovertices"] is None:
        # Not in the work: the alarm rings on, and would stop this too if there is much to write down.
        with held_signals():
            found.update(parts.about_cells(listing[0]))
    if stopped_by is not None and (files.plot or files.export):
        note("pictures and exports are written when all is known, not now")
    ending = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    answer.publish({**found, **ending, "version": __version__}, show, KNOWN)
    return stopped_by


def _work(
    source: Path, options: HullOptions, files: HullFiles, found: Document, listing: list[TropicalPolytope]
) -> None:
    """Fill the document; what is known when this is stopped stays in it, and in the polytope that is listed."""
    from tropical.convexity.polytope import TropicalPolytope

    points = parts.read_entries(source, found["convention"])
    with running_count("pseudovertices or cells") as progress:
        polytope = TropicalPolytope.of(points, options.limit, progress, convention=found["convention"])
        if polytope.left_out:
            rows = ", ".join(map(str, polytope.left_out))
            assume(source, f"rows without a finite coordinate are left out, of number {rows}, counted from 0")
        if files.plot is not None and polytope.n_columns not in DRAWN:
            raise ShapeError(f"--plot draws points with 3 or 4 coordinates, these have {polytope.n_columns}")
        if files.plot is not None and not polytope.is_finite:
            raise ShapeError("--plot draws points with finite coordinates, and these have infinite ones")
        if files.window is not None:
            files.read_window(polytope.n_columns - 1)
        asked = dict.fromkeys(parts.asked_point(text, polytope) for text in options.at or [])
        found.update(parts.about_points(polytope))
        if asked:
            found["at"] = [parts.where(polytope, point) for point in asked]
        listing.append(polytope)
        found["generic"] = parts.about_generic(polytope)
        _ = polytope.decomposition.cells
        found.update(parts.about_cells(polytope))
        lists: Document = {}
        if options.halfspaces:
            lists["halfspaces"] = [half.as_dict() for half in polytope.halfspaces(options.irredundant)]
            lists |= {"irredundant": True} if options.irredundant else {}
        if options.cells:
            lists["cells"] = parts.cells_listed(polytope)
        if options.subdivision:
            lists["subdivision"] = parts.subdivision_document(polytope)
        found.update(lists)
    files.write(polytope, options.arrangement)

"""The command ``tropical init``: constants of maxout units, gradients of an architecture, and those of a network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from polytopes.errors import InputError, UnsupportedError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, ReadingOptions, integers, naming, read_network, refuse_unused
from tropical.cli.documents import network_document
from tropical.cli.networks.init_table import show
from tropical.cli.networks.pictures import check_picture
from tropical.cli.options import Deadline, Limit
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, progress_bar

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.square_gradients import SquareGradients
    from tropical.regions.surveys.survey import Survey

MOST_ROWS = 10_000
"""Ranks in a table."""
KNOWN = "this is what was computed by then"


@frozen
class UnitOptions:
    """The units, and the architecture that is made of them."""

    rank: Annotated[
        int | None, typer.Option(metavar="K", help="The number of forms of a maxout unit.", show_default=False)
    ] = None
    widths: Annotated[
        str | None,
        typer.Option(
            metavar="N,N,...",
            help="Widths of an architecture: inputs, hidden layers of maxout units, outputs.",
            show_default=False,
        ),
    ] = None
    c: Annotated[
        str | None,
        typer.Option(
            "--c", metavar="C", help="Weights have variance C over fan-in; 1/M, if not given.", show_default=False
        ),
    ] = None
    gain: Annotated[bool, typer.Option("--gain", help="Weights have variance 1/M over fan-in.")] = False
    constants: Annotated[
        str | None,
        typer.Option(
            "--constants",
            metavar="CBIAS,CGRAD",
            help="Constants of the published bounds of expected numbers of regions, in a cube of volume 1 or --box.",
            show_default=False,
        ),
    ] = None
    digits: Annotated[int, typer.Option(metavar="D", min=1, max=50, help="Digits of the enclosures.")] = 15
    table: Annotated[
        int | None,
        typer.Option(metavar="KMAX", min=1, max=MOST_ROWS, help="A table of all ranks up to KMAX.", show_default=False),
    ] = None

    def check(self, network: Path | None) -> None:
        """Refuse options that exclude each other, or do nothing."""
        if self.c is not None and self.gain:
            raise InputError("--c and --gain are both given; give one of them")
        if self.table is not None:
            refuse_unused(
                "does nothing in a table of all ranks; leave --table out",
                rank=self.rank,
                widths=self.widths,
                network=network,
                **self.of_architecture,
            )
        elif network is not None:
            refuse_unused("is read from the network; leave it out", rank=self.rank, widths=self.widths)
        elif self.rank is None:
            raise InputError("no rank; give --rank K, --table KMAX, or --network FILE")
        elif self.widths is None:
            reason = "is for an architecture; give --widths too"
            refuse_unused(reason, **self.of_architecture)

    @property
    def of_architecture(self) -> dict[str, object]:
        """The options that say something of an architecture."""
        return {"c": self.c, "gain": self.gain, "constants": self.constants}

    @property
    def named_widths(self) -> tuple[int, ...] | None:
        """The widths that are given."""
        from tropical.initialization.gradients import checked_widths

        return None if self.widths is None else checked_widths(integers(self.widths, "--widths"))


@command(Panel.networks, {"complete": False, "stopped_by": None, "version": __version__})
def init(
    options: UnitOptions,
    *,
    network: Annotated[
        Path | None,
        typer.Option(
            "--network",
            metavar="FILE",
            help="A maxout network: its architecture, and with a domain the squared norms of its Jacobians, exactly.",
            show_default=False,
        ),
    ] = None,
    reading: ReadingOptions,
    where: DomainOptions,
    limit: Limit = None,
    deadline: Deadline = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw a table, or gradients of an architecture by depth: .pdf, .svg or .png."
        ),
    ] = None,
    answer: Answer,
) -> Stop | None:
    """Compute constants of maxout units that tell how to initialize networks, with certified digits.

    With --widths: bounds of the mean squared gradient, and numbers of regions that are sharp or expected.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock, with what is known; 4 network not supported; 130 Ctrl-C.
    """
    where.check()
    options.check(network)
    if network is None:
        refuse_unused("is for reading a network; give --network too", **reading.given)
    has_domain = where.box is not None or where.domain is not None
    if has_domain and network is None and options.constants is None:
        raise InputError("a domain is for the Jacobians of a network, or for --constants; give one of them too")
    if limit is not None and not (has_domain and network is not None):
        raise InputError("--limit is for a walk over regions; give --network and a domain too")
    if plot is not None:
        if options.table is None and options.widths is None and network is None:
            raise InputError("--plot draws a table or an architecture; give --table, --widths or --network too")
        check_picture(plot)
    answer.check(network, where.domain, others=(plot,))
    interrupts_are_raised()
    work = Work(options, network, reading, where, limit)
    stopped_by = guarded(deadline, work.run)
    work.finish()
    tail = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": work.seconds, "version": __version__}
    answer.publish({**work.found, **tail}, show, KNOWN)
    if plot is not None:
        if stopped_by is not None:
            note(f"{plot} is not written: not all was computed")
        else:
            work.draw(plot)
    return stopped_by


class Work:
    """What is computed, kept in ``found`` as it becomes known."""

    def __init__(
        self,
        options: UnitOptions,
        path: Path | None,
        reading: ReadingOptions,
        where: DomainOptions,
        limit: int | None,
    ) -> None:
        self.options = options
        self._reading = reading
        self.found: Document = {}
        self._path = path
        self._where = where
        self._limit = limit
        self._started = time.perf_counter()
        self._moments: list[Any] = []
        self._architecture: tuple[tuple[int, ...], int] | None = None
        self._survey: Survey[SquareGradients] | None = None

    @property
    def seconds(self) -> float:
        """The time since the work began."""
        return time.perf_counter() - self._started

    def run(self) -> None:
        """Compute what the options ask for."""
        from tropical.initialization.moments import maxout_moments

        options = self.options
        if options.table is not None:
            self._table(options.table)
            return
        network = None if self._path is None else read_network(self._path, self._reading)
        units = self._units(network)
        if units is not None:
            widths, rank = units
            self.found |= maxout_moments(rank, options.digits).as_dict()
        dim = network.input_dim if network is not None else widths[0] if units is not None and widths else 0
        domain = self._domain(dim)
        if units is not None and widths:
            self._describe(widths, rank, domain)
        if network is not None and domain is not None:
            self._measure(network, domain)

    def _units(self, network: Network | None) -> tuple[tuple[int, ...], int] | None:
        """Return widths, none if only a rank is given, and the rank; None for a network that is none of maxout units.

        Raises:
            UnsupportedError: for such a network without a domain, where nothing is left to compute.
        """
        if network is None:
            assert self.options.rank is not None, "a rank is given, or a network"
            return self.options.named_widths or (), self.options.rank
        from tropical.initialization.architecture import architecture_of

        self.found["network"] = network_document(network, str(self._path))
        try:
            return architecture_of(network)
        except UnsupportedError as error:
            if self._where.box is None and self._where.domain is None:
                raise
            refuse_unused(f"is for maxout networks; leave it out. {error}", **self.options.of_architecture)
            note(f"only the Jacobians are measured: {error}")
            return None

    def _table(self, last: int) -> None:
        from tropical.initialization.moments import maxout_moments

        rows = self.found["table"] = []
        with running_count("ranks") as progress:
            for rank in range(1, last + 1):
                self._moments.append(maxout_moments(rank, self.options.digits))
                rows.append(self._moments[-1].as_dict())
                progress(rank)

    def _domain(self, dim: int) -> Polyhedron | None:
        domain, read = self._where.read(dim, None) if dim else (None, None)
        if domain is not None:
            if not domain.is_bounded:
                raise InputError("the domain is unbounded; give a bounded one")
            self.found["domain"] = read
        return domain

    def _describe(self, widths: tuple[int, ...], rank: int, domain: Polyhedron | None) -> None:
        """Add what is known of all networks of an architecture."""
        from tropical.initialization.gradients import OWN_GAIN, gradient_bounds
        from tropical.regions.bounds import bound_by_sizes
        from tropical.regions.expected_bounds import expected_growth, single_layer_maximum

        options = self.options
        with naming("--c", options.c or OWN_GAIN):
            bounds = gradient_bounds(widths, rank, options.c or OWN_GAIN, options.digits)
        self._architecture = widths, rank
        self.found |= {"widths": list(widths), "c": bounds.c.as_dict(), "gradient": bounds.as_dict()}
        hidden = widths[1:-1]
        if not hidden:
            return
        self.found["regions"] = {
            "first_layer_maximum": single_layer_maximum(widths[0], [rank] * hidden[0]),
            "upper_bound": bound_by_sizes([[rank] * width for width in hidden], widths[0]).value,
            "growth": expected_growth(sum(hidden), rank, widths[0]).as_dict(),
        }
        if options.constants is not None:
            self.found["regions"] |= _expected(options.constants, sum(hidden), rank, widths[0], domain)

    def _measure(self, network: Network, domain: Polyhedron) -> None:
        """Add the squared norms of the Jacobians of a network."""
        from polytopes.enumeration.limits import Limits
        from tropical.regions.activation_regions import Walk
        from tropical.regions.surveys.square_gradients import SquareGradientSurvey

        self._survey = SquareGradientSurvey(domain=domain)
        with progress_bar(self._limit, network, domain, False) as progress:
            limits: Limits[Any] = Limits(self._limit, progress=progress)
            self.found["square_jacobian"] = self._survey.fill(Walk(network, domain), limits).as_dict(
                self.options.digits
            )
            self._survey = None

    def finish(self) -> None:
        """Add what is known of a walk that was stopped."""
        if self._survey is not None:
            self.found["square_jacobian"] = self._survey.answer(complete=False).as_dict(self.options.digits)

    def draw(self, path: Path) -> None:
        """Write the picture."""
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.initialization import plot_gradients, plot_moments

        if self._architecture is not None:
            save_picture(plot_gradients(*self._architecture, self.options.c or "1/M"), path)
        elif self._moments:
            save_picture(plot_moments(self._moments), path)
        else:
            note(f"{path} is not written: there is no picture of a network that is none of maxout units")


def _expected(constants: str, units: int, rank: int, inputs: int, domain: Polyhedron | None) -> Document:
    """Return the published bounds of expected numbers, by two constants."""
    from fractions import Fraction

    from polytopes.arithmetic.rationals import as_fraction, exact_text
    from tropical.regions.expected_bounds import expected_boundary_bound, expected_region_bound

    parts = constants.split(",")
    if len(parts) != 2:
        raise InputError(f"--constants {constants}: give two numbers, c_bias and c_grad")
    with naming("--constants", constants):
        bias, gradient = map(as_fraction, parts)
        volume = Fraction(1) if domain is None else domain.volume()
        given = units, rank, inputs, volume, bias, gradient
        found = expected_region_bound(*given), expected_boundary_bound(*given)
    return dict(zip(("expected_bound", "expected_boundary_bound"), map(exact_text, found), strict=True))

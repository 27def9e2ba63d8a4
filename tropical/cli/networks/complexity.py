"""The command ``tropical complexity``: how densely networks bend, how steep they are, and the ranks of their layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile, ReadingOptions, naming, refuse_unused
from tropical.cli.networks.complexity_picture import ComplexityPlot
from tropical.cli.networks.surveys import NOTHING, PROVEN
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop, TimeUp, running_count, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import domain_text, network_text, progress_bar

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Vector
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.complexity.noise import Noise

TAIL: Document = {"stopped_by": None, "domain": None, "version": __version__}


@frozen
class ComplexityOptions:
    """What is asked, and how precisely."""

    noise: Annotated[
        list[str] | None,
        typer.Option(
            "--noise",
            metavar="uniform:S|gaussian:S",
            help="Local complexity with noise of this scale on the bias of one unit at a time; may be repeated.",
            show_default=False,
        ),
    ] = None
    samples: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=2,
            help="Estimate local complexity with Gaussian noise on all biases, from N random networks.",
            show_default=False,
        ),
    ] = None
    seed: Annotated[int | None, typer.Option(metavar="S", help="Seed of the samples; 0 if not given.")] = None
    per_unit: Annotated[bool, typer.Option("--per-unit", help="Show the boundary of every unit.")] = False
    exact: Annotated[
        bool, typer.Option("--exact", help="Give all sums of square roots in full, however long they are.")
    ] = False
    digits: Annotated[int, typer.Option(metavar="D", min=1, max=1000, help="Digits of the enclosures.")] = 15
    jobs: Annotated[
        int,
        typer.Option("--jobs", "-j", metavar="N", min=0, help="Processes that share points; 0 for one on every core."),
    ] = 1

    @property
    def noises(self) -> list[Noise]:
        """The noise in the options."""
        from tropical.regions.complexity.noise import parse_noise

        found = []
        for text in self.noise or ():
            with naming("--noise", text):
                found.append(parse_noise(text))
        return found

    def check(self, points: Path | None) -> None:
        """Refuse options that would do nothing."""
        if self.jobs != 1 and points is None:
            raise InputError("--jobs shares points among processes; give --points, or leave --jobs out")
        if self.samples is None:
            refuse_unused("is the seed of samples; give --samples too", seed=self.seed)
        else:
            if points is not None:
                raise InputError("--samples needs a domain; leave --points out")
            if not any(noise.name == "gaussian" for noise in self.noises):
                raise InputError("--samples needs --noise gaussian:S, the deviation of the noise on all biases")


@command(Panel.networks, {**NOTHING, **TAIL})
def complexity(
    nets: Annotated[
        list[Path],
        typer.Argument(
            metavar="NET...", help="Networks, such as the checkpoints of one training in order.", show_default=False
        ),
    ],
    reading: ReadingOptions,
    *,
    where: DomainOptions,
    points: Annotated[
        Path | None,
        typer.Option(
            "--points",
            metavar="DATA",
            help="Take means over these data points, one on each line, in place of a domain.",
            show_default=False,
        ),
    ] = None,
    options: ComplexityOptions,
    walk: WalkOptions,
    plot: ComplexityPlot,
    answer: Answer,
) -> Stop | None:
    """Measure how densely networks bend: the walls of units, of activations and of the function, exactly.

    Mean gradients, ranks of layers, and local complexity with noise come with it, in a bounded domain or at points.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    where.check()
    options.check(points)
    if points is not None and (where.box is not None or where.domain is not None):
        raise InputError("--points and a domain are both given; give one of them")
    answer.check(*nets, where.domain, points, plot.data, others=(plot.plot,))
    plot.check_all(points is not None)
    interrupts_are_raised()
    rows: list[Document] = []
    found: list[Any] = []
    domain_read: Document | None = None
    stopped_by: Stop | None = None
    with time_limit(walk.deadline):
        files = [NetworkFile(net=net, **own.given) for net, own in zip(nets, reading.of_each(*nets), strict=True)]
        networks = [file.read() for file in files]
        _check_shapes(nets, networks)
        domain, domain_read = (None, None) if points is not None else where.read(networks[0].input_dim, relative=True)
        data = None if points is None else points_of(points, networks[0])
        plot.check_networks(networks, domain)
    for file, network in zip(files, networks, strict=True):
        own, result, stopped_by = _measure(network, domain, data, options, walk)
        rows.append({**own, "network": file.document(network)})
        found.append(result)
        if stopped_by is not None:
            break
    if points is not None:
        domain_read = {"kind": "points", "source": str(points), "points": len(data or ())}
    tail = {"stopped_by": stopped_by, "domain": domain_read, "version": __version__}
    many = {"networks": rows, "complete": stopped_by is None and len(rows) == len(nets)}
    document = {**rows[0], **tail} if len(nets) == 1 else {**many, **tail}
    answer.publish(document, lambda answered: show(answered, options.per_unit), PROVEN)
    return plot.draw_after(stopped_by, networks, domain, found, options.noises)


def _check_shapes(nets: Sequence[Path], networks: Sequence[Network]) -> None:
    """Refuse networks with different numbers of inputs."""
    for path, network in zip(nets, networks, strict=True):
        if network.input_dim != networks[0].input_dim:
            raise InputError(
                f"{path} has {network.input_dim} inputs and {nets[0]} has {networks[0].input_dim}; "
                "give networks on one space"
            )


def points_of(path: Path, network: Network) -> list[Vector]:
    """Return the points in a file, which are to lie in the input space of a network."""
    from tropical.fans.data_files import read_points
    from tropical.regions.complexity.points import checked_points

    found = read_points(path)
    try:
        return checked_points(network, found)
    except InputError as error:
        raise type(error)(f"{path}: {error}") from None


def _measure(
    network: Network,
    domain: Polyhedron | None,
    data: Sequence[Vector] | None,
    options: ComplexityOptions,
    walk: WalkOptions,
) -> tuple[Document, Any, Stop | None]:
    """Return the document of one network, its answer, and what stopped the work."""
    if data is not None:
        return _measure_points(network, data, options, walk)
    from polytopes.enumeration.limits import Limits
    from tropical.regions.complexity.local_complexity import Measurement

    work = Measurement(
        network=network,
        domain=domain,
        noises=options.noises,
        digits=options.digits,
        exactly=options.exact,
        method=walk.method_name,
    )
    try:
        with progress_bar(walk.limit, network, domain, False) as progress, time_limit(walk.deadline):
            limits: Limits[Any] = Limits(walk.limit, progress=progress)
            found = work.fill(limits)
            document = found.as_dict()
            if options.samples is not None:
                document["sampled"] = _sampled(network, domain, options)
            return document, found, None
    except LimitReached as stop:
        return stop.partial.as_dict(), stop.partial, "limit"
    except (TimeUp, KeyboardInterrupt) as stop:
        partial = work.partial()
        document = dict(NOTHING) if partial is None else partial.as_dict()
        return document, partial, "timeout" if isinstance(stop, TimeUp) else "interrupt"


def _measure_points(
    network: Network, data: Sequence[Vector], options: ComplexityOptions, walk: WalkOptions
) -> tuple[Document, Any, Stop | None]:
    from polytopes.enumeration.limits import Limits
    from tropical.regions.complexity.points import PointSums

    if walk.limit is not None or walk.method is not None:
        raise InputError("--limit and --method are for walks over regions; leave them out with --points")
    sums = PointSums(
        network=network, noises=options.noises, digits=options.digits, exactly=options.exact, jobs=options.jobs
    )
    try:
        with running_count("points") as show_count, time_limit(walk.deadline):
            limits: Limits[PointSums] = Limits(progress=lambda sums: show_count(sums.n_points))
            found = sums.fill(data, limits)
            return found.as_dict(), found, None
    except (TimeUp, KeyboardInterrupt) as stop:
        partial = sums.answer(complete=False)
        return partial.as_dict(), partial, "timeout" if isinstance(stop, TimeUp) else "interrupt"


def _sampled(network: Network, domain: Polyhedron | None, options: ComplexityOptions) -> list[Document]:
    from tropical.regions.complexity.domains import checked_domain
    from tropical.regions.complexity.sampling import sampled_local_complexity

    assert options.samples is not None, "samples are asked for"
    found = []
    for noise in options.noises:
        if noise.name == "gaussian":
            with running_count("samples") as progress:
                own = sampled_local_complexity(
                    network,
                    checked_domain(network, domain),
                    noise.scale,
                    options.samples,
                    options.seed or 0,
                    progress=progress,
                )
            found.append(own.as_dict())
    return found


def show(document: Document, per_unit: bool) -> None:
    """Print what was measured for a person: a column for each network."""
    rows = document.get("networks", [document])
    console = Console(highlight=False)
    for row in rows:
        if row.get("network") is not None:
            console.print(network_text(row["network"]))
    domain = document.get("domain")
    if domain is not None:
        console.print(f"{domain['points']} points" if domain["kind"] == "points" else f"domain: {domain_text(domain)}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    lines = [_lines(row, per_unit) for row in rows]
    for _ in rows:
        table.add_column(justify="right", style="bold")
    for name in dict.fromkeys(name for own in lines for name in own):
        table.add_row(name, *(own.get(name, "") for own in lines))
    console.print(table)


def _lines(row: Document, per_unit: bool) -> dict[str, str]:
    """Return the lines of the table for one network."""
    lines: dict[str, str] = {}
    for key in ("activation_regions", "distinct_affine_maps", "points"):
        if row.get(key) is not None:
            lines[key.replace("_", " ")] = f"{row[key]:,}"
    for kind in ("neuron", "activation", "function"):
        for suffix, words in (("boundary", f"{kind} boundary"), ("boundary_density", f"{kind} boundary, density")):
            lines |= _line(words, row.get(f"{kind}_{suffix}"))
    for norm, number in (row.get("mean_gradient") or {}).items():
        lines |= _line(f"mean gradient, {norm}", number)
    for rank in row.get("local_rank") or ():
        lines |= _line(f"rank of {rank['layer']}, before", rank["before"])
        lines |= _line(f"rank of {rank['layer']}, after", rank["after"])
    for bound in row.get("bounds") or ():
        lines |= _line(f"mass of {bound['layer']}", bound["mass"])
        lines |= _line(f"bound by {bound['layer']}", bound["product"])
    for noise in row.get("local_complexity", ()):
        lines |= _line(f"local complexity, {noise['noise']} {noise['scale']}", noise["value"])
    for sampled in row.get("sampled", ()):
        name = f"estimate, all biases, gaussian {sampled['scale']}"
        lines[name] = f"{sampled['mean']:.6g} ± {sampled['standard_error']:.2g}"
    if row.get("points_on_walls") is not None:
        lines["points on walls"] = f"{row['points_on_walls']:,}"
    for unit in row.get("per_unit", ()) if per_unit else ():
        lines |= _line(f"boundary of {unit['layer']}[{unit['unit']}]", unit["boundary"])
    lines["complete"] = "yes" if row["complete"] else "no"
    lines["seconds"] = f"{row.get('seconds', 0):.2f}"
    return lines


SHORT = 32
"""Longer exact numbers are shown by their digits only."""


def _line(name: str, number: Document | None) -> dict[str, str]:
    if number is None:
        return {}
    exact = number["exact"]
    is_shown = exact is not None and exact != number["value"] and len(exact) <= SHORT
    return {name: f"{exact} = {number['value']}" if is_shown else number["value"]}

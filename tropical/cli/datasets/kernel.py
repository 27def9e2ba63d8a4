"""The command ``tropical kernel``: the exact tangent kernel of a network at data points, its smallest eigenvalue."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from polytopes.errors import InputError, LimitReached, NoAnswerError, ShapeError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import NetworkFile, one_number
from tropical.cli.datasets.sources import DataFile, described, number, print_summary, report
from tropical.cli.networks.pictures import check_picture
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, running_line, time_limit
from tropical.cli.starting import Asked, Document, interrupts_are_raised
from tropical.cli.tables import note, short_number

if TYPE_CHECKING:
    from tropical.fans.data_set import DataSet
    from tropical.networks.network import Network
    from tropical.parameter_space.tangent_kernels.answer import KernelAnswer
    from tropical.parameter_space.tangent_kernels.infinite_width import LimitKernel

FOUND = ("kernel", "rank", "rank_of_layers", "det", "pair_bound", "lambda_min")
SHOWN = 8
"""Minimal polynomials up to this degree are shown to a person."""


@frozen
class KernelOptions:
    """Which kernel is computed, and what is asked of it."""

    no_biases: Annotated[bool, typer.Option("--no-biases", help="Do not count the biases among the parameters.")] = (
        False
    )
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="none|width|Q",
            help="Divide the kernel by the product of the widths of the hidden layers, or by a number.",
            show_default=False,
        ),
    ] = None
    at_zero: Annotated[
        str | None,
        typer.Option(
            metavar="Q", help="The derivative of a unit where it bends; 0 for ReLU if not given.", show_default=False
        ),
    ] = None
    limit_kernel: Annotated[
        bool, typer.Option("--limit-kernel", help="Also compute the kernel of infinite width at these points.")
    ] = False
    digits: Annotated[int, typer.Option(metavar="D", min=1, max=1000, help="Digits of the enclosures.")] = 15
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Stop before the determinant if the kernel has more than N rows."),
    ] = None
    deadline: Deadline = None


PlotFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Draw the spectrum: .pdf, .svg or .png.", show_default=False)
]


@command(
    Panel.networks,
    {
        "network": None,
        "data": None,
        **dict.fromkeys(FOUND),
        "separation": None,
        "scale": None,
        "limit_kernel": Asked("limit_kernel", None),
        "version": __version__,
    },
)
def kernel(
    net: NetworkFile,
    file: DataFile,
    *,
    options: KernelOptions,
    plot: PlotFile = None,
    answer: Answer,
) -> Stop | None:
    """Compute the exact tangent kernel J J^T of a network at data points, with its smallest eigenvalue.

    Columns of DATA named label or weight, or named by --labels and --weights, are not coordinates.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not supported; 130 Ctrl-C.
    """
    answer.check(net.net, file.data, others=(plot,))
    if plot is not None:
        check_picture(plot)
    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(options.deadline):
        data, network = _read(net, file)
    found: Document = {"network": net.document(network), **_described(options), **dict.fromkeys(FOUND)}
    found |= {"separation": None, "scale": None, "scale_reason": None}
    found |= {"limit_kernel": None} if options.limit_kernel else {}
    results, stopped_by = _followed(network, data, options, found)
    of_data = described(data, file.data, constant=False)
    report(answer, show, found, data=of_data, stopped_by=stopped_by, started=started, said=KNOWN)
    if plot is not None and "answer" in results:
        _draw(plot, results["answer"], results.get("limit"), found)
    return stopped_by


def _read(net: NetworkFile, file: DataFile) -> tuple[DataSet, Network]:
    from tropical.fans.data_files import read_points
    from tropical.fans.data_set import DataSet

    points = read_points(file.data, file.labels, file.weights)
    if not points:
        raise InputError(f"{file.data} has no points; a kernel needs at least one")
    data, network = DataSet.of(points), net.read()
    if network.input_dim != data.dim:
        raise ShapeError(f"{net.net} has {network.input_dim} inputs, {file.data} has points in dimension {data.dim}")
    return data, network


def _described(options: KernelOptions) -> Document:
    return {"biases": not options.no_biases, "divisor": None, "at_zero": None, "points_on_bends": None}


def _followed(
    network: Network, data: DataSet, options: KernelOptions, found: Document
) -> tuple[dict[str, Any], Stop | None]:
    """Fill the document; return the objects that it describes, and what stopped the work."""
    from tropical.cli.apart import apart

    results: dict[str, Any] = {}
    with ExitStack() as stack:
        shown: list[Callable[[Document], None]] = []

        def take(part: tuple[Document, dict[str, Any]]) -> None:
            if not shown:  # it starts a thread, which must not be there when the process forks
                shown.append(stack.enter_context(running_line(_state_text)))
            found.update(part[0])
            results.update(part[1])
            shown[0](found)

        try:
            return results, apart(partial(_compute, network, data, options), take, options.deadline)
        except LimitReached:
            return results, "limit"


def _compute(network: Network, data: DataSet, options: KernelOptions, send: Callable[[Any], None]) -> None:
    """Hand on entries of the document and objects as they are found."""
    from polytopes.arithmetic.rationals import exact_text
    from tropical.parameter_space.tangent_kernels.answer import kernel_answer
    from tropical.parameter_space.tangent_kernels.infinite_width import limit_kernel
    from tropical.parameter_space.tangent_kernels.tangent_kernel import TangentKernel

    send(({}, {}))  # from now on something is shown
    at_zero = one_number(options.at_zero, "--at-zero")
    kernel = TangentKernel.of(network, data.points, biases=not options.no_biases, scale=options.scale, at_zero=at_zero)
    own: Document = {"divisor": exact_text(kernel.divisor), "points_on_bends": list(kernel.on_bends)}
    if kernel.on_bends:
        own["at_zero"] = exact_text(at_zero or Fraction(0))
        where = f"{len(kernel.on_bends)} of {data.n_points} points"
        note(f"units bend at {where}; their derivative there is taken to be {own['at_zero']}")
    send((own | _separate(data, options), {}))
    if options.limit_kernel:
        limit = limit_kernel(data.points, options.digits)
        send(({"limit_kernel": _limit_document(limit)}, {"limit": limit}))

    def tell(known: KernelAnswer) -> None:
        send((known.as_dict(options.digits), {"answer": known}))

    try:
        tell(kernel_answer(kernel, options.limit, tell))
    except LimitReached as stop:
        tell(stop.partial)
        raise


def _state_text(found: Document) -> str:
    return "the kernel" if found["rank"] is None else f"rank {found['rank']}, now the smallest eigenvalue"


def _separate(data: DataSet, options: KernelOptions) -> Document:
    """Return how far the points are from one another, and the scale of the theorem or why there is none."""
    from polytopes.arithmetic.rationals import exact_text
    from tropical.parameter_space.tangent_kernels.separation import ntk_scale, separation

    found: Document = {}
    if data.n_points > 1:
        apart = separation(data.points)
        found["separation"] = {
            "delta_squared": exact_text(apart.delta_squared),
            "delta_prime_squared": exact_text(apart.delta_prime_squared),
        }
    try:
        found["scale"] = ntk_scale(data.points, options.digits).as_dict()
    except NoAnswerError as reason:
        found["scale_reason"] = str(reason)
    return found


def _limit_document(limit: LimitKernel) -> Document:
    return {
        "lambda_min": limit.smallest_eigenvalue.as_dict(),
        "lambda_min_inner": limit.inner_smallest_eigenvalue.as_dict(),
        "singular": limit.is_singular,
        "inner": [[entry.value for entry in row] for row in limit.inner],
        "outer": [[entry.value for entry in row] for row in limit.outer],
    }


def _draw(path: Path, answer: KernelAnswer, limit: LimitKernel | None, found: Document) -> None:
    from polytopes.drawing.figures import floats, save_picture
    from tropical.pictures.spectrum import plot_spectrum

    kernels = {"$K$": floats(answer.kernel.matrix)}
    if len(answer.kernel.parts) > 1:
        kernels |= {f"layer {k + 1}": floats(part) for k, part in enumerate(answer.kernel.parts)}
    if limit is not None:
        total = [
            [float(a) + float(b) for a, b in zip(*rows, strict=True)]
            for rows in zip(limit.inner, limit.outer, strict=True)
        ]
        kernels["infinite width"] = floats(total)
    marks: dict[str, float] = {}
    if answer.smallest is not None:
        marks[r"$\lambda_{\min}$"] = float(answer.smallest)
    if answer.pair_bound is not None:
        marks["bound by pairs"] = float(answer.pair_bound.value)
    if found["scale"] is not None:
        marks["scale"] = float(found["scale"]["value"])
    save_picture(plot_spectrum(kernels, marks), path)


def show(document: Document) -> None:
    """Print what was found of a kernel for a person."""
    rows = [("parameters", "weights and biases" if document["biases"] else "weights")]
    if document["divisor"] not in (None, "1"):
        rows.append(("divided by", document["divisor"]))
    rows.append(("rank", number(document["rank"])))
    if document["rank_of_layers"] is not None and len(document["rank_of_layers"]) > 1:
        rows.append(("ranks by layer", " ".join(map(str, document["rank_of_layers"]))))
    if document["det"] is not None:
        rows.append(("determinant", short_number(document["det"])))
    if document["lambda_min"] is not None:
        rows += _eigenvalue_rows(document["lambda_min"])
    if document["pair_bound"] is not None:
        bound = document["pair_bound"]
        pair = " and ".join(map(str, bound["rows"]))
        rows.append(("bound on it by a pair", f"{short_number(bound['value'])}, rows {pair}"))
    if document["separation"] is not None:
        apart = document["separation"]
        rows.append(("least |x - y|²", short_number(apart["delta_prime_squared"])))
        rows.append(("least |x ± y|²", short_number(apart["delta_squared"])))
    if document["scale"] is not None:
        rows.append(("scale, no bound", document["scale"]["value"]))
    limit = document.get("limit_kernel")
    if limit is not None:
        rows.append(("infinite width: smallest eigenvalue", limit["lambda_min"]["value"]))
        rows.append(("of the inner weights alone", limit["lambda_min_inner"]["value"]))
    print_summary(document, f"tangent kernel of {document['network']['source']}", rows)


def _eigenvalue_rows(smallest: Document) -> list[tuple[str, str]]:
    exact, value = smallest["exact"], smallest["value"]
    times = f", {smallest['multiplicity']} times" if smallest["multiplicity"] > 1 else ""
    rows = [("smallest eigenvalue", (value if exact is None else short_number(exact)) + times)]
    polynomial = smallest["minimal_polynomial"]
    if 2 < len(polynomial) <= SHOWN + 1:
        rows.append(("minimal polynomial, constant first", " ".join(polynomial)))
    return rows

"""The command ``tropical check``: verify the certificate of a count, of a property, or of an optimal network."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from polytopes.errors import FileFormatError, WorkersLost
from tropical._version import __version__
from tropical.checker import Checker, Header, Node, NotACertificate, Refused, check_file
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile, refuse_unused
from tropical.cli.exits import REFUSED
from tropical.cli.networks import check_hull, check_property, check_training
from tropical.cli.options import AsJson, Deadline
from tropical.cli.running import time_limit
from tropical.cli.starting import ENDING, Document, interrupts_are_raised
from tropical.convexity.checker import FORMAT as OF_HULL
from tropical.convexity.checker import Refused as HullRefused
from tropical.parameter_space.convex_training.checker import FORMAT as OF_TRAINING
from tropical.parameter_space.convex_training.checker import Refused as TrainingRefused
from tropical.property_checker import FORMAT as OF_PROPERTY
from tropical.property_checker import Cell, Proven, Run, one_by_one
from tropical.property_checker import Refused as PropertyRefused

if TYPE_CHECKING:
    from tropical.networks.network import Network


@command(
    Panel.networks,
    {
        "verified": None,
        "reason": None,
        "activation_regions": None,
        "certificate": None,
        "network": None,
        "stopped_by": None,
        "version": __version__,
    },
)
def check(
    certificate: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate.", show_default=False)],
    file: NetworkFile,
    box: Annotated[
        str | None,
        typer.Option(metavar="LO,HI", help="Refuse a certificate that is not of this box.", show_default=False),
    ] = None,
    domain: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Refuse a certificate that is not of this polyhedron.", show_default=False),
    ] = None,
    property_file: Annotated[
        Path | None,
        typer.Option(
            "--property", metavar="FILE", help="Refuse a certificate that is not of this property.", show_default=False
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, max=1024, help="Work in N processes.")] = 1,
    deadline: Deadline = None,
    as_json: AsJson = False,
) -> None:
    """Verify a certificate that 'tropical regions', 'verify' or 'train' wrote with --certificate FILE.

    The second file is the network; for a certificate of training it is the table of data. A document that 'tropical
    hull' wrote is verified too; the second file then is the table of points.

    Exit codes: 0 verified; 1 refused, with the first reason; 2 bad input; 3 stopped by the clock, and nothing is known;
    4 network not supported; 130 Ctrl-C.
    """
    interrupts_are_raised()
    started = time.perf_counter()
    document: Document = {"verified": False, "reason": None}
    head = _head(certificate)
    of_training, of_property = OF_TRAINING.encode() in head, OF_PROPERTY.encode() in head
    of_hull = f'"{OF_HULL}"'.encode() in head
    try:
        with time_limit(deadline):
            if of_training or of_hull:
                unused = {"box": box, "domain": domain, "property": property_file, "jobs": jobs if jobs > 1 else None}
                refuse_unused("is for certificates of counts and properties", **unused, **file.given)
            if of_hull:
                document |= check_hull.document_of(check_hull.verified(certificate, file.net))
            elif of_training:
                document |= check_training.document_of(check_training.verified(certificate, file.net))
            elif of_property:
                refuse_unused("is for certificates of counts", box=box, domain=domain)
                header = check_property.verified(certificate, file.read(), property_file, in_processes(jobs))
                document |= check_property.document_of(header)
                document["compared"] = property_file is not None
            else:
                refuse_unused("is for certificates of properties", property=property_file)
                document["activation_regions"] = None
                header = _verified(certificate, file.read(), DomainOptions(box, domain), jobs)
                document |= {"verified": True, "activation_regions": header["regions"], "domain": header["domain"]}
    except (Refused, PropertyRefused, TrainingRefused, HullRefused) as refusal:
        document["reason"] = str(refusal)
    except NotACertificate as error:
        raise FileFormatError(str(error)) from None
    second = "points" if of_hull else "data" if of_training else "network"
    document |= {"certificate": str(certificate), second: str(file.net)}
    document |= {"seconds": time.perf_counter() - started, "version": __version__}
    Answer(as_json=as_json).publish(document, show)
    if not document["verified"]:
        raise typer.Exit(REFUSED)


def _head(certificate: Path) -> bytes:
    """Return how a file begins, which tells the kind of its certificate; nothing of a pipe, which would be waited for.

    Raises:
        FileFormatError: if it cannot be read.
    """
    if certificate.exists() and not certificate.is_file():
        return b""
    try:
        with certificate.open("rb") as stream:
            return stream.read(200)
    except OSError as error:
        raise FileFormatError(f"{certificate}: cannot be read ({error.strerror})") from None


def show(document: Document) -> None:
    """Print the verdict for a person."""
    if not document["verified"]:
        sys.stdout.write(f"refused: {document['reason']}\n")
        return
    if "claim" in document:
        check_hull.show(document)
        return
    if "optimum" in document:
        check_training.show(document)
        return
    if "verdict" in document:
        check_property.show(document)
        return
    rows = document["domain"]
    where = f"{len(rows['inequalities'])} inequalities and {len(rows['equations'])} equations"
    where = f"the polyhedron of {where}" if any(rows.values()) else "the whole space"
    sys.stdout.write(f"verified: {document['activation_regions']:,} activation regions in {where}\n")


def _verified(certificate: Path, network: Network, where: DomainOptions, jobs: int) -> Document:
    """Return the header of a valid certificate for this network, and for this domain if one is named."""
    from tropical.regions.certificate import domain_document, program_document

    program = json.loads(json.dumps(program_document(network.program)))
    wanted, _ = where.read(network.input_dim, True)
    domain = None if wanted is None else json.loads(json.dumps(domain_document(wanted)))

    def accept(header: Header) -> None:
        if header["program"] != program:
            raise Refused("it is of another network")
        if domain is not None and header["domain"] != domain:
            raise Refused("it is of another domain")

    try:
        return check_file(certificate, accept, lambda checker, parts: _watched(checker, parts, jobs))
    except OSError as error:
        if error.filename is None:
            raise
        raise FileFormatError(f"{certificate}: cannot be read ({error.strerror})") from None


def _watched(checker: Checker, parts: Iterable[Node], jobs: int) -> Iterator[int]:
    """Verify the parts of a tree in this process or in several, and show the progress on a terminal."""
    found = map(checker.check, parts) if jobs == 1 else side_by_side(checker, parts, jobs)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from found
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("regions verified", total=checker.n_regions)
        for count in found:
            bar.advance(task, count)
            yield count


def in_processes(jobs: int) -> Run:
    """Return what verifies the parts of certificates of properties, in this process or in several."""

    def run(cells: Iterable[Cell], line: Callable[[], bytes]) -> Iterator[Proven]:
        """Verify the trees of the cases, which share their levels."""
        cells, above = iter(cells), list[Proven]()
        first = next(cells, None)
        if first is not None:
            parts = check_property.packed_parts(chain([first], cells), line, above)
            yield from side_by_side(check_property.PartChecker(first.levels), parts, jobs)
            yield from above

    return one_by_one if jobs == 1 else run


_checkers: list[Any] = []
"""The checker of a worker process."""


def side_by_side(checker: Any, parts: Iterable[Any], jobs: int) -> Iterator[Any]:
    """Verify the parts of a tree in several processes, none of which reads the file.

    Raises:
        WorkersLost: if one of them dies.
    """
    waiting: deque[Future[Any]] = deque()
    try:
        with ProcessPoolExecutor(jobs, initializer=_begin_work, initargs=(checker,)) as pool:
            try:
                for part in parts:
                    waiting.append(pool.submit(_check_in_worker, part))
                    if len(waiting) > 2 * jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
    except BrokenProcessPool:
        raise WorkersLost("a process that verifies died; look for a lack of memory, and give fewer --jobs") from None


def _begin_work(checker: Any) -> None:
    """Prepare a worker process, which leaves Ctrl-C to the main one."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    _checkers.append(checker)


def _check_in_worker(part: Any) -> Any:
    return _checkers[0].check(part)

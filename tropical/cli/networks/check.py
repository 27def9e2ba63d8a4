"""``tropical regions --certificate`` and ``tropical check``: certificates of counts, written and verified."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console

from polytopes.errors import FileFormatError, WorkersLost
from tropical._version import __version__
from tropical.checker import Blocks, Checker, Header, NotACertificate, Refused, check_block, check_file
from tropical.cli.documents import as_text
from tropical.cli.networks.streams import count_into
from tropical.cli.running import Request, Stop, count
from tropical.cli.starting import interrupts_are_raised

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.tally import RegionCount, Tally

REFRESH = 0.2


def count_and_prove(
    path: Path,
    network: Network,
    domain: Polyhedron | None,
    request: Request,
    progress: Callable[[Tally], None] | None,
) -> tuple[RegionCount, Stop | None]:
    """Count as :func:`tropical.cli.running.count` does, and write a certificate; none of a count that was stopped."""
    from tropical.regions.certificate import certificate

    return count_into(
        certificate(path, network.program, domain),
        lambda take: count(network, domain, request, progress, take),
        f"{path} is not written: a certificate is of a complete count",
    )


@frozen
class CheckOptions:
    """The options of ``tropical check``, as they were spelled."""

    certificate: Path
    net: Path
    input_shape: str | None
    box: str | None
    domain: Path | None
    jobs: int
    as_json: bool


def check_certificate(options: CheckOptions) -> bool:
    """Verify a certificate for a network and print the verdict.

    Raises:
        FileFormatError: if the file is no certificate, or the network cannot be read.
    """
    from tropical.cli.arguments import read_network

    interrupts_are_raised()
    network = read_network(options.net, options.input_shape)
    started = time.perf_counter()
    document: dict[str, Any] = {"verified": False, "reason": None, "activation_regions": None}
    try:
        header = _verified(options, network)
        document |= {"verified": True, "activation_regions": header["regions"], "domain": header["domain"]}
    except Refused as refusal:
        document["reason"] = str(refusal)
    except NotACertificate as error:
        raise FileFormatError(str(error)) from None
    document |= {"certificate": str(options.certificate), "network": str(options.net)}
    document |= {"seconds": time.perf_counter() - started, "version": __version__}
    if options.as_json:
        sys.stdout.write(as_text(document))
    elif document["verified"]:
        rows = document["domain"]
        where = f"{len(rows['inequalities'])} inequalities and {len(rows['equations'])} equations"
        where = f"the polyhedron of {where}" if any(rows.values()) else "the whole space"
        sys.stdout.write(f"verified: {document['activation_regions']:,} activation regions in {where}\n")
    else:
        sys.stdout.write(f"refused: {document['reason']}\n")
    return bool(document["verified"])


def _verified(options: CheckOptions, network: Network) -> dict[str, Any]:
    """Return the header of a certificate that proves a count for this network, and for this domain if one is named."""
    from tropical.cli.arguments import chosen_domain
    from tropical.regions.certificate import domain_document, program_document

    program = json.loads(json.dumps(program_document(network.program)))
    wanted, _ = chosen_domain(options.box, options.domain, network.input_dim)
    domain = None if wanted is None else json.loads(json.dumps(domain_document(wanted)))

    def accept(header: Header) -> None:
        if header["program"] != program:
            raise Refused("it is of another network")
        if domain is not None and header["domain"] != domain:
            raise Refused("it is of another domain")

    try:
        return check_file(options.certificate, accept, lambda checker, blocks: _watched(checker, blocks, options.jobs))
    except OSError as error:
        if error.filename is None:
            raise
        raise FileFormatError(f"{options.certificate}: cannot be read ({error.strerror})") from None


def _watched(checker: Checker, blocks: Blocks, jobs: int) -> Iterator[int]:
    """Verify blocks in this process or in several, and show on a terminal how far they are."""
    found = in_turn(checker, blocks) if jobs == 1 else side_by_side(checker, blocks, jobs)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from found
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("regions verified", total=len(checker.patterns))
        for count in found:
            bar.advance(task, count)
            yield count


def in_turn(checker: Checker, blocks: Blocks) -> Iterator[int]:
    """Verify the blocks one after the other."""
    return (check_block(checker, start, packed) for start, packed in blocks)


_checkers: list[Checker] = []
"""The checker of a worker process."""


def side_by_side(checker: Checker, blocks: Blocks, jobs: int) -> Iterator[int]:
    """Verify blocks in several processes, each of which has all patterns; none of them reads the file.

    Raises:
        WorkersLost: if one of them dies.
    """
    waiting: deque[Future[int]] = deque()
    try:
        with ProcessPoolExecutor(jobs, initializer=_checkers.append, initargs=(checker,)) as pool:
            for start, packed in blocks:
                waiting.append(pool.submit(_check_in_worker, start, packed))
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
    except BrokenProcessPool:
        raise WorkersLost("a process that verifies died; look for a lack of memory, and give fewer --jobs") from None


def _check_in_worker(start: int, packed: bytes) -> int:
    return check_block(_checkers[0], start, packed)

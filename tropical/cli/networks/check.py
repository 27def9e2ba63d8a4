"""``tropical regions --certificate`` and ``tropical check``: proofs of counts, written and verified."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console

from polytopes.errors import FileFormatError
from tropical._version import __version__
from tropical.checker import Checker, NotACertificate, Refused, check_block, check_file, guarded, in_turn, load_patterns
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
    """Count as :func:`tropical.cli.running.count` does, and write the proof; none of a count that was stopped."""
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
    from tropical.checker import open_certificate
    from tropical.cli.arguments import chosen_domain
    from tropical.regions.certificate import domain_document, program_document

    try:
        stream, header = open_certificate(options.certificate)
    except OSError as error:
        raise FileFormatError(f"{options.certificate}: cannot be read ({error.strerror})") from None
    stream.close()
    if header.get("program") != json.loads(json.dumps(program_document(network.program))):
        raise Refused("it is of another network")
    wanted, _ = chosen_domain(options.box, options.domain, network.input_dim)
    if wanted is not None and header.get("domain") != json.loads(json.dumps(domain_document(wanted))):
        raise Refused("it is of another domain")
    with _progress() as progress:
        jobs = options.jobs
        run = in_turn if jobs == 1 else lambda make, blocks: _side_by_side(options.certificate, blocks, jobs)
        return check_file(options.certificate, run, progress)


_checkers: list[Checker] = []
"""The checker of a worker process."""


def _start_worker(path: Path) -> None:
    _checkers[:] = [Checker(*guarded(load_patterns, path))]


def _check_in_worker(block: bytes, start: int) -> int:
    return guarded(check_block, _checkers[0], block, start)


def _side_by_side(path: Path, blocks: Iterator[tuple[bytes, int]], jobs: int) -> Iterator[int]:
    """Verify blocks in several processes; each of them reads all patterns first."""
    waiting: deque[Future[int]] = deque()
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(path,)) as pool:
        for block, start in blocks:
            waiting.append(pool.submit(_check_in_worker, block, start))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("regions verified")
        yield lambda done, total: bar.update(task, completed=done, total=total)

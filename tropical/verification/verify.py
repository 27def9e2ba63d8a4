"""Exact verification: whether an input of a network satisfies a property."""

from __future__ import annotations

import time
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from attrs import evolve

from polytopes.errors import InputError
from tropical.networks.sources import NetworkLike, as_network
from tropical.regions.parallel import Sharing
from tropical.verification.certificate import write_certificate
from tropical.verification.float_execution import float_execution
from tropical.verification.parallel import verify_in_slices
from tropical.verification.property import Property
from tropical.verification.property_search import Progress, Search, Verdict

PropertyLike = Property | str | PathLike[str]
"""A property, or the name of a file with one."""


def verify(
    network: NetworkLike,
    prop: PropertyLike,
    *,
    certificate: str | PathLike[str] | None = None,
    jobs: int = 1,
    limit: int | None = None,
    timeout: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    exact: bool = False,
    input_splits: int = 0,
) -> Verdict:
    """Decide whether an input of a network satisfies a property: "sat", "unsat", or "unknown" at a limit.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        prop: a closed set of pairs of inputs and outputs, or the name of a file with one
            (:meth:`~tropical.verification.property.Property.read`).
        certificate: a file for the certificate, which is written if the verdict is "unsat".
        jobs: the number of processes that share the search; 0 for one on every core.
        limit: stop after this many nodes.
        timeout: stop the search after this many seconds.
        progress: called after every node.
        exact: use linear programs in exact arithmetic only, also where bounds in floating point would do.
        input_splits: in the first so many levels of the tree of a bounded case, halve the interval of an input rather
            than split by the sign of a unit.

    Raises:
        ShapeError: if the property is about another number of inputs or outputs.
        FileFormatError: if a file cannot be read.
        InputError: if a certificate is wanted of a property that was not read from a text.
        VerificationFailed: if the point found does not satisfy the property.

    Algorithm: :mod:`tropical.verification.search`.

    >>> from tropical import Network
    >>> from tropical.verification import parse_property
    >>> absolute = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (<= X_0 1)) (assert (>= X_0 -1))"
    >>> found = verify(absolute, parse_property(text + "(assert (>= Y_0 1))"))
    >>> found.verdict, found.float32.slack.holds
    ('sat', True)
    >>> verify(absolute, parse_property(text + "(assert (>= Y_0 1.000000000000000000000001))")).verdict
    'unsat'
    """
    started = time.monotonic()
    network = as_network(network)
    prop = prop if isinstance(prop, Property) else Property.read(prop)
    if certificate is not None and not prop.text:
        raise InputError("a certificate quotes the text of a property, and this one has none; read it from a text")

    def stopping(state: Progress) -> str | None:
        if progress is not None:
            progress(state)
        if limit is not None and state.n_nodes >= limit:
            return "limit"
        return "timeout" if timeout is not None and time.monotonic() - started > timeout else None

    search, sharing = Search.of(network, prop, exact, input_splits), Sharing(jobs=jobs)
    try:
        found = verify_in_slices(search, sharing, stopping) if sharing.is_needed else search.run(stopping)
    except KeyboardInterrupt:
        found = search.verdict("interrupt")
    if found.point is not None and found.clause is not None:
        return evolve(found, float32=float_execution(network, prop, found.clause, found.point))
    if certificate is not None and found.verdict == "unsat":
        write_certificate(Path(certificate), search, found)
    return found

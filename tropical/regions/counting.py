"""Counts of the activation and linear regions of a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from attrs import evolve

from polytopes.enumeration.domain_cell import Method, choose_facet_method, choose_method
from polytopes.enumeration.limits import UNLIMITED, Limits
from tropical.networks.sources import asked
from tropical.regions.activation_regions import Walk
from tropical.regions.parallel import Sharing, fill_in_slices
from tropical.regions.tally import RegionCount, Tally

if TYPE_CHECKING:
    from polytopes.enumeration.compiled_walk import Block, Patterns
    from polytopes.enumeration.gate_program import GateProgram
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike


def counts_bounded(network: Network, domain: Polyhedron | None, method: Method | None) -> bool:
    """Whether bounded regions are counted by default: over the whole space, where cells are kept by their rays.

    In higher dimensions it would take a linear program for each cell.
    """
    return domain is None and (method == "vertices" or choose_method(network.input_dim, None) == "vertices")


def count_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    linear: bool = False,
    limit: int | None = None,
    timeout: float | None = None,
    method: Method | None = None,
    relative: bool = False,
    progress: Callable[[Tally], None] | None = None,
    sharing: Sharing | None = None,
    bounded: bool | None = None,
) -> RegionCount:
    """Count the activation regions of ``network`` in ``domain``; with ``linear`` also linear regions and affine maps.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        linear: keep keys of all regions, and join those with one affine map.
        limit: stop when there are more than this many activation regions.
        timeout: stop at the first region found after this many seconds.
        method: "vertices" or "witness"; chosen by dimension if None. If neither method nor limit is given, a larger
            network of one hidden layer over the whole space is counted without a walk
            (:mod:`tropical.regions.chamber_counts`).
        relative: count regions of full dimension relative to the affine hull of a lower-dimensional domain.
        progress: called with the tally now and then.
        sharing: several processes, a cluster, or a file to resume from (:class:`tropical.regions.parallel.Sharing`).
        bounded: count bounded regions too; if None, where that is cheap (:func:`counts_bounded`).

    Raises:
        LimitReached: with the counts so far as ``partial`` (``complete`` is False there).
        DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [1]], [0, 1]), ([[1, -1]], [0])])
    >>> count = count_regions(net, linear=True)
    >>> count.activation_regions, count.linear_regions, count.bounded_activation_regions
    (3, 3, 1)
    """
    network, domain = asked(network, domain)
    tally = Tally(linear=linear, bounded=counts_bounded(network, domain, method) if bounded is None else bounded)
    walk, limits = Walk(network, domain, method, relative), Limits(limit, timeout, progress)
    if sharing is None:
        fill(tally, walk, limits)
    else:
        fill_in_slices(tally, sharing, walk, limits)
    return tally.result(complete=True)


def fill(tally: Tally, walk: Walk, limits: Limits[Tally] = UNLIMITED) -> None:
    """Add the activation regions of a walk to a tally, by the compiled walk where only numbers are counted.

    ``limits`` has the limit, timeout and progress of :func:`count_regions`; errors as there.
    """
    if tally.linear:
        walk = evolve(walk, method=_method_of_pieces(walk))
        quick = None if limits.can_stop else blocks_with_patterns(tally, walk)
        tally.add_blocks(quick or blocks_with_records(tally, walk), limits)
        return
    if walk.domain is None and walk.method is None and not limits.can_stop and not is_walked_soon(walk.network.program):
        from tropical.regions.chamber_counts import chambers_of

        chambers = chambers_of(walk.network)
        if chambers is not None:
            tally.n_regions, tally.n_bounded, tally.bounded = chambers.count, chambers.bounded, True
            limits.report(tally)
            return
    tally.add_blocks(_blocks(tally, walk, keep=False, visit=limits.limit is not None), limits)


def _method_of_pieces(walk: Walk) -> Method | None:
    """Return the method by which linear regions come soonest: of deep networks by rays, since facets may be needed."""
    program = walk.network.program
    deep = program.last_gated_stage > 0
    return "vertices" if deep and choose_facet_method(program, walk.dim, walk.method) == "vertices" else walk.method


SOON, MOST_UNITS = 4, 64
"""In at most so many dimensions parts under so many units are counted by sections sooner than by the polynomial."""


def is_walked_soon(program: GateProgram) -> bool:
    """Whether the walk counts the regions of a network sooner than its arrangement is found, or it has none.

    >>> from tropical import Network
    >>> is_walked_soon(Network.from_weights([([[1], [1]], [0, 1]), ([[1, -1]], [0])]).program)
    True
    """
    from polytopes.enumeration.chains import is_chain

    small = program.input_dim <= SOON and program.n_gates <= MOST_UNITS
    return (small or program.last_gated_stage > 0) and is_chain(program)


def fill_with_patterns(
    tally: Tally, take: Callable[[Patterns], None], walk: Walk, limits: Limits[Tally] = UNLIMITED
) -> None:
    """Add regions to a tally as :func:`fill` does, and hand their patterns to ``take``."""

    def passed_on() -> Iterator[Block]:
        for block in _blocks(tally, walk, keep=True):
            if block.patterns is not None and len(block.patterns):
                take(block.patterns)
            yield block

    tally.add_blocks(passed_on(), limits)


def _blocks(tally: Tally, walk: Walk, keep: bool, visit: bool = True) -> Iterator[Block]:
    from polytopes.enumeration.blocks import program_blocks

    return program_blocks(
        walk.network.program, walk.domain, tally.bounded, walk.method, walk.relative, keep, visit=visit
    )


def blocks_with_patterns(tally: Tally, walk: Walk) -> Iterator[Block] | None:
    """Return the regions of a walk in blocks with records of their maps only, where these come sooner; else None.

    A tally of linear regions is made ready for them; it asks for facets where many regions have one map.
    """
    from polytopes.enumeration.chain_outputs import chain_of_outputs
    from polytopes.enumeration.chains import is_chain
    from polytopes.enumeration.compiled_count import counted_blocks
    from polytopes.enumeration.domain_cell import choose_method
    from polytopes.enumeration.records import Records

    program, domain = walk.network.program, walk.domain
    dim = walk.network.input_dim if domain is None else domain.dim
    if not is_chain(program) or choose_method(dim, walk.method) != "vertices":
        return None
    tally.count_pieces(walk, lambda: (block.records for block in _with_records(tally, walk) if block.records))
    if chain_of_outputs(program) is not None:
        tally.separate_maps()
        return counted_blocks(program, domain, tally.bounded, walk.relative, records=True, shapes=True, only="maps")
    found = counted_blocks(program, domain, tally.bounded, walk.relative, keep=True)
    return (evolve(block, records=Records.of_patterns(block.patterns)) for block in found if block.patterns is not None)


def blocks_with_records(tally: Tally, walk: Walk) -> Iterator[Block]:
    """Return the regions of a walk in blocks with records; a tally of linear regions is made ready for them."""
    if tally.linear:
        tally.count_pieces(walk)
    return _with_records(tally, walk)


def _with_records(tally: Tally, walk: Walk) -> Iterator[Block]:
    from polytopes.enumeration.blocks import recorded_blocks

    _, found = recorded_blocks(walk.network.program, walk.domain, tally.bounded, walk.method, walk.relative)
    return found

"""The command ``tropical regions``: read, count, report, draw.

The library is imported inside the functions, so that Ctrl-C finds a run even while it is loading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.documents import (
    check_one_domain,
    check_targets,
    network_document,
    publish,
    regions_document,
)
from tropical.cli.networks.pictures import Picture, check_picture, picture_of
from tropical.cli.running import Request, Stop, TimeUp, count, held_signals, time_limit
from tropical.cli.starting import interrupts_are_raised, nothing_found
from tropical.cli.tables import note_stop, progress_bar, show_regions


@frozen
class Options:
    """The options of the command, as they were spelled."""

    net: Path
    input_shape: str | None
    box: str | None
    domain: Path | None
    request: Request
    plot: Path | None
    certificate: Path | None
    plane: str | None
    output: Path | None
    as_json: bool
    patterns: Path | None = None


def run(options: Options) -> Stop | None:
    """Count, print and draw what the options ask for; return what stopped the work, if anything did."""
    _check(options)
    network_read: dict[str, Any] | None = None
    domain_read: dict[str, Any] | None = None
    picture: Picture | None = None
    try:
        from tropical.cli.arguments import chosen_domain, read_network

        interrupts_are_raised()
        with time_limit(options.request.deadline):
            network = read_network(options.net, options.input_shape)
            network_read = network_document(network, str(options.net))
            domain, domain_read = chosen_domain(options.box, options.domain, network.input_dim)
            picture = picture_of(network, domain, options.plot, options.plane)
        with progress_bar(options.request.limit, network, domain, options.request.relative) as progress:
            if options.patterns is not None:
                from tropical.cli.networks.streams import count_and_write

                result, stopped_by = count_and_write(options.patterns, network, domain, options.request, progress)
            elif options.certificate is None:
                result, stopped_by = count(network, domain, options.request, progress)
            else:
                from tropical.cli.networks.check import count_and_prove

                result, stopped_by = count_and_prove(options.certificate, network, domain, options.request, progress)
        counts = result.as_dict()
    except (KeyboardInterrupt, TimeUp) as stop:
        stopped_by = "timeout" if isinstance(stop, TimeUp) else "interrupt"
        counts = nothing_found("regions", stopped_by, options.request.linear)
    with held_signals():
        _report(regions_document(network_read, domain_read, counts, stopped_by), options)
    if picture is None:
        return stopped_by
    return picture.draw_after(stopped_by, options.request)


def _check(options: Options) -> None:
    """Refuse what cannot work before any work is done."""
    check_one_domain(options.box, options.domain)
    if options.plane is not None and options.plot is None:
        raise InputError("--slice says what to draw; name the picture with --plot")
    _check_sharing(options.request, options.certificate)
    if options.patterns is not None:
        _check_patterns(options.patterns, options)
    check_targets(
        (options.output, options.plot, options.certificate, options.request.resume, options.patterns),
        (options.net, options.domain),
    )
    if options.plot is not None:
        check_picture(options.plot)


def _check_sharing(request: Request, certificate: Path | None) -> None:
    given = {
        "--jobs": request.jobs != 1,
        "--cluster": request.cluster is not None,
        "--resume": request.resume is not None,
    }
    named = [option for option, is_given in given.items() if is_given]
    if named and request.linear:
        raise InputError(f"--linear joins regions in the memory of one process; leave {' and '.join(named)} out")
    if named and certificate is not None:
        raise InputError(f"--certificate is written by one process in one run; leave {' and '.join(named)} out")
    if request.cluster is not None and request.jobs != 1:
        raise InputError("--jobs and --cluster are both given; the cluster has its own number of workers")


def _check_patterns(path: Path, options: Options) -> None:
    from tropical.regions.pattern_files import check_ending

    check_ending(path)
    request = options.request
    others = {
        "--linear": request.linear,
        "--certificate": options.certificate is not None,
        "--jobs": request.jobs != 1,
        "--cluster": request.cluster is not None,
        "--resume": request.resume is not None,
    }
    named = [option for option, is_given in others.items() if is_given]
    if named:
        raise InputError(f"--patterns is written by one process in a run of its own; leave {' and '.join(named)} out")


def _report(document: dict[str, Any], options: Options) -> None:
    publish(document, options.output, options.as_json, show_regions)
    note_stop(document["stopped_by"])

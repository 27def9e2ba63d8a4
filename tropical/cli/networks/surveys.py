"""The commands that ask one question of all regions: ``inspect``, ``diff``, ``extrema`` and ``lipschitz``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.errors import DomainError, LimitReached
from tropical._version import __version__
from tropical.cli.documents import check_one_domain, check_target, network_document, publish
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit, with_way_out
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note_stop, progress_bar

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Method
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey



@frozen
class Options:
    """The options that these commands share, as they were spelled."""

    nets: tuple[Path, ...]
    input_shape: str | None
    box: str | None
    domain: Path | None
    relative: bool
    limit: int | None
    deadline: float | None
    method: Method | None
    output: Path | None
    as_json: bool


@frozen
class Question:
    """A question: the network that is walked over, the survey that answers, and the table of the answer."""

    network: Callable[[Sequence[Network]], Network]
    survey: Callable[[Network, Polyhedron | None, bool], Survey[Any]]
    show: Callable[[dict[str, Any]], None]


def run(options: Options, question: Question) -> Stop | None:
    """Answer a question as far as the limits allow, print it, and return what stopped the work, if anything did."""
    from tropical.cli.arguments import chosen_domain, read_network

    check_one_domain(options.box, options.domain)
    if options.output is not None:
        check_target(options.output, options.domain, *options.nets)
    interrupts_are_raised()
    with time_limit(options.deadline):
        networks = [read_network(path, options.input_shape) for path in options.nets]
        joint = question.network(networks)
        domain, domain_read = chosen_domain(options.box, options.domain, joint.input_dim)
    answer, stopped_by = _answer(options, question, joint, domain)
    read = [network_document(net, str(path)) for net, path in zip(networks, options.nets, strict=True)]
    names = {"network": read[0]} if len(read) == 1 else {"networks": read}
    document = {**answer, "stopped_by": stopped_by, "domain": domain_read, **names, "version": __version__}
    with held_signals():
        _report(document, options, question)
    return stopped_by


def _answer(
    options: Options, question: Question, network: Network, domain: Polyhedron | None
) -> tuple[dict[str, Any], Stop | None]:
    """Return the answer as a document, and what stopped the work."""
    from polytopes.enumeration.limits import Limits

    survey: Survey[Any] | None = None
    try:
        bar = progress_bar(options.limit, network, domain, options.relative)
        with bar as progress, time_limit(options.deadline):
            survey = question.survey(network, domain, options.relative)
            limits: Limits[Survey[Any]] = Limits(options.limit, progress=progress)
            answer = survey.fill(network, domain, limits, method=options.method, relative=options.relative)
            return answer.as_dict(), None
    except LimitReached as stop:
        return stop.partial.as_dict(), "limit"
    except TimeUp:
        return _found(survey), "timeout"
    except KeyboardInterrupt:
        return _found(survey), "interrupt"
    except DomainError as error:
        raise with_way_out(error, domain) from None


def _found(survey: Survey[Any] | None) -> dict[str, Any]:
    """Return what is proven so far; nothing if the walk had not begun."""
    if survey is None:
        return {"activation_regions": 0, "complete": False}
    found: dict[str, Any] = survey.answer(complete=False).as_dict()
    return found


def _report(document: dict[str, Any], options: Options, question: Question) -> None:
    publish(document, options.output, options.as_json, question.show)
    note_stop(document["stopped_by"], "what is said is proven by the regions that were seen")

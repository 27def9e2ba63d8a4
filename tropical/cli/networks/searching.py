"""What ``tropical verify`` is asked, and the search for one network and one property."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.arguments import ReadingOptions, read_network
from tropical.cli.networks import verdicts
from tropical.cli.networks.sharing import SharingOptions
from tropical.cli.options import Deadline
from tropical.cli.running import TimeUp, time_limit
from tropical.cli.scenes import SceneOptions

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.verification.property import Property
    from tropical.verification.property_search import Search, Verdict


@frozen(kw_only=True)
class Files(ReadingOptions):
    """A network and a property, or a list of them."""

    net: Annotated[
        Path | None, typer.Argument(metavar="NET", help="A network, as for other commands.", show_default=False)
    ] = None
    property_file: Annotated[
        Path | None,
        typer.Argument(metavar="PROP", help="A property: .vnnlib or .vnnlib.gz.", show_default=False),
    ] = None
    instances: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Decide a list of instances: lines NET,PROP,SECONDS of a .csv.", show_default=False
        ),
    ] = None

    def read(self) -> tuple[Network, Property]:
        """Return the network and the property."""
        from tropical.verification.property import Property

        if self.net is None or self.property_file is None:
            raise InputError("give a network and a property: tropical verify NET PROP.vnnlib")
        found = Property.read(self.property_file)
        return read_network(self.net, self), found


@frozen(kw_only=True)
class VerifyOptions(SceneOptions):
    """What is asked beside the verdict, and when to stop."""

    certificate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="If unsat, write a certificate for 'tropical check'.", show_default=False),
    ] = None
    counterexample: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="If sat, write the point as the competition does.", show_default=False),
    ] = None
    check_counterexample: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Only judge the counterexample in a file of the competition.", show_default=False
        ),
    ] = None
    margin: Annotated[
        bool, typer.Option("--margin", help="Also find the greatest value of the least condition, exactly.")
    ] = False
    limit: Annotated[
        int | None, typer.Option(metavar="NODES", min=1, help="Stop after so many nodes of the search.")
    ] = None
    deadline: Deadline = None
    input_splits: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="In the first N levels, halve inputs rather than split units."),
    ] = 0
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the search, and its parts over two inputs: .pdf, .svg or .png.",
            show_default=False,
        ),
    ] = None
    no_onnxruntime: Annotated[
        bool, typer.Option("--no-onnxruntime", help="Do not ask onnxruntime for its values at the point.")
    ] = False


def searched(
    network: Network, prop: Property, options: VerifyOptions, sharing: SharingOptions
) -> tuple[Search, Verdict]:
    """Search as far as the limits allow."""
    from tropical.regions.parallel import Sharing
    from tropical.verification.parallel import verify_in_slices
    from tropical.verification.property_search import Search

    search = Search.of(network, prop, input_splits=options.input_splits)
    with verdicts.progress() as show:

        def stopping(state: object) -> str | None:
            show(search)
            if options.limit is not None and search.state.n_nodes >= options.limit:
                return "limit"
            late = options.deadline is not None and time.monotonic() > options.deadline
            return "timeout" if late else None

        try:
            with time_limit(options.deadline):
                shared = Sharing(jobs=sharing.jobs, cluster=sharing.chosen_cluster, resume=sharing.resume)
                found = verify_in_slices(search, shared, stopping) if shared.is_needed else search.run(stopping)
        except TimeUp:
            found = search.verdict("timeout")
        except KeyboardInterrupt:
            found = search.verdict("interrupt")
    return search, found

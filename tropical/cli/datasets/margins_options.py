"""The options of ``tropical margins``: networks to be trained or found, and the direction of a signal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.arguments import ReadingOptions, refuse_unused
from tropical.cli.options import Deadline


@frozen
class LeakyOptions:
    """Networks of leaky ReLU units, and what is asked of them."""

    alpha: Annotated[
        str | None,
        typer.Option(metavar="Q", help="Slope of the leaky ReLU units below 0, 0 < Q <= 1.", show_default=False),
    ] = None
    best_network: Annotated[
        bool, typer.Option("--best-network", help="Find the shortest network with one unit of each sign and margin 1.")
    ] = False
    descend: Annotated[
        bool, typer.Option("--descend", help="Train a network from 0 by exact gradient descent for the hinge loss.")
    ] = False
    units: Annotated[
        int | None, typer.Option(metavar="M", min=1, help="Units of each sign in the descent; 1 if not given.")
    ] = None
    eta: Annotated[
        str | None,
        typer.Option(metavar="Q", help="Step of the descent; 1/(M n max|x|²) if not given.", show_default=False),
    ] = None
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Stop after N steps, and the search for a network after N programs."),
    ] = None
    deadline: Deadline = None

    def check(self) -> None:
        """Refuse options that would do nothing, and what needs a slope without one."""
        if not self.descend:
            refuse_unused("is of a descent; give --descend too", units=self.units, eta=self.eta)
        if not self.descend and not self.best_network:
            refuse_unused("is of leaky ReLU units; give --descend or --best-network too", alpha=self.alpha)
            refuse_unused("is of a descent or of a search; give --descend or --best-network too", limit=self.limit)
        elif self.alpha is None:
            raise InputError("no --alpha; give the slope of the leaky ReLU units below 0, such as 1/10")


@frozen
class SignalOptions(ReadingOptions):
    """A network to be looked at, and the direction of the signal."""

    network: Annotated[
        Path | None,
        typer.Option(metavar="NET", help="Also find the margins of a network on the data.", show_default=False),
    ] = None
    signal: Annotated[
        str | None,
        typer.Option(
            metavar="V", help="Part weights into signal and noise along this vector of length 1.", show_default=False
        ),
    ] = None
    gamma: Annotated[
        str | None,
        typer.Option(
            metavar="Q", help="Also give the error of w on sqrt(Q) y V + noise; with --signal.", show_default=False
        ),
    ] = None
    digits: Annotated[int, typer.Option(metavar="D", min=1, max=1000, help="Digits of the enclosures.")] = 15

    def check(self) -> None:
        """Refuse options that would do nothing."""
        if self.signal is None:
            refuse_unused("is about a signal; give --signal too", gamma=self.gamma)
        if self.network is None:
            refuse_unused("is about a network; name one with --network", **self.given)

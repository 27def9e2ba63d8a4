"""What ``tropical topology`` is asked: the function, the levels and sets, the homology and its ring."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.arguments import integers, naming, read_expressions, refuse_unused
from tropical.cli.options import Component

if TYPE_CHECKING:
    from polytopes.homology.coefficients import Ring
    from tropical.cli.functions.sources import FunctionFile
    from tropical.networks.network import Network


class SetName(StrEnum):
    """Which sets of a level are asked about."""

    sub = "sub"
    super = "super"
    level = "level"
    all = "all"


class TheoryName(StrEnum):
    """Which homology is meant; the names of :class:`tropical.topology.Theory`, which is not loaded for the help."""

    ordinary = "ordinary"
    borel_moore = "borel-moore"
    compactified = "compactified"


CLOSED, OPEN = {"sub": "<=", "level": "=", "super": ">="}, {"sub": "<", "super": ">"}


@frozen
class FunctionChoice:
    """Which function of several outputs, or their classes."""

    component: Component = None
    difference: Annotated[
        str | None, typer.Option(metavar="I,J", help="Take output I less output J.", show_default=False)
    ] = None
    classes: Annotated[
        bool, typer.Option("--classes", help="Ask about the regions of the classes and the boundary between them.")
    ] = False

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two outputs of a difference."""
        if self.difference is None:
            return None
        found = integers(self.difference, "--difference")
        if len(found) != 2:
            raise InputError(f"--difference {self.difference}: give two outputs, such as 0,1")
        return found[0], found[1]

    def check(self) -> None:
        """Refuse more than one choice."""
        if sum(given is not None and given is not False for given in (self.component, self.pair, self.classes)) > 1:
            raise InputError("give one of --component, --difference and --classes")

    def check_network(self, network: Network, source: object) -> None:
        """Refuse a network of several outputs of which none is chosen."""
        if network.output_dim != 1 and self.component is None and self.difference is None and not self.classes:
            raise InputError(
                f"{source} has {network.output_dim} outputs; choose one with --component K, the difference of two with "
                "--difference I,J, or their classes with --classes"
            )


@frozen
class SetChoice:
    """The sets that are asked about, and what of them."""

    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="C", help="A level, such as 1/2; may be repeated.", show_default=False),
    ] = None
    sets: Annotated[
        SetName | None,
        typer.Option("--set", help="Sets of a level: f <= C, f >= C, f = C; all if not given.", show_default=False),
    ] = None
    strict: Annotated[bool, typer.Option("--strict", help="Take f < C and f > C.")] = False
    theory: Annotated[TheoryName, typer.Option(help="Which homology of unbounded sets is meant.")] = TheoryName.ordinary
    field: Annotated[
        str, typer.Option(metavar="2|P|Q|Z", help="The field of coefficients, a prime or Q; Z gives torsion too.")
    ] = "2"
    barcode: Annotated[bool, typer.Option("--barcode", help="Find the barcode also where levels are asked about.")] = (
        False
    )
    critical: Annotated[
        bool, typer.Option("--critical", help="Find critical components also where levels are asked about.")
    ] = False
    cycles: Annotated[bool, typer.Option("--cycles", help="Give cycles of cells that represent the homology.")] = False

    def check(self, classes: bool) -> None:
        """Refuse options that would do nothing, or have no meaning."""
        if classes:
            refuse_unused(
                "is about one function; leave it out with --classes",
                level=self.level, set=self.sets, strict=self.strict, barcode=self.barcode, critical=self.critical,
                theory=None if self.theory is TheoryName.ordinary else self.theory,
            )  # fmt: skip
        elif not self.level:
            refuse_unused(
                "is about the sets of a level; give --level too",
                set=self.sets, strict=self.strict, cycles=self.cycles,
                theory=None if self.theory is TheoryName.ordinary else self.theory,
            )  # fmt: skip
        if self.strict and self.sets is SetName.level:
            raise InputError("--strict is for f < C and f > C; leave it out with --set level")
        if self.strict and self.theory is not TheoryName.ordinary:
            raise InputError(f"--theory {self.theory} is defined for closed sets here; leave --strict out")
        if self.cycles and self.theory is not TheoryName.ordinary:
            raise InputError("--cycles are of ordinary homology; leave --theory out")
        self.levels  # noqa: B018
        self.ring  # noqa: B018

    @property
    def levels(self) -> list[Fraction]:
        """The levels."""
        from polytopes.arithmetic.rationals import as_fraction

        found = []
        for text in self.level or ():
            with naming("--level", text):
                found.append(as_fraction(text))
        return found

    @property
    def relations(self) -> dict[str, str]:
        """The sets of every level, and what is asked of the values."""
        known = OPEN if self.strict else CLOSED
        chosen = SetName.all if self.sets is None else self.sets
        return dict(known) if chosen is SetName.all else {chosen.value: known[chosen.value]}

    @property
    def ring(self) -> Ring:
        """The ring of coefficients."""
        from polytopes.homology.coefficients import INTEGERS, checked_field

        if self.field.upper() in ("Z", "Q"):
            return INTEGERS if self.field.upper() == "Z" else 0
        with naming("--field", self.field):
            if not (self.field.isascii() and self.field.isdecimal()) or len(self.field) > 18 or self.field == "0":
                raise InputError("give a prime, Q for the rationals, or Z")
            return checked_field(int(self.field))

    @property
    def ring_name(self) -> str:
        """The ring as documents name it: Z, Q or a prime."""
        ring = self.ring
        return "Q" if ring == 0 else str(ring)

    @property
    def has_barcode(self) -> bool:
        """Whether the barcode is asked for."""
        return self.barcode or not self.level

    @property
    def has_critical(self) -> bool:
        """Whether critical components are asked for."""
        return self.critical or not self.level


def read_source(file: FunctionFile) -> Network:
    """Return what is in a file as a network; of expressions the gates are the maxima as they are written."""
    from tropical.networks.sources import as_network

    function = read_expressions(file.source, file)
    if function is not None:
        return function
    return as_network(file.read())

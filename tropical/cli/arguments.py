"""Networks, domains and planes as they are named on the command line; every number is read exactly."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields, frozen

from polytopes.errors import DomainError, InputError, NumberError, ShapeError
from polytopes.messages import shortened
from tropical.cli.assumptions import assume
from tropical.cli.documents import network_document
from tropical.cli.options import (
    Activation,
    BoxText,
    CaseNumber,
    DomainPath,
    InputShape,
    Logits,
    NetworkPath,
    NoCheck,
    OutputName,
)
from tropical.cli.tables import note

if TYPE_CHECKING:
    from fractions import Fraction

    from polytopes.arithmetic.rationals import Vector
    from polytopes.formats.plain import Bounds
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.plane import Plane

_PROPERTY = re.compile(r"(.+\.vnnlib(?:\.gz)?)(?::(\d{1,9}))?", re.IGNORECASE | re.ASCII | re.DOTALL)
"""The path of a property in VNN-LIB, and the number of one of its cases."""


@frozen(kw_only=True)
class ReadingOptions:
    """What is said of a network beside its file, where that does not say it."""

    input_shape: InputShape = None
    activation: Activation = None
    output_name: OutputName = None
    logits: Logits = False
    no_check: NoCheck = False

    @property
    def given(self) -> dict[str, Any]:
        """The values of the options by their names."""
        return {own.name: getattr(self, own.name) for own in fields(ReadingOptions)}

    def of_each(self, *paths: Path) -> list[ReadingOptions]:
        """Return the options for each of several files: the activation is for those that do not say theirs.

        Raises:
            InputError: if an activation is given and all of them say theirs.
        """
        from tropical.networks.readers.loading import BARE

        is_bare = [path.suffix.lower() in BARE for path in paths]
        if self.activation is not None and not any(is_bare):
            raise InputError(f"--activation is for files that do not say theirs ({', '.join(BARE)}); leave it out")
        return [self if bare else evolve(self, activation=None) for bare in is_bare]


@frozen
class NetworkFile(ReadingOptions):
    """A network, and what is said of it beside its file."""

    net: NetworkPath

    def read(self) -> Network:
        """Return the network in the file."""
        return read_network(self.net, self)

    def document(self, network: Network) -> dict[str, Any]:
        """Return what is said of the network that was read."""
        return network_document(network, str(self.net))


@frozen
class DomainOptions:
    """A box or a polyhedron, as the options spell it."""

    box: BoxText = None
    domain: DomainPath = None
    case: CaseNumber = None

    def check(self, relative: bool | None = False) -> None:
        """Refuse two domains, and options that are about domains of another kind, or without a domain."""
        if self.box is not None and self.domain is not None:
            raise InputError("--box and --domain are both given; give one domain")
        match = None if self.domain is None else _PROPERTY.fullmatch(str(self.domain))
        if self.case is not None and (match is None or match[2] is not None):
            reason = "is for --domain FILE.vnnlib" if match is None else f"is chosen by {self.domain} already"
            raise InputError(f"--case {self.case} {reason}; leave it out")
        if relative and self.box is None and self.domain is None:
            raise InputError("--relative is about a lower-dimensional domain; give --box or --domain")

    def read(self, dim: int, relative: bool | None) -> tuple[Polyhedron | None, dict[str, Any]]:
        """Return the domain, None for the whole space, and what a document says of it.

        Args:
            dim: the dimension of the space that it is to lie in.
            relative: whether it may be lower-dimensional; None if the command has no option that allows it.

        Raises:
            FileFormatError: if the file cannot be read or is not of the format its ending says.
            ShapeError: if the domain lies in another space.
            DomainError: if it is empty, or lower-dimensional and may not be.
        """
        domain, found = self._read(dim)
        if domain is not None:
            _check(domain, dim, relative)
            if not domain.is_full_dimensional:
                found["free"] = _free(domain)
        return domain, found

    def _read(self, dim: int) -> tuple[Polyhedron | None, dict[str, Any]]:
        from polytopes.arithmetic.rationals import exact_text
        from polytopes.formats import Bounds, parse_box

        self.check()
        found: Polyhedron | Bounds
        if self.box is not None:
            with naming("--box", self.box):
                found, source = parse_box(self.box, dim), dict[str, Any]()
        elif self.domain is not None:
            found, source = _read_domain(self.domain, self.case, dim)
        else:
            return None, {"kind": "space", "dim": dim}
        if isinstance(found, Bounds):
            bounds = {"lower": list(map(exact_text, found.lower)), "upper": list(map(exact_text, found.upper))}
            return found.polyhedron, {"kind": "box", **bounds, **source}
        return found, {"kind": "polyhedron", "dim": found.ambient_dim, **source}


def _check(domain: Polyhedron, dim: int, relative: bool | None) -> None:
    """Refuse a domain that the command cannot be about, before it does anything else."""
    from polytopes.enumeration.domain_cell import check_domain

    try:
        check_domain(domain, dim, bool(relative))
    except DomainError as error:
        if domain.is_empty:
            raise
        if relative is None:
            where = f"dimension {domain.dim} in Q^{dim}"
            raise DomainError(f"the domain has {where}; this is asked about full-dimensional domains only") from None
        raise DomainError(f"{error}: add --relative") from None


def _free(domain: Polyhedron) -> list[int]:
    """Return the coordinates that are not the same everywhere on a domain."""
    from polytopes.enumeration.domain_cell import hull_basis

    directions = hull_basis(domain)[1:]
    return [i for i in range(domain.ambient_dim) if any(direction[i + 1] for direction in directions)]


def _read_domain(path: Path, case: int | None, dim: int) -> tuple[Polyhedron | Bounds, dict[str, Any]]:
    """Return the domain in a file, and what a document says of its source."""
    from polytopes.formats import load_domain

    match = _PROPERTY.fullmatch(str(path))
    if match is None:
        return load_domain(path), {"source": str(path)}
    return _read_inputs(match[1], case if match[2] is None else int(match[2]), dim)


def _read_inputs(path: str, number: int | None, dim: int) -> tuple[Polyhedron | Bounds, dict[str, Any]]:
    """Return the inputs of a property, of its case of this number if there are several; all else is not used."""
    from polytopes.formats.limits import reading
    from tropical.verification.property import Property

    found = Property.read(path)
    if found.n_inputs != dim:
        spaces = f"in Q^{found.n_inputs}, those of the network in Q^{dim}"
        raise ShapeError(f"{path}: the inputs of the property are {spaces}")
    count = len(found.cases)
    if number is None and count > 1:
        parts = f"its inputs are in {count} parts; choose one with --case K, K from 0 to {count - 1}"
        raise InputError(f"{path}: {parts}")
    try:
        with reading():
            domain = found.case(number).domain
    except InputError as error:
        raise type(error)(f"{path}: {error}") from None
    note(f"{path}: only what it says of the inputs is used")
    return domain, {"source": path, "property": {"case": number or 0, "cases": count, "outputs_used": False}}


def is_expression(source: Path) -> bool:
    """Return whether a source is no file but an expression written on the command line, such as ``max(x, y, 0)``.

    >>> is_expression(Path("max(x, 1/2 y, 0.5)")), is_expression(Path("net(1).json"))
    (True, False)
    """
    from tropical.networks.readers import loading

    return loading.is_expression(str(source))


def read_expressions(source: Path, options: ReadingOptions) -> Network | None:
    """Return the network of an expression on the command line, or of those in a ``.txt`` file; None for others.

    Its gates are the maxima as they are written.

    Raises:
        InputError: if the text is no expression, and for options that are about files of networks.
    """
    from tropical.networks.loading import load

    written = is_expression(source)
    if not written and source.suffix.lower() != ".txt":
        return None
    refuse_unused("is about networks; leave it out for a function", **options.given)
    return load(str(source))


def read_network(path: Path, options: ReadingOptions) -> Network:
    """Return the network in a file; what is assumed of it is noted, and said (:mod:`tropical.cli.assumptions`)."""
    from tropical.networks.loading import load
    from tropical.networks.readers.comparison import NotCompared

    function = read_expressions(path, options)
    if function is not None:
        return function
    shape = None if options.input_shape is None else integers(options.input_shape, "--input-shape")
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", NotCompared)
        network = load(
            path,
            input_shape=shape,
            activation=options.activation,
            output_name=options.output_name,
            logits=options.logits,
            check=not options.no_check,
        )
    for warning in found:
        note(f"{path}: {warning.message}")
    if options.activation is not None:
        from tropical.networks.readers.state_dicts.reading import assumption

        assume(path, assumption(network, options.activation))
    if path.suffix.lower() == ".nnet":
        from tropical.networks.readers.nnet import CONVENTION

        note(f"{path}: {CONVENTION}")
    return network


def chosen_plane(text: str, dim: int, domain: Polyhedron | None) -> Plane:
    """Return the plane that ``--slice`` spells; see :func:`tropical.pictures.plane.parse_plane`."""
    from tropical.pictures.plane import parse_plane

    with naming("--slice", text):
        return parse_plane(text, dim, domain)


def numbers(text: str, option: str) -> Vector:
    """Return the numbers in a list separated by commas.

    >>> numbers("-1,2/3, 0.1", "--functional")
    (Fraction(-1, 1), Fraction(2, 3), Fraction(1, 10))
    """
    from polytopes.arithmetic.rationals import as_vector

    with naming(option, text):
        return as_vector(text.split(","))


def one_number(text: str | None, option: str) -> Fraction | None:
    """Return the number that an option spells, None if it is not given.

    >>> one_number("1e-1", "--alpha")
    Fraction(1, 10)
    """
    from polytopes.arithmetic.rationals import as_fraction

    if text is None:
        return None
    with naming(option, text):
        return as_fraction(text)


def integers(text: str, option: str) -> tuple[int, ...]:
    """Return the integers in a list separated by commas."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise NumberError(f"{option} {shortened(text)}: give integers separated by commas") from None


@contextmanager
def naming(option: str, text: str) -> Iterator[None]:
    """Let errors of input say which option was spelled wrongly."""
    try:
        yield
    except InputError as error:
        raise type(error)(f"{option} {shortened(text)}: {error}") from None


def refuse_unused(reason: str, **given: object) -> None:
    """Refuse options that would do nothing.

    Args:
        reason: why, as the end of a sentence that begins with the option.
        given: the values of the options by their names; those that are None or False were not given.

    >>> refuse_unused("says what to draw; give --plot too", slice="0,1")
    Traceback (most recent call last):
        ...
    polytopes.errors.InputError: --slice says what to draw; give --plot too
    """
    for name, value in given.items():
        if value is not None and value is not False:
            raise InputError(f"--{name.replace('_', '-')} {reason}")

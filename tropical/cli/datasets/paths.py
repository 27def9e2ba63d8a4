"""Paths between classifiers on the command line: how their ends are spelled, and how they are shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from polytopes.errors import FileFormatError, InputError, NumberError, ShapeError
from polytopes.messages import shortened
from tropical.cli.arguments import ReadingOptions, read_network, refuse_unused
from tropical.cli.datasets.sources import sign_text

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Matrix
    from tropical.fans.classification.fan import ClassificationFan, Signs
    from tropical.fans.classification.paths import WallPath

SIGNS = re.compile(r"[-+]+")


@frozen
class PathOptions:
    """The ends of a path through walls, and how high it may rise."""

    path: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B",
            help="A shortest path through walls. Ends are signs such as +--+, a parameter 'a,s,...;a,s,...', a .json "
            "file with one, or a network.",
            show_default=False,
        ),
    ] = None
    max_loss: Annotated[
        int | None, typer.Option("--max-loss", metavar="K", min=0, help="The most errors anywhere on the path.")
    ] = None
    lowest: Annotated[
        bool, typer.Option("--lowest", help="Take a path on which the errors rise as little as possible.")
    ] = False

    @property
    def files(self) -> tuple[Path, ...]:
        """The files among the ends."""
        return tuple(Path(text) for text in self.path or () if not _is_inline(text))

    def check(self) -> None:
        """Refuse options that say something of a path without one, or two different things of one."""
        if self.path is None:
            refuse_unused("says something of a --path; give its ends", max_loss=self.max_loss, lowest=self.lowest)
        if self.max_loss is not None and self.lowest:
            raise InputError("--max-loss and --lowest are both given; give one of them")

    def check_labels(self, fan: ClassificationFan, source: Path) -> None:
        """Refuse to bound the loss on data without labels."""
        if (self.max_loss is not None or self.lowest) and not fan.data.labels:
            raise InputError(f"{source}: no labels, so that a path has no loss; name their column with --labels")

    def find(self, fan: ClassificationFan, reading: ReadingOptions) -> dict[str, Any]:
        """Return a shortest path, as a document; the options are for the networks at its ends."""
        from tropical.fans.classification.paths import barrier, shortest_path

        assert self.path is not None
        options = dict(zip(self.files, reading.of_each(*self.files), strict=True))
        start, end = (read_end(text, fan, options.get(Path(text), reading)) for text in self.path)
        found = barrier(fan, start, end)[1] if self.lowest else shortest_path(fan, start, end, self.max_loss)
        return {"max_loss": self.max_loss, "lowest": self.lowest, **path_document(found)}


def path_document(path: WallPath | None) -> dict[str, Any]:
    """Return a path as a document; ``walls`` is null if there is none."""
    if path is None:
        return {"walls": None, "cones": [], "losses": None, "highest_loss": None}
    losses = path.losses
    return {**path.as_dict(), "highest_loss": None if losses is None else max(losses)}


def _is_inline(text: str) -> bool:
    return bool(SIGNS.fullmatch(text)) or ";" in text or "," in text


def read_end(text: str, fan: ClassificationFan, reading: ReadingOptions) -> Signs | Matrix:
    """Return an end of a path: signs such as ``+--+``, rows such as ``'0,1;1,0'``, or what is in a file.

    A file is a network, or JSON with a "parameter" as the command itself writes it. Idle terms are added to a network.

    Raises:
        InputError: if it cannot be read as any of them, or does not fit the data.
    """
    from polytopes.arithmetic.rationals import as_matrix, as_vector

    if SIGNS.fullmatch(text):
        return tuple(1 if sign == "+" else -1 for sign in text)
    try:
        if _is_inline(text):
            return _checked(as_matrix([as_vector(row.split(",")) for row in text.split(";")]), fan)
        return _from_file(Path(text), fan, reading)
    except (NumberError, ShapeError) as error:
        raise InputError(f"--path {shortened(text)}: {error}") from None


def _from_file(path: Path, fan: ClassificationFan, reading: ReadingOptions) -> Matrix:
    from tropical.parameter_space.position import position_of_network

    rows = parameter_document(path)
    if rows is not None:
        return _checked(rows, fan)
    return position_of_network(read_network(path, reading), fan.data).with_terms(fan.terms).parameter


def parameter_document(path: Path) -> Matrix | None:
    """Return the "parameter" in a .json file, None if the file is of another kind or has none.

    Raises:
        FileFormatError: if it cannot be read, or the parameter is no matrix.
    """
    from polytopes.arithmetic.rationals import as_matrix
    from polytopes.formats import limits

    if path.suffix.lower() != ".json":
        return None
    with limits.reading():
        content = _json(path)
        if not isinstance(content, dict) or "parameter" not in content:
            return None
        rows = content["parameter"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise FileFormatError(f'{path}: "parameter" is not a list of rows')
        return as_matrix(rows)


def _json(path: Path) -> Any:
    from polytopes.formats.files import read_text

    try:
        return json.loads(read_text(path), parse_float=str)
    except FileFormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{path}: not JSON ({error})") from None


def _checked(rows: Matrix, fan: ClassificationFan) -> Matrix:
    size = (fan.n_terms, fan.data.dim + 1)
    if (len(rows), len(rows[0]) if rows else 0) != size:
        n, m = fan.terms
        raise ShapeError(f"{len(rows)} rows for {n} + {m} terms; each is a constant and {fan.data.dim} exponents")
    return rows


def path_rows(path: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the rows of a table that say how long a path is."""
    if path["walls"] is None:
        return [("path", f"none with a loss of at most {path['max_loss']}")]
    rows = [("path", f"{path['walls']:,} walls")]
    if path["losses"] is not None:
        rows.append(("highest loss on it", f"{path['highest_loss']:,}"))
    return rows


def path_table(path: dict[str, Any]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the table of the cones of a path: which points change before, signs, and losses."""
    cones, losses = path["cones"], path["losses"]
    rows = []
    for i, cone in enumerate(cones):
        before = cones[i - 1]["colors"] if i else cone["colors"]
        changed = " ".join(str(p) for p, (a, b) in enumerate(zip(before, cone["colors"], strict=True)) if a != b)
        row = [str(i), changed, sign_text(cone["signs"])]
        rows.append(row if losses is None else [*row, str(losses[2 * i - 1]) if i else "", str(losses[2 * i])])
    names = ("cone", "points that change", "signs")
    return (names if losses is None else (*names, "loss on the wall", "loss")), rows

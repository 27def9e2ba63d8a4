"""Densities of biases from files."""

from __future__ import annotations

from pathlib import Path

from polytopes.errors import FileFormatError, InputError
from polytopes.formats.files import read_text
from polytopes.formats.polymake import json_of
from tropical.fans.data_files import read_points
from tropical.representations.splines.bias_density import BiasDensity


def read_density(path: Path) -> BiasDensity:
    """Return the density in a file: a table with the columns from, to, height, or a ``.json`` list of such triples.

    Raises:
        FileFormatError: if the file cannot be read.
        InputError: if this is no symmetric density; see :meth:`BiasDensity.pieces`.
    """
    try:
        if path.suffix.lower() != ".json":
            return BiasDensity.pieces(read_points(path))
        found = json_of(read_text(path))
        if not isinstance(found, list):
            raise FileFormatError('a density is a list of triples, such as [["-1", "1", "1/2"]]')
        return BiasDensity.pieces(found)
    except InputError as error:
        raise error if str(error).startswith(str(path)) else type(error)(f"{path}: {error}") from None

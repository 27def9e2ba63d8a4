"""The command ``tropical pool``: the numbers of a max-pooling layer, as a table or a document."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.digits import text_of
from tropical._version import __version__
from tropical.commands.documents import as_text, check_target
from tropical.commands.pool_inputs import LayerOptions, read_pool
from tropical.commands.pool_tables import show_pool

if TYPE_CHECKING:
    from tropical.pooling.counts import Pool


@frozen
class Options:
    """The options of the command, as they were spelled."""

    layer: LayerOptions
    facets: bool
    f_vector: bool
    generating_function: bool
    listed: bool
    limit: int | None
    output: Path | None
    as_json: bool


def run(options: Options) -> None:
    """Count and report."""
    from polytopes.formats.files import write_text

    started = time.perf_counter()
    if options.output is not None:
        check_target(options.output, options.layer.windows)
    pool, described = read_pool(options.layer)
    document = {**described, **_numbers(pool, options)}
    document |= {"seconds": time.perf_counter() - started, "version": __version__}
    if options.output is not None:
        write_text(options.output, as_text(document))
    if options.as_json:
        sys.stdout.write(as_text(document))
        sys.stdout.flush()
    else:
        show_pool(document)


def _numbers(pool: Pool, options: Options) -> dict[str, Any]:
    """Return what is counted, and what was left out with the reason."""
    found: dict[str, Any] = {
        "channels": pool.channels,
        "activation": pool.activation,
        "windows": pool.n_windows,
        "vertices": text_of(pool.n_vertices()),
    }
    if pool.activation != "leaky":
        found["dimension"] = pool.dimension
        vector = pool.f_vector()
        found |= {"facets": vector[-2] if len(vector) > 1 else 0, "f_vector": list(vector)}
    return found

"""Where an answer goes: a table or a JSON document on standard output, and a file for the document."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from tropical.cli.assumptions import show_assumptions, with_assumptions
from tropical.cli.documents import as_text, check_targets
from tropical.cli.options import AsJson, Output
from tropical.cli.running import held_signals
from tropical.cli.starting import Document, answered
from tropical.cli.tables import note_stop

FOUND = "the counts are of what was found"
"""What is said of counts that are not complete."""
KNOWN = "this is what was known by then"
"""What is said of other answers that are not complete."""


@frozen
class Answer:
    """The options of an answer."""

    output: Output = None
    as_json: AsJson = False

    def check(self, *inputs: Path | None, others: tuple[Path | None, ...] = ()) -> None:
        """Refuse files that cannot be written, that are inputs or one another, before any work is done."""
        check_targets((self.output, *others), inputs)

    def publish(self, document: Document, show: Callable[[Document], None], said: str = FOUND) -> None:
        """Write the document to its file, and print it, as JSON or as ``show`` does for a person.

        It says what was assumed of the networks that were read (:mod:`tropical.cli.assumptions`). If the work was
        stopped, a note says so; ``said`` is its second half. An answer that cannot be written to the file is printed
        nevertheless.
        """
        document = with_assumptions(document)
        with held_signals():
            try:
                self.write(document)
            finally:
                answered()
                if self.as_json:
                    print_text(as_text(document))
                else:
                    show(document)
                    show_assumptions()
            if document.get("complete") is not True:
                note_stop(document.get("stopped_by"), said)

    def write(self, document: Document) -> None:
        """Write the document to its file, if there is one."""
        if self.output is not None:
            from polytopes.output_files import write_text

            write_text(self.output, as_text(document))


def print_text(text: str) -> None:
    """Print an answer."""
    answered()
    sys.stdout.write(text)
    sys.stdout.flush()

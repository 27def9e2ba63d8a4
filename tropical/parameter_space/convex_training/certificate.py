"""Certificates of optima as files, which ``tropical check`` verifies."""

from __future__ import annotations

from pathlib import Path

from polytopes.output_files import write_text
from tropical.parameter_space.convex_training.checker import written
from tropical.parameter_space.convex_training.trained import Trained


def save_certificate(trained: Trained, path: Path, target: str = "-1") -> None:
    """Verify the certificate of an answer and write it to a file.

    Args:
        trained: an answer, or bounds.
        path: the file.
        target: the column of the targets in the table that the file will be compared with; the last one if not given.

    Raises:
        InputError: if nothing is known of the optimum.
        VerificationFailed: if the certificate does not pass.
    """
    trained.check()
    write_text(path, written({**trained.certificate, "target": target}))

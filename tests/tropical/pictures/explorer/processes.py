"""The processes of the explorer that run on this machine, as the system lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULE = b"tropical.pictures.explorer.worker_process"


def listed() -> None:
    """Skip a test where the system does not list processes in files."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")


def workers_of(parent: int | None = None, session: int | None = None, mark: bytes = MODULE) -> list[int]:
    """The processes with a mark in their command: the children of a process, or all of a session.

    Children that were not waited for count too.
    """
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            # pid (command) state parent group session ...
            facts = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        is_child = int(facts[1]) in (parent, session)
        if (is_child or int(facts[3]) == session) and (mark in command or (is_child and facts[0] == "Z")):
            found.append(int(folder.name))
    return found

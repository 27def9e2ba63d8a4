"""Every reader on thousands of files that are almost right: it loads, or says in one line what is wrong.

``python -m tests.fuzz.test_readers SECONDS [NAME]`` goes on for longer, with seeds that differ from run to run.
"""

from __future__ import annotations

import sys
import time
import traceback
import warnings
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, gettempdir

import pytest

from polytopes.errors import ToolkitError
from tests.fuzz.bounds import SECONDS, Hangs, bounded
from tests.fuzz.targets import TARGETS, Target

LONGEST_MESSAGE = 2000


def fault(target: Target, path: Path) -> str | None:
    """Return what is wrong with how a reader takes a file, None if nothing is."""
    try:
        with bounded(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            target.read(path)
    except ToolkitError as error:
        message = str(error)
        if len(message) > LONGEST_MESSAGE + len(str(path)) or len(message.splitlines()) != 1:
            return f"a message of {len(message)} characters: {message[:300]!r}"
        return "more memory than there is" if "more memory than there is" in message else None
    except Hangs:
        return f"takes more than {SECONDS} seconds\n{traceback.format_exc()}"
    except Exception:
        return traceback.format_exc()
    return None


def fuzz(target: Target, seed: int, count: int, folder: Path) -> None:
    """Read so many files; the first that is not taken as it should be stays in the folder."""
    path = folder / f"{seed}{target.ending}"
    mutants = target.mutants(Random(seed))
    for number in range(count):
        content = next(mutants)
        path.write_bytes(content)
        found = fault(target, path)
        assert found is None, f"{target.name}, seed {seed}, file {number}: {content[:2000]!r}\n{found}"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_files_that_are_almost_right(target: Target, tmp_path: Path) -> None:
    fuzz(target, 1, 60, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_many_files_that_are_almost_right(target: Target, tmp_path: Path) -> None:
    fuzz(target, 2, 4000, tmp_path)


def test_valid_files_are_read(tmp_path: Path) -> None:
    """Else the mutations begin from files that are refused at the door."""
    for target in TARGETS:
        for content in target.seeds():
            path = tmp_path / f"a{target.ending}"
            path.write_bytes(content)
            target.read(path)


def main() -> None:
    """Fuzz until the time is over; faults are printed, the first of each place in the code."""
    seconds, names = float(sys.argv[1]), sys.argv[2:]
    targets = [target for target in TARGETS if not names or target.name in names]
    seed, seen, count = time.time_ns(), set[str](), 0
    with TemporaryDirectory() as folder:
        for target in targets:
            start, mutants = time.monotonic(), target.mutants(Random(seed))
            path = Path(folder) / f"a{target.ending}"
            while time.monotonic() - start < seconds / len(targets):
                content = next(mutants)
                path.write_bytes(content)
                began = time.monotonic()
                found = fault(target, path)
                if found is None and time.monotonic() - began > 3:
                    found = "slow"
                count += 1
                place = "" if found is None else target.name + "".join(found.splitlines()[-4:])
                if found is not None and place not in seen:
                    seen.add(place)
                    kept = Path(gettempdir()) / f"fault-{len(seen)}{target.ending}"
                    kept.write_bytes(content)
                    print(f"--- {target.name} {kept} {time.monotonic() - began:.1f} s", flush=True)
                    print(f"{content[:300]!r}\n{found}", flush=True)
    print(f"{count} files, {len(seen)} faults")


if __name__ == "__main__":
    main()

"""What is read is a regular file: all else is refused at once, since it may be endless or never begin."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import tropical
from polytopes import formats
from polytopes.errors import FileFormatError
from polytopes.formats.files import read_bytes, read_text
from tropical.algebra.files import load_function
from tropical.fans.data_files import read_data
from tropical.pooling.window_files import read_windows
from tropical.regions.pattern_files import read_patterns

READERS = [
    (formats.load, ".ine .ext .json .sage"),
    (formats.load_complex, ".json .sage"),
    (formats.load_fan, ".gfan"),
    (tropical.load, ".json .npz .onnx .pt .pth"),
    (load_function, ".json .txt"),
    (read_data, ".csv"),
    (read_windows, ".json .txt"),
    (lambda path: list(read_patterns(path)), ".npz"),
]


@pytest.mark.parametrize(("read", "endings"), READERS)
def test_what_is_no_file_is_refused_at_once(read, endings: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for ending in endings.split():
        for name, source in [("pipe", tmp_path / "pipe"), ("zero", "/dev/zero"), ("folder", tmp_path / "folder")]:
            path = tmp_path / f"{name}{ending}"
            if not path.exists():
                path.symlink_to(source)
            word = {"pipe": "a pipe", "zero": "a device", "folder": "[dD]irectory"}[name]
            with pytest.raises(FileFormatError, match=rf"{path}: .*cannot be read.*{word}"):
                read(path)


def test_links_to_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a\r\nb\rc\n")
    (tmp_path / "link").symlink_to("f")
    assert read_text(tmp_path / "link") == "a\nb\nc\n"
    assert read_bytes(tmp_path / "link") == b"a\r\nb\rc\n"
    np.savez(tmp_path / "p.npz", patterns_0=np.zeros((2, 3), dtype=np.uint8))
    (tmp_path / "link.npz").symlink_to("p.npz")
    assert [block.tolist() for block in read_patterns(tmp_path / "link.npz")] == [[[0, 0, 0], [0, 0, 0]]]


def test_names_that_cannot_be_used(tmp_path: Path) -> None:
    for name in ("none", "\0", 300 * "x"):
        with pytest.raises(FileFormatError, match="cannot be read"):
            read_text(tmp_path / name)

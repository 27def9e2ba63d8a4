"""Compiled code is kept as long as its sources stay the same."""

from pathlib import Path

from polytopes.stale_code import discard_stale_code


def test_code_is_discarded_when_a_source_changes(tmp_path: Path) -> None:
    source, cache = tmp_path / "kernel.py", tmp_path / "__pycache__"
    source.write_text("1")
    discard_stale_code(tmp_path, [source])
    code, other = cache / "kernel.f.nbi", cache / "kernel.pyc"
    for path in (code, other):
        path.write_text("compiled")
    discard_stale_code(tmp_path, [source])
    assert code.exists()
    source.write_text("2")
    discard_stale_code(tmp_path, [source])
    assert not code.exists() and other.exists()


def test_a_folder_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text("1")
    (tmp_path / "__pycache__").write_text("a file where the folder should be")
    discard_stale_code(tmp_path, [tmp_path / "kernel.py"])

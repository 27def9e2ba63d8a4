"""Who asked is told when a kernel is compiled."""

import sys

import pytest

from polytopes.jit import compilation, notices

event = pytest.importorskip("numba.core.event")


def test_the_beginning_of_a_compilation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compilation.compilation_begins is notices.compilation_begins
    told: list[str] = []
    monkeypatch.setattr(notices, "_told", [])
    notices.tell_of_compilation(lambda: told.append("begun"))
    with event.trigger_event("numba:compile"):
        assert told == ["begun"]
    assert told == ["begun"]


def test_who_types_is_told_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(notices, "_told", [])
    monkeypatch.setattr(notices, "_said", [])
    monkeypatch.delattr(sys, "ps1", raising=False)
    notices.compilation_begins()
    assert capsys.readouterr().err == "", "a program gets nothing that it did not ask for"
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    notices.compilation_begins()
    notices.compilation_begins()
    assert capsys.readouterr().err == f"{notices.NOTICE}\n"

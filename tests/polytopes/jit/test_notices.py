"""Who asked is told when a kernel is compiled."""

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

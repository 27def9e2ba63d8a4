"""No text from anywhere is run as code: nothing that evaluates or unpickles is called."""

from __future__ import annotations

import ast
import builtins
import io
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.parsing import sympy_parser

import tropical
from polytopes.errors import InputError, ToolkitError
from tests.fuzz.targets import TARGETS
from tests.paths import ROOT
from tropical.algebra.sympy_expressions import from_sympy

MODULES = sorted(path for package in ("polytopes", "tropical") for path in (ROOT / package).rglob("*.py"))
CALLS = {"eval", "exec", "compile", "execfile", "__import__", "sympify", "parse_expr", "lambdify", "literal_eval"}
METHODS = {
    ("ast", "literal_eval"),
    ("dill", "load"),
    ("dill", "loads"),
    ("joblib", "load"),
    ("marshal", "load"),
    ("marshal", "loads"),
    ("np", "load"),
    ("numpy", "load"),
    ("os", "popen"),
    ("os", "system"),
    ("pickle", "Unpickler"),
    ("pickle", "load"),
    ("pickle", "loads"),
    ("runpy", "run_path"),
    ("shelve", "open"),
    ("sympy", "lambdify"),
    ("sympy", "parse_expr"),
    ("sympy", "sympify"),
    ("torch", "load"),
    ("yaml", "load"),
}
IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "code", "runpy"}
MARK = "__import__('os').system('touch evaluated')"


def dangerous(tree: ast.AST) -> Iterator[str]:
    """Calls that run a text or a pickle, imports of modules that do, and names bound to such functions."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in CALLS:
                yield f"line {node.lineno}: {name}"
            case ast.Call(func=ast.Name(id="S") | ast.Attribute(attr="S")):
                yield f"line {node.lineno}: sympy.S"
            case ast.Attribute(value=ast.Name(id="torch"), attr="load") if _is_safe(tree, node):
                continue
            case ast.Attribute(value=ast.Name(id=module), attr=name) if (module, name) in METHODS:
                yield f"line {node.lineno}: {module}.{name}"
            case ast.Call() if any(_is_true(keyword, "allow_pickle") for keyword in node.keywords):
                yield f"line {node.lineno}: allow_pickle"
            case ast.Call() if any(_is_true(keyword, "shell") for keyword in node.keywords):
                yield f"line {node.lineno}: shell"
            case ast.Import(names=names) if any(alias.name.partition(".")[0] in IMPORTS for alias in names):
                yield f"line {node.lineno}: import"
            case ast.ImportFrom(module=str(module), names=names):
                if module.partition(".")[0] in IMPORTS or {alias.name for alias in names} & CALLS:
                    yield f"line {node.lineno}: import"


def _is_safe(tree: ast.AST, function: ast.Attribute) -> bool:
    """Whether torch.load is called with weights_only=True, the constant."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.func is function]
    return len(calls) == 1 and any(_is_true(keyword, "weights_only") for keyword in calls[0].keywords)


def _is_true(keyword: ast.keyword, name: str) -> bool:
    """Whether a keyword is given, with any value but False (for ``weights_only``: with True)."""
    if keyword.arg != name:
        return False
    value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
    return value is True if name == "weights_only" else value is not False


def test_nothing_evaluates_text() -> None:
    found = {path: list(dangerous(ast.parse(path.read_text(encoding="utf-8")))) for path in MODULES}
    assert not {path: calls for path, calls in found.items() if calls}


@pytest.mark.parametrize(
    "code",
    [
        "eval(text)",
        "run = exec",
        "sympy.sympify(text)",
        "sympy.S(text)",
        "from sympy import sympify",
        "import pickle",
        "from pickle import loads as f",
        "np.load(path)",
        "read(path, allow_pickle=True)",
        "read(path, allow_pickle=flag)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "torch.load(path, weights_only=flag)",
        "load = torch.load",
        "subprocess.run(text, shell=True)",
        "import yaml",
    ],
)
def test_the_scan_finds(code: str) -> None:
    assert list(dangerous(ast.parse(code)))
    assert not list(dangerous(ast.parse("torch.load(path, weights_only=True); np.save(f, x, allow_pickle=False)")))


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was evaluated with the mark of this test, or unpickled, or read by sympy, while the test ran."""
    import torch

    seen: list[str] = []

    def watch(owner: Any, name: str, allowed: Callable[[tuple[Any, ...], dict[str, Any]], bool]) -> None:
        original = getattr(owner, name)

        def instead(*arguments: Any, **options: Any) -> Any:
            frame = sys._getframe(1)
            is_compiled_code = str(frame.f_globals.get("__name__")).startswith("numba.")
            if not is_compiled_code and not allowed(arguments, options):
                seen.append(f"{name}: {str(arguments)[:200]}")
            if owner is builtins and len(arguments) == 1:
                arguments = (*arguments, frame.f_globals, frame.f_locals)
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, instead)

    def is_own(arguments: tuple[Any, ...], options: dict[str, Any]) -> bool:
        """Libraries run code of their own, such as that of the modules that they import."""
        return "touch evaluated" not in str(arguments[0])

    def never(arguments: tuple[Any, ...], options: dict[str, Any]) -> bool:
        return False

    watch(builtins, "eval", is_own)
    watch(builtins, "exec", is_own)
    watch(sympy_parser, "parse_expr", never)
    watch(sympy_parser, "eval_expr", never)
    watch(pickle, "load", never)
    watch(pickle, "loads", never)
    watch(np, "load", never)
    watch(torch, "load", lambda arguments, options: options.get("weights_only") is True)
    return seen


def with_marks(content: bytes, random: Random) -> bytes:
    """Put text that would run, if it were evaluated, in the place of a word of the file, or at one of its ends."""
    mark = MARK.encode()
    places = [i for i, byte in enumerate(content) if bytes([byte]).isalnum()] or [0]
    start = random.choice((0, len(content), *random.sample(places, min(8, len(places)))))
    end = start
    while end < len(content) and content[end : end + 1].isalnum():
        end += 1
    return content[:start] + mark + content[end:]


@pytest.mark.parametrize("count", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_no_reader_evaluates(watched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.chdir(tmp_path)
    random = Random(3)
    for target in TARGETS:
        path = tmp_path / f"a{target.ending}"
        for seed in target.seeds():
            for content in [seed, *(with_marks(seed, random) for _ in range(count))]:
                path.write_bytes(content)
                with suppress(ToolkitError):
                    target.read(path)
    assert not watched and not (tmp_path / "evaluated").exists()


class Marked:
    """Pickled, it runs the mark when it is opened."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return eval, (MARK,)


@pytest.fixture
def pickles() -> dict[str, bytes]:
    """Contents of files, made before anything is watched."""
    import torch

    whole, archive = io.BytesIO(), io.BytesIO()
    torch.save({"0.weight": torch.ones(1, 1), "x": Marked()}, whole)
    np.savez(archive, W0=np.array([[Marked()]], dtype=object), b0=np.ones(1))
    pickled = pickle.dumps(Marked())
    return {"a.pt": whole.getvalue(), "b.pt": pickled, "a.npz": archive.getvalue(), "a.pkl": pickled}


def test_pickles_are_not_opened(
    pickles: dict[str, bytes], watched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in pickles.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ToolkitError):
            tropical.load(tmp_path / name)
    assert not watched and not (tmp_path / "evaluated").exists()


@pytest.mark.parametrize("text", [MARK, "x + 1", "Max(x, y)", "1", b"1", ["x"], {"x": 1}, object()])
def test_sympy_is_given_no_text(text: Any, watched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by way of the repr of an object either."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        from_sympy(text)
    with pytest.raises(InputError):
        from_sympy(type("Sly", (), {"__repr__": lambda self: MARK, "__str__": lambda self: MARK})())
    assert not watched and not (tmp_path / "evaluated").exists()


def test_numbers_are_expressions() -> None:
    assert from_sympy(3)([]) == from_sympy(sympy.Integer(3))([]) == 3
    assert from_sympy(0.5)([]) == from_sympy(np.float64(0.5))([]) == sympy.Rational(1, 2)


def test_texts_of_documents_are_not_evaluated(
    watched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what is given to the library as text: expressions, boxes, numbers."""
    from polytopes.arithmetic import as_fraction
    from polytopes.formats import parse_box

    monkeypatch.chdir(tmp_path)
    for read in (tropical.parse, as_fraction, lambda text: parse_box(text, 2), json.dumps):
        with suppress(ToolkitError):
            read(MARK)
    assert not watched and not (tmp_path / "evaluated").exists()

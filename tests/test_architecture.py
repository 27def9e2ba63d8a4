"""The shape of the code: who may import whom, and what an import may cost."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGES = ("polytopes", "tropical")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EXTRAS = {"anywidget", "dask", "distributed", "matplotlib", "onnx"}
EXTRAS |= {"sklearn", "starlette", "torch", "uvicorn"}


def module_level_imports(tree: ast.AST) -> Iterator[str]:
    """Names of the top-level packages imported when the module itself is imported."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                yield from module_level_imports(node)


def core_distributions() -> set[str]:
    """Names of the core dependencies, as pyproject.toml declares them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {re.split("[<>=]", requirement)[0] for requirement in project["dependencies"]}


def run_fresh(code: str, *arguments: str) -> str:
    """Standard output of the code in an interpreter that has imported nothing yet."""
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.strip()


def test_polytopes_never_imports_tropical() -> None:
    """The contract is in pyproject.toml; it sees imports inside functions too."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run_fresh(lint, "--no-cache", "--no-logo")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_level_imports_are_core_dependencies(path: Path) -> None:
    imported = set(module_level_imports(ast.parse(path.read_text(encoding="utf-8"))))
    outside = imported - sys.stdlib_module_names - set(PACKAGES)
    distributions = packages_distributions()
    core = core_distributions()
    undeclared = {name for name in outside if not core.intersection(distributions.get(name, []))}
    assert not undeclared, f"import {', '.join(undeclared)} in the function that needs it, not at the top"


def test_import_loads_no_extra() -> None:
    code = f"import sys, tropical; print(*sorted({EXTRAS} & set(sys.modules)))"
    assert run_fresh(code) == ""


def test_import_is_quick() -> None:
    """The aim is half a second; the bound leaves room for a busy machine."""
    code = "import time; start = time.perf_counter(); import tropical; print(time.perf_counter() - start)"
    assert min(float(run_fresh(code)) for _ in range(3)) < 2.0

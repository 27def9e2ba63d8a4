"""The shape of the code: who may import whom, and what an import may cost."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import networkx as nx
import pytest

from tests.fresh import run_fresh
from tests.paths import ROOT

PACKAGES = ("polytopes", "tropical")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EXTRAS = {"anywidget", "dask", "distributed", "h5py", "matplotlib", "onnx"}
EXTRAS |= {"sklearn", "starlette", "torch", "uvicorn"}


def module_level_imports(tree: ast.AST) -> Iterator[str]:
    """Names of the top-level packages imported when the module itself is imported."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.expr():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                continue
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                yield from module_level_imports(node)


def core_packages() -> set[str]:
    """Names of the top-level packages of the core dependencies, as pyproject.toml declares these."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    core = {re.split("[<>=]", requirement)[0] for requirement in project["dependencies"]}
    return {package for package, owners in packages_distributions().items() if core.intersection(owners)}


def name_of(path: Path) -> str:
    """The dotted name of a module or a package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements in a node, those of functions and branches too."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, field, ()):
            yield child
            yield from statements(child)


def imported_names(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs (module, name) of all imports in a file, for typing and inside functions too; no name for a module."""
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = name_of(path.with_name("__init__.py")) + "." if node.level else ""
            yield from (((package + (node.module or "")).strip("."), alias.name) for alias in node.names)


@cache
def import_graph() -> nx.DiGraph:
    """The files of both packages, with an arc from each to every file that it imports.

    A name that a package offers stands for the module that the stub of the package takes it from; who imports the
    package as a whole imports all of these.
    """
    files = {name_of(path): path for path in MODULES}
    offered: dict[str, dict[str, str]] = {}
    graph = nx.DiGraph()
    for package, path in files.items():
        stub = path.with_suffix(".pyi")
        if stub.exists():
            offered[package] = {name: module for module, name in imported_names(stub) if module != package}
            graph.add_edges_from((package, module) for module in offered[package].values())
    for file, path in files.items():
        for module, name in imported_names(path):
            homes = offered.get(module, {}).get(name), f"{module}.{name}", module
            graph.add_edges_from((file, home) for home in [home for home in homes if home in files][:1])
    return graph


def test_imports_keep_the_contract() -> None:
    """The floors of both packages are in pyproject.toml; imports for typing and inside functions count."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run_fresh(lint, "--no-cache", "--no-logo")


def test_no_circles_of_files() -> None:
    circles = [sorted(part) for part in nx.strongly_connected_components(import_graph()) if len(part) > 1]
    assert not circles


def test_no_file_imports_from_a_face() -> None:
    """The faces are for users: who imports one inside could import everything."""
    assert not [importer for face in PACKAGES for importer, _ in import_graph().in_edges(face)]


def test_module_level_imports_are_core_dependencies() -> None:
    allowed = sys.stdlib_module_names | set(PACKAGES) | core_packages()
    undeclared = [
        f"{path}: import {name} in the function that needs it, not at the top"
        for path in MODULES
        for name in set(module_level_imports(ast.parse(path.read_text(encoding="utf-8")))) - allowed
    ]
    assert not undeclared


@pytest.mark.parametrize("package", PACKAGES)
def test_at_most_five_modules_stand_outside_the_rooms(package: str) -> None:
    assert len([path for path in (ROOT / package).glob("*.py") if path.stem != "__init__"]) <= 5


@pytest.mark.parametrize("package", PACKAGES)
def test_the_page_on_architecture_names_the_rooms(package: str) -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    [tree] = re.findall(rf"^{package}/\n((?:  .+\n)+)", page, re.MULTILINE)
    named = {name for line in tree.splitlines() for name in re.split("  +", line)[1].split(", ")}
    there = {path.stem for path in (ROOT / package).iterdir() if path.suffix in ("", ".py") and path.stem[0] != "_"}
    assert named == there


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_says_what_lives_in_it(package: str) -> None:
    for folder in {path.parent for path in MODULES if package in path.parts}:
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))), folder


def test_import_loads_no_extra() -> None:
    code = f"import sys, tropical; print(*sorted({EXTRAS} & set(sys.modules)))"
    assert run_fresh(code) == ""


def test_import_is_quick() -> None:
    """The aim is half a second; the bound leaves room for a busy machine."""
    code = "import time; start = time.perf_counter(); import tropical; print(time.perf_counter() - start)"
    assert min(float(run_fresh(code)) for _ in range(3)) < 2.0

"""What the two packages and their rooms offer: the names of their stubs, whatever was imported before."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.fresh import run_fresh
from tests.paths import ROOT

FACES = ("polytopes", "tropical")
STUBS = {
    ".".join(path.parent.relative_to(ROOT).parts): ast.parse(path.read_text(encoding="utf-8"))
    for face in FACES
    for path in sorted((ROOT / face).rglob("__init__.pyi"))
}
HEAVY = {"cdd", "flint", "highspy", "networkx", "numba", "numpy", "polytopes", "rich", "scipy", "sympy", "typer"}


def names(package: str) -> list[str]:
    """The names that a package offers, as its stub says."""
    return sorted(alias.name for statement in STUBS[package].body for alias in statement.names)


def homes(package: str) -> dict[str, str]:
    """The module that each of these names is defined in; whole modules (``from . import x``) are left out."""
    return {
        alias.name: f"{package}.{statement.module}"
        for statement in STUBS[package].body
        if statement.module
        for alias in statement.names
    }


def named_like_their_module(package: str) -> dict[str, str]:
    return {name: home for name, home in homes(package).items() if name == home.rpartition(".")[2]}


CHECK = """
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

def check(homes):
    for package, names in homes.items():
        for name, home in names.items():
            offered, defined = getattr(import_module(package), name), getattr(import_module(home), name)
            assert offered is defined, f"{package}.{name} is {offered}, not what {home} defines"

def import_all(*faces):
    for face in faces or ("polytopes", "tropical"):
        for found in walk_packages(import_module(face).__path__, face + "."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
"""


@pytest.mark.parametrize("face", FACES)
def test_a_face_offers_25_to_40_names(face: str) -> None:
    assert 25 <= len(homes(face)) <= 40


def test_a_package_offers_its_rooms() -> None:
    """``import polytopes`` is enough for ``polytopes.library.cube``; no other import need come first."""
    rooms = [package for package in STUBS if "." in package]
    assert {room for room in rooms if room.rpartition(".")[2] not in names(room.rpartition(".")[0])} == set()
    code = f"import polytopes, tropical; print([{', '.join(rooms)}] == [__import__('sys').modules[n] for n in {rooms}])"
    assert run_fresh(code) == "True"


def test_polytopes_offers_every_error() -> None:
    tree = ast.parse((ROOT / "polytopes/errors.py").read_text(encoding="utf-8"))
    assert {node.name for node in tree.body if isinstance(node, ast.ClassDef)} <= set(names("polytopes"))


@pytest.mark.parametrize("package", STUBS)
def test_dir_lists_the_names_of_the_stub(package: str) -> None:
    module = import_module(package)
    assert dir(module) == sorted(module.__all__) == names(package)
    with pytest.raises(AttributeError, match="nothing"):
        module.nothing  # noqa: B018


@pytest.mark.parametrize("package", STUBS)
def test_a_stub_offers_each_name_once(package: str) -> None:
    """``import x as x`` tells type checkers that a name is offered; others they do not pass on."""
    aliases = [alias for statement in STUBS[package].body for alias in statement.names]
    assert all(alias.asname == alias.name for alias in aliases)
    assert len(set(names(package))) == len(aliases)


FORKS = """
import os, sys
from importlib import import_module
from traceback import print_exc

for heavy in HEAVY:
    import_module(heavy)
sys.dont_write_bytecode, sys.pycache_prefix = False, sys.argv[1]  # each file is compiled once for all
assert not [name for name in sys.modules if name.partition(".")[0] in ("polytopes", "tropical")]
failed = []
for case, code in CASES.items():
    if case.startswith("tropical") and "polytopes" not in sys.modules:
        import_all("polytopes")  # that they are there changes nothing for names of the other package
    pid = os.fork()
    if not pid:
        try:
            exec(code, {})
        except BaseException:
            print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        failed.append(case)
assert not failed, failed
"""
"""Some codes, each in a process that has imported nothing of the package that it is about."""


def run_forks(cases: dict[str, str], folder: Path) -> None:
    run_fresh(f"HEAVY = {sorted(HEAVY - {'polytopes'})}\nCASES = {cases}\n{CHECK}\n{FORKS}", str(folder))


def test_every_name_is_what_the_stub_says(tmp_path: Path) -> None:
    start = f"{CHECK}\nhomes = {dict((package, homes(package)) for package in STUBS)}\n"
    orders = ["import_all(); check(homes)", "check(homes); import_all(); check(homes)"]
    run_forks({order: start + order for order in orders}, tmp_path)


def test_a_name_hides_the_module_of_the_same_name(tmp_path: Path) -> None:
    cases = {}
    for package in STUBS:
        pairs = named_like_their_module(package)
        modules = [f"import {home}" for home in pairs.values()]
        offered = [f"from {package} import {name}" for name in pairs]
        checks = [f"assert {name} is sys.modules[{home!r}].{name} is {package}.{name}" for name, home in pairs.items()]
        for order, statements in (("modules first", modules + offered), ("names first", offered + modules)):
            if pairs:
                cases[f"{package}, {order}"] = "\n".join([f"import sys, {package}", *statements, *checks])
    run_forks(cases, tmp_path)


@pytest.mark.parametrize("face", FACES)
def test_the_import_loads_no_module_of_the_library(face: str) -> None:
    code = f"import {face}, sys; print([n for n in sys.modules if n.startswith(('polytopes.', 'tropical.', 'numpy'))])"
    assert run_fresh(code) == "[]"


def test_the_checker_needs_the_standard_library_only() -> None:
    code = (
        "import runpy, sys; before = set(sys.modules)\n"
        "runpy.run_path('tropical/checker.py', run_name='checker')\n"
        "print({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    assert run_fresh(code) == "set()"
    loaded = run_fresh("import sys, tropical.checker; print(*{name.partition('.')[0] for name in sys.modules})")
    assert HEAVY.isdisjoint(loaded.split())


PAGES = [path for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if "_build" not in path.parts]
CODE = [path for folder in ("examples", *FACES) for path in (ROOT / folder).rglob("*.py")]
IMPORT = re.compile(r"^ *(>>> )?from ((?:polytopes|tropical)[\w.]*) import ([\w, ]+)$", re.MULTILINE)


def test_pages_and_examples_import_what_the_rooms_offer() -> None:
    """No module's path is shown to users where a face or a room has the name."""
    offered = {(home, name) for package in STUBS for name, home in homes(package).items()}
    deep = []
    for path in [*PAGES, *CODE]:
        own = path in CODE and path.parts[len(ROOT.parts)] in FACES  # only what its docstrings show
        for prompt, module, imported in IMPORT.findall(path.read_text(encoding="utf-8")):
            if prompt or not own:
                names_there = [name for name in imported.split(", ") if (module, name) in offered]
                deep += [f"{path}: import {name} from a face or a room, not from {module}" for name in names_there]
    assert not deep


_, MODULES = (ROOT / "docs/moved.md").read_text(encoding="utf-8").split("## Modules of `polytopes`")
MOVED = re.findall(r"^\| `[\w.]+` \| (.+) \|$", MODULES, re.MULTILINE)


def test_what_moved_is_where_the_page_says() -> None:
    """Each cell is a module, and perhaps names in others: ``a.b``; ``x``, ``y`` in ``a.c``."""
    for now in MOVED:
        for part in now.split("; "):
            names_there, _, module = part.rpartition(" in ")
            found = import_module(module.strip("`"))
            assert all(hasattr(found, name.strip("`")) for name in names_there.split(", ") if name), now

"""Sphinx configuration: pages in MyST, every code cell executed, the API read from the docstrings."""

import ast
import inspect
import logging
import os
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

from tropical._version import __version__

project = "tropical-polytopes"
author = "The tropical-polytopes developers"
copyright = author
release = version = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "jupyter_execute", "api/generated/*/modules.rst"]
# Two modules may have types of one name; a signature then links to neither.
suppress_warnings = ["mystnb.unknown_mime_type", "ref.python"]

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_title = f"tropical-polytopes {release}"
html_show_sphinx = False
html_math_renderer = "mathml"

# A page whose example fails, or is slow beyond reason, does not build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
logging.getLogger("traitlets").setLevel(logging.WARNING)
# A profile of its own: nothing of the user's, and no warning that kernels on this machine do not encrypt.
profile = Path(__file__).parent / "_build/ipython/profile_default"
profile.mkdir(parents=True, exist_ok=True)
(profile / "ipython_kernel_config.py").write_text('get_config().IPKernelApp.log_level = "ERROR"\n')
os.environ["IPYTHONDIR"] = str(profile.parent)
nb_merge_streams = True
nb_output_stderr = "remove"  # on a fresh machine it says that something is compiled
nb_render_markdown_format = "gfm"
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# One page for each module, made afresh at every build.
apidoc_modules = [
    {
        "path": f"../{package}",
        "destination": f"api/generated/{package}",
        "separate_modules": True,
        "module_first": True,
        "max_depth": 1,
    }
    for package in ("polytopes", "tropical")
]
# A name is documented where it is defined, not where a package offers it again.
autodoc_default_options = {
    "ignore-module-all": True,
    "members": True,
    "show-inheritance": True,
    "undoc-members": False,
}
COMPOSED = ("polytopes.polyhedra.polyhedron.Polyhedron",)
"""Classes made of several parts; they are documented with the members of all parts."""
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_numpy_docstring = False
napoleon_use_ivar = True


# The notebooks of examples/ are pages too; what is seen there is a copy. One of them needs torch.
notebooks = Path(__file__).parent / "notebooks"
notebooks.mkdir(exist_ok=True)
for source in sorted((Path(__file__).parents[1] / "examples/notebooks").glob("*.ipynb")):
    text = source.read_text(encoding="utf-8")
    target = notebooks / source.name
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
nb_execution_excludepatterns = [] if find_spec("torch") else ["notebooks/regions_through_training.ipynb"]


def read_lost_docstring(app, what, name, obj, options, lines):
    """Slotted attrs classes lose the docstrings of cached properties; the source still has them."""
    if what == "attribute" and not lines:
        owner, _, attribute = name.rpartition(".")
        module, _, cls = owner.rpartition(".")
        tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(sys.modules[module], cls))))
        for node in tree.body[0].body:
            if isinstance(node, ast.FunctionDef) and node.name == attribute:
                lines.extend((ast.get_docstring(node) or "").splitlines())


def with_parts(app, what, name, obj, options, lines):
    """Include the members of all parts; the option is read after the docstring of a class was processed."""
    if name in COMPOSED:
        options.inherited_members = {"ABC"}


def keep_whole(app, what, name, obj, options, lines):
    """Napoleon takes the words before a colon in a property's docstring for its type; give it an empty type."""
    if what in ("attribute", "data", "property") and lines:
        lines[0] = f": {lines[0]}"


def list_offered_names(app, what, name, obj, options, lines):
    """After the docstring of a package, a table of what its stub offers, each with the first sentence of its own."""
    if what == "module" and hasattr(obj, "__path__") and hasattr(obj, "__all__"):
        lines += ["", ".. list-table::", "   :widths: auto", ""]
        for offered in obj.__all__:
            value = getattr(obj, offered)
            home = value.__name__ if inspect.ismodule(value) else f"{getattr(value, '__module__', name)}.{offered}"
            documented = inspect.ismodule(value) or inspect.isclass(value) or inspect.isfunction(value)
            summary = inspect.getdoc(value).partition("\n\n")[0] if documented else ""
            lines += [f"   * - :py:obj:`{offered} <{home}>`", f"     - {' '.join(summary.split())}"]
        lines.append("")


def visit_math(self, node):
    """Browsers read MathML: no script, nothing to load."""
    self.body.append(tex2mathml(node.astext(), as_block=node.tagname == "math_block"))
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math, None))
    app.connect("autodoc-process-docstring", list_offered_names, priority=200)
    app.connect("autodoc-process-docstring", read_lost_docstring, priority=300)
    app.connect("autodoc-process-docstring", keep_whole, priority=400)
    app.connect("autodoc-process-docstring", with_parts)

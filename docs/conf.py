"""Sphinx configuration: pages in MyST, every code cell executed, the API read from the docstrings."""

from tropical._version import __version__

project = "tropical-polytopes"
author = "The tropical-polytopes developers"
copyright = author
release = version = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "jupyter_execute", "api/generated/*/modules.rst"]
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "furo"
html_title = f"tropical-polytopes {release}"
html_show_sphinx = False

# A page whose example fails, or is slow beyond reason, does not build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
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
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_use_ivar = True

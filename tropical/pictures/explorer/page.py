"""The page of the explorer: one HTML file with its script, its style sheet and a scene, and no request to anywhere."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from graphlib import TopologicalSorter
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tropical.pictures.explorer.fan_scene import Scene

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
START = """
const root = document.getElementById("explorer");
const scene = await complete(root, JSON.parse(document.getElementById("scene").textContent), root.dataset.first);
const address = root.dataset.compute;
const client = crypto.randomUUID?.() ?? `${Math.random()}`;
const isAlone = window === top;
mount(root, scene, address ? serverHost(address, client) : { keepsState: isAlone, tour: isAlone });
"""


@cache
def module() -> str:
    """Return the script as one ES module without imports: all modules of it, each after those that it imports."""
    folder = files("tropical.pictures.explorer") / "web"
    names = sorted(file.name.removesuffix(".js") for file in folder.iterdir() if file.name.endswith(".js"))
    texts = {name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in names}
    order = TopologicalSorter({name: _IMPORT.findall(text) for name, text in texts.items()}).static_order()
    return "".join(_IMPORT.sub("", texts[name]) for name in order)


@cache
def style_sheet() -> str:
    """Return the style sheet."""
    return (files("tropical.pictures.explorer") / "web" / "explorer.css").read_text(encoding="utf-8")


def page(scene: Scene, compute: str | None = None, first: str | None = None) -> str:
    """Return the HTML of a page with a scene in it.

    The content security policy allows this script and this style sheet, nothing else; requests only to the origin of
    the page, and only if there is something to ask.

    Args:
        scene: what is shown.
        compute: the path that computes new scenes; None for a page that stands alone.
        first: the path that tells of the scene that is on its way, if this one only waits for it.
    """
    script, style = module() + START, style_sheet()
    connect = "connect-src 'self'" if compute or first else "connect-src 'none'"
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "img-src data:",
            connect,
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    attribute = f' data-compute="{escape(compute)}"' if compute else ""
    attribute += f' data-first="{escape(first)}"' if first else ""
    title = escape(str(scene.get("title") or "Explorer")).encode(errors="replace").decode()
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="explorer"{attribute}><noscript>This page draws with a script; allow scripts to see it.</noscript></div>
<script type="application/json" id="scene">{embedded(scene)}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def embedded(scene: Scene) -> str:
    """Return a scene as JSON in which no markup can begin or end.

    >>> embedded({"title": "</script>"})
    '{"title":"\\\\u003c/script>"}'
    """
    text = json.dumps(scene, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c")


def _digest(text: str) -> str:
    """Return the source expression of an inline script or style sheet."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()

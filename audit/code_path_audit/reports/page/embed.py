"""Data, style and script as parts of one file: nothing in a name can end the element that it stands in."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files

SCRIPTS = (
    "words.js", "model.js", "dom.js", "panel.js", "icicle.js", "operations.js", "changes.js", "search.js", "main.js",
)  # fmt: skip
"""The parts of the page's program, each standing on those before it."""


def json_element(name: str, data: object) -> str:
    """An element that holds data, and runs nothing: ASCII, and without a character that markup begins with."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return f'<script type="application/json" id="{name}">{text}</script>'


def script() -> str:
    """The page's program, in a scope of its own."""
    return '"use strict";\n(() => {\n' + "\n".join(map(part, SCRIPTS)) + "})();\n"


def policy(program: str) -> str:
    """What a browser may do on the page: show it, and run this program. Nothing else runs, whatever is in the page."""
    digest = base64.b64encode(hashlib.sha256(program.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )


def part(name: str) -> str:
    """The text of a file of this folder."""
    return files(__package__).joinpath(name).read_text("utf-8")

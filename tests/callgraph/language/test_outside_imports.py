"""Imports of packages that take long: each row is a module, and what its function `f` pays for."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import ops_of

ROWS = {
    "def f():\n    import pandas": ["pandas once always"],
    "def f():\n    from matplotlib import pyplot as plt": ["matplotlib once always"],
    "def f():\n    import sklearn.linear_model": ["sklearn once always"],
    "def f():\n    from google.cloud import storage": ["google.cloud.storage once always"],
    "def f(rows):\n    for row in rows:\n        g()\ndef g():\n    import pandas": ["pandas once always"],
    "def f():\n    import pandas\n    g()\ndef g():\n    import pandas": ["pandas once always"],
    "def f(x):\n    if x:\n        import pandas": ["pandas once sometimes"],
    # imported before the action begins, or light
    "import pandas\ndef f():\n    import pandas": [],
    "import other\ndef f():\n    import numpy": [],
    "def f():\n    import json, click": [],
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\ndef f(): pass": [],
    # a handler's first request alone pays for it
    "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef f():\n    import pandas": ["pandas once rarely"],
}


@pytest.mark.parametrize("text", ROWS)
def test_an_import_is_paid_for_once(text: str) -> None:
    found = ops_of({"m": text, "other": "import numpy\n"}, "m.f")
    assert [f"{op.callee} {op.how_often} {op.condition}" for op in found] == ROWS[text]

"""A small project as text, and what may become of it: for the histories of `tests/system/incremental.py`."""

# ruff: noqa: E501 (files as text)

from __future__ import annotations

CONFIG = """\
[project]
name = "shop"
version = "1"

[project.entry-points."shop.plugins"]
search = "shop.plugins.search:Search"

[tool.code-path-audit]
source = ["src"]
model = "heuristic"
rule_files = ["conf/rules.toml"]

[tool.code-path-audit.classes.file_io]
base = 90000
per_unit = 0.3
assumed_size = 4000

[tool.code-path-audit.actions.save]
entry_points = ["shop.app:save"]

[tool.code-path-audit.actions.load]
entry_points = ["shop.reader:load"]

[tool.code-path-audit.actions.every]
entry_points = ["shop.jobs.*"]
imports = true
"""

FILES: dict[str, str] = {
    "pyproject.toml": CONFIG,
    "conf/rules.toml": '[[rule]]\nmatch = ["remote.fetch"]\nclass = "network"\n',
    "data/rates.json": "[1, 2, 3]\n",
    "src/shop/__init__.py": "from shop.store import Store\n",
    "src/shop/app.py": (
        "from shop import Store\nfrom shop.names import *\nimport remote\n\n\n"
        "def save(names):\n    store = Store('x.json')\n    for name in names:\n        store.add(name)\n"
        "    store.write()\n    helper(3)\n"
    ),
    "src/shop/store.py": (
        "import json\n\nfrom shop.base import Base\n\n\nclass Store(Base):\n"
        "    def __init__(self, path):\n        self.path = path\n        self.rows = []\n\n"
        "    def add(self, row):\n        self.rows.append(row)\n\n"
        "    def write(self):\n        with open(self.path, 'w') as file:\n            json.dump(self.rows, file)\n"
        "        self.done()\n\n    @property\n    def size(self):\n        return len(self.rows)\n\n"
        "    @size.setter\n    def size(self, n):\n        del self.rows[n:]\n\n"
        "    async def drain(self):\n        while self.rows:\n            yield self.rows.pop()\n\n\n"
        "class Spare(Store):\n    kind = 'spare'\n\n    def write(self):\n        open('spare')\n"
    ),
    "src/shop/base.py": "class Base:\n    def done(self):\n        from shop.late import finish\n\n        finish(self)\n",
    "src/shop/late.py": "import copy\n\n\ndef finish(it):\n    return copy.deepcopy(it)\n",
    "src/shop/names.py": (
        "__all__ = ['helper']\n\n\ndef helper(n):\n    return [i for i in range(n)]\n\n\n"
        "def lost(n):\n    return n\n\n\ndef lost(n):\n    return sorted(n, key=lambda m: m)\n\n\n"
        "def outer(n):\n    def inner(m):\n        return m + n\n    return inner\n\n\n"
        "def counted():\n    global COUNT\n    COUNT = 1\n\n\n"
        "if helper:\n    def either(n):\n        return n\nelse:\n    def either(n):\n        return -n\n\n\n"
        "@print\ndef shown(n=3) -> int:\n    return n\n"
    ),
    "src/shop/reader.py": (
        "import importlib\n\nRATES = 'data/rates.json'\n\n\ndef load():\n"
        "    with open(RATES) as file:\n        text = file.read()\n"
        "    plugin = importlib.import_module('shop.plugins.search')\n    return plugin.Search().run(text)\n"
    ),
    "src/shop/plugins/__init__.py": "",
    "src/shop/plugins/search.py": "from shop.base import Base\n\n\nclass Search(Base):\n    def run(self, text):\n        return text\n",
    "src/shop/jobs/daily.py": "from shop.reader import load\n\n\ndef run():\n    for _ in range(4):\n        load()\n",
    "src/shop/jobs/weekly.py": "import shop.jobs.daily\n\n\ndef run():\n    shop.jobs.daily.run()\n",
    "src/other/unused.py": "import pickle\n\n\ndef thaw(data):\n    return pickle.loads(data)\n",
}  # fmt: skip

BODIES = (
    "    open('data/rates.json').read()\n",
    "    for i in range(7):\n        open('log', 'a').write('x')\n",
    "    import remote\n    remote.fetch('u')\n",
    "    import pickle\n    pickle.dumps([1])\n",
    "    from other.unused import thaw\n    thaw(b'')\n",
    "    from shop.extra import more\n    more()\n",
    "    x = lambda: open('y')\n    x()\n",
    "    getattr(shop, name)()\n",
    "    class Local:\n        def go(self): pass\n    Local().go()\n",
    "    open('data/new.bin').read()\n",
    "    import ast\n    ast.parse(open('a\\0b').read())\n",
)
STATEMENTS = (
    "open('statement')", "x = 'shop.extra'", "import shop.extra", "global MORE; MORE = 2", "helper(9)", "self.rows = []",
    "kind = 'other'", "[open(i) for i in range(5)]", "key = lambda n: open(n)", "yield 1", "pass",
    "seen = str(7)", "print('here', 'there')", "a = len('x y') + 2; b = [a]",
)  # fmt: skip
NEW = {
    "src/shop/extra.py": "import json\n\n\ndef more():\n    json.loads('[]')\n",
    "src/shop/extra/__init__.py": "def more():\n    open('z')\n",
    "src/shop/save.py": "x = 1\n",
    "src/shop/app/save.py": "open('q')\n",
    "src/shop/jobs/__init__.py": "def extra():\n    open('w')\n",
    "src/shop/jobs.py": "def run():\n    open('v')\n",
    "src/shop.py": "def app(): pass\n",
    "src/shop/reader/load.py": "",
    "src/remote.py": "import urllib.request\n\n\ndef fetch(url):\n    urllib.request.urlopen(url)\n",
    "src/json.py": "def dump(a, b): pass\n",
    "src/shop/plugins/extra.py": "from shop.plugins.search import Search\n\n\nclass Wide(Search):\n    def run(self, text):\n        open('wide')\n",
    "src/demo-1.dist-info/entry_points.txt": "[shop.plugins]\nextra = shop.plugins.extra:Wide\n",
    "src/shop/broken.py": "def (\n",
    "src/sub/pyvenv.cfg": "",
    "src/__init__.py": "",
    "data/new.bin": "x" * 70_000,
    "src/shop/.hidden.py": "def (",
    "setup.cfg": "[options.entry_points]\nshop.plugins =\n    extra = shop.plugins.extra:Wide\n",
}  # fmt: skip
CONFIG_EDITS = (
    ('source = ["src"]', 'source = ["src"]\nexclude = ["other"]'),
    ('source = ["src"]', 'source = ["src", "src/other"]'),
    ('source = ["src"]', 'source = ["."]'),
    ('source = ["src"]', 'source = ["src/shop"]'),
    ("base = 90000", "base = 10"),
    ('["shop.app:save"]', '["shop.app:save", "shop.names.helper"]'),
    ("imports = true", "imports = false"),
    ('model = "heuristic"', 'model = "reference"'),
    ('search = "shop.plugins.search:Search"', 'extra = "shop.plugins.extra:Wide"'),
    ("[tool.code-path-audit.actions.load]", "[tool.code-path-audit.gate]\nstrict = true\n\n[tool.code-path-audit.actions.load]"),
    ("[tool.code-path-audit.actions.load]", '[tool.code-path-audit.hints."shop.app.save"]\nbound = 50\n\n[tool.code-path-audit.actions.load]'),
)  # fmt: skip

LINES = ("\n", "# a comment\n", "    # deeper\n", "'''\n", "# audit: bound=9\n", "\\\n", "# coding: latin-1\n")

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("gate", "check"),
    ("gate", "check", "--format", "json"),
    ("gate", "check", "--staged"),
    ("gate", "check", "--staged", "--format", "json"),
    ("gate", "check", "--base", "HEAD~1", "--format", "json"),
    ("gate", "check", "--action", "save", "--explain"),
    ("audit", "--json"),
    ("audit", "callgraph", "--format", "pycg"),
)


EDITS = (
    "edit_body",
    "change_function",
    "change_function",
    "move_function",
    "insert_line",
    "remove_line",
    "replace",
    "unused",
    "shift_lines",
    "touch",
    "same_size",
    "restore",
)

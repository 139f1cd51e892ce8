"""The same source gives the same bytes: under any hash seed, in any checkout, in any order of its files.

Processes of their own, since the hash seed is chosen at the start: some ten seconds.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.config import load_config
from code_path_audit.reports.json_report import profile_to_dict, to_json
from code_path_audit.sources.model import SourceTree
from code_path_audit.sources.worktree import discover
from tests.conftest import ROOT, write_tree

SHOP: dict[str, str | bytes] = {
    "code-path-audit.toml": """
source = ["src"]
[actions.save]
entry_points = ["shop.app:save"]
description = "Saves all carts"
[actions.start]
entry_points = ["shop.app"]
imports = true
""",
    "src/shop/__init__.py": "from shop.cart import Cart\nfrom shop import plugins\n",
    "src/shop/app.py": """
import asyncio
import requests
from shop import Cart, plugins, store

def save(carts, how):
    for cart in carts:
        cart.check(); cart.write()
        requests.post("https://example.org", json=cart.rows)
    for name in {"a", "b", "c", "d"}:
        store.load(name)
        getattr(plugins, "handle_" + name)(how)
    first = store.load("one.json")
    second = store.load("two.json")
    return how.unknown(first, second), how(first)

async def fetch(names):
    await asyncio.sleep(1)
    await asyncio.gather(*[other(n) for n in names])

async def other(name): return store.load(name)

asyncio.run(fetch(["x", "y"]))
""",
    "src/shop/cart.py": """
import copy
from shop import store
from shop.plugins import REGISTRY

class Cart:
    total = 0
    def __init__(self, rows): self.rows = rows; self.hooks = set(REGISTRY.values())
    def check(self):
        for hook in self.hooks: hook(copy.deepcopy(self))
    def write(self): store.dump("cart.json", self.rows); Cart.total += 1
""",
    "src/shop/plugins.py": """
import pickle
REGISTRY = {}
def register(f): REGISTRY[f.__name__] = f; return f
@register
def audit(cart): pickle.dumps(cart)
@register
def trim(cart): cart.rows.clear()
def handle_a(x): x.audit()
def handle_b(x): return pickle.loads(x)
def handle_c(x): return handle_b(x) or handle_a(x)
""",
    "src/shop/store.py": """
import json
from pathlib import Path
def load(name): return json.loads(Path(name).read_text())
def dump(name, value):
    with open(name, "w") as file: json.dump(value, file)
""",
}


def run(root: Path, *arguments: str, seed: int = 0, cwd: Path | None = None) -> bytes:
    """The command in a process of its own; what it printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CODE_PATH_AUDIT", "SOURCE_DATE_EPOCH"))}
    environment |= {"PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, "-m", "code_path_audit", *arguments],
        cwd=cwd or root,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def report(root: Path, seed: int) -> dict[str, bytes]:
    """Every file of a report, by its path below the dated folder."""
    run(root, "report", "--date", "2025-01-31", "--output", "out", seed=seed)
    base = root / "out"
    return {path.relative_to(base).as_posix(): path.read_bytes() for path in sorted(base.rglob("*")) if path.is_file()}


def test_neither_hash_seed_nor_checkout_says_anything(tmp_path: Path) -> None:
    one = write_tree(tmp_path / "a", SHOP)
    two = write_tree(tmp_path / "some where" / "else, quite deep", dict(reversed(SHOP.items())))
    first = run(one, "--json", seed=1)
    assert set(json.loads(first)) == {"save", "start"}
    assert json.loads(first)["save"]["expensive_ops"]
    assert first == run(two, "--json", seed=2)
    assert first == run(two, "--json", seed=3, cwd=two / "src" / "shop")  # nor the working directory
    for command in (["--markdown"], ["callgraph"], ["callgraph", "--format", "dot"]):
        assert run(one, *command, seed=1) == run(two, *command, seed=2)


def test_nor_in_any_file_of_the_report(tmp_path: Path) -> None:
    one, two = write_tree(tmp_path / "a", SHOP), write_tree(tmp_path / "b" / "c", SHOP)
    files = report(one, seed=1)
    assert {name.rpartition("/")[2] for name in files} >= {
        "call_graph.json", "expensive_ops.json", "state_mutations.json", "save.json", "save.md", "save.mmd",
        "summary.md", "optimization_candidates.md", "index.html",
    }  # fmt: skip
    assert files == report(two, seed=4)
    assert not any(str(tmp_path).encode() in text for text in files.values())


def rendered(root: Path, order: random.Random | None) -> dict[str, str]:
    """The profiles of a project as JSON, its files read in some order."""
    config = load_config(root)
    tree = discover(config.root, config.source, config.exclude)
    if order is not None:
        files = list(tree.files)
        order.shuffle(files)
        tree = SourceTree(tuple(files), tree.skipped)
    program = pipeline.program_of(tree)
    return {a.name: to_json(profile_to_dict(pipeline.trace(program, a, config))) for a in config.actions}


def test_nor_does_the_order_of_files(tmp_path: Path) -> None:
    root = write_tree(tmp_path, SHOP)
    expected = rendered(root, None)
    for seed in range(3):
        assert rendered(root, random.Random(seed)) == expected


def test_nor_do_files_that_are_no_source(tmp_path: Path) -> None:
    expected = rendered(write_tree(tmp_path / "a", SHOP), None)
    more = {
        **SHOP,
        "notes.txt": "x",
        "other/app.py": "import json\n",
        "src/data.csv": "1",
        "src/__pycache__/a.pyc": b"\0",
    }
    assert rendered(write_tree(tmp_path / "b", more), None) == expected


@pytest.mark.slow
def test_this_repository(tmp_path: Path) -> None:
    """Two whole traces of one of its own actions: half a minute."""
    copies = []
    for name in ("a", "b c"):
        copy = tmp_path / name
        for folder in ("audit", "hooks"):
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        copies.append(copy)
    asked = ("--action", "check", "--json")
    first = run(copies[0], *asked, seed=1)
    assert json.loads(first)
    assert first == run(copies[1], *asked, seed=2)

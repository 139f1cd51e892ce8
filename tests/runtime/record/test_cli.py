"""`record` from its arguments to the file of observations, and the pytest fixture below it. Starts interpreters."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.runtime.observations import Observations, merge
from code_path_audit.runtime.observations_file import load
from code_path_audit.runtime.record.cli import entry_names, fill_record_parser
from code_path_audit.runtime.record.command import Root, roots_of
from code_path_audit.sources.model import SourceFile

CONFIG = """\
source = ["."]
[actions.checkout]
entry_points = ["cart:checkout"]
[actions.block]
entry_points = ["cart.nothing"]
"""
CART = """\
import json
def checkout(n):
    return [json.dumps([i]) for i in range(n)]
if __name__ == "__main__":
    checkout(4)
"""
TEST = """\
import cart
def test_checkout(record_action):
    cart.checkout(2)
    with record_action("block"):
        assert len(cart.checkout(4)) == 4
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("code-path-audit.toml", CONFIG), ("cart.py", CART), ("test_cart.py", TEST)):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    fill_record_parser(parser)
    options = parser.parse_args(arguments)
    return int(options.run(options))


def rows(project: Path) -> list[tuple[str, str, str, int | None]]:
    found = load(project / "baselines" / "observations.jsonl")
    return [(op.action, op.function, op.callee, op.trips) for op in found.ops]


def test_from_a_command_to_observations(project: Path) -> None:
    assert call("--action", "checkout", "--", sys.executable, "cart.py") == 0
    # run as a script, the module is `__main__` to Python, and `cart` to the audit
    assert rows(project) == [("checkout", "cart.checkout", "json.dumps", 5)]


def test_the_exit_code_is_the_commands(project: Path) -> None:
    code = "import cart, sys; cart.checkout(1); sys.exit(7)"
    assert call("--action", "checkout", "--", sys.executable, "-c", code) == 7
    assert rows(project) == [("checkout", "cart.checkout", "json.dumps", 1)]


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_the_block_of_a_test_is_an_entry_point(project: Path, workers: tuple[str, ...]) -> None:
    if workers:
        pytest.importorskip("xdist")
    command = (sys.executable, "-m", "pytest", "-q", "-p", "code_path_audit.runtime.pytest_plugin", *workers)
    assert call("--action", "block", "--", *command, "test_cart.py") == 0
    assert rows(project) == [("block", "cart.checkout", "json.dumps", 5)]


def test_merging_a_file_with_conflict_markers(project: Path) -> None:
    path = project / "baselines" / "observations.jsonl"
    call("--action", "checkout", "--", sys.executable, "cart.py")
    one = path.read_text()
    path.write_text(f"<<<<<<< ours\n{one}=======\n{one.replace('checkout', 'other')}>>>>>>> theirs\n")
    assert call("--merge", str(path)) == 0
    assert [row[0] for row in rows(project)] == ["checkout", "other"]
    assert merge(load(path), Observations()) == load(path)


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        (("--action", "checkout"), "usage"),
        (("--", "true"), "usage"),
        (("--merge", "none.jsonl"), "observations-corrupt"),
        (("--merge", "none.jsonl", "--action", "checkout"), "usage"),
        (("--action", "checkout", "--", "no-such-program-at-all"), "record-command"),
        (("--action", "block", "--", sys.executable, "cart.py"), "record-never-ran"),
    ],
)
def test_what_cannot_be_recorded(project: Path, arguments: tuple[str, ...], slug: str) -> None:
    with pytest.raises(AuditError) as caught:
        call(*arguments)
    assert caught.value.slug == slug


FILES = (
    SourceFile("shop/cart.py", "shop.cart", False, "", b"class Cart:\n    def add(self): pass\ndef total(): pass\n"),
)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("shop.cart:total", ("shop.cart.total", "shop.cart.total.__init__")),
        ("shop.cart.Cart", ("shop.cart.Cart", "shop.cart.Cart.__init__")),
        ("shop.cart.*", ("shop.cart.Cart", "shop.cart.Cart.add", "shop.cart.total")),
        ("*.add", ("shop.cart.Cart.add",)),
        ("none.*", ()),
    ],
)
def test_entry_names(pattern: str, expected: tuple[str, ...]) -> None:
    assert entry_names((pattern,), FILES) == expected


def test_source_roots(tmp_path: Path) -> None:
    (tmp_path / "src" / "shop" / "inner").mkdir(parents=True)
    for folder in ("src/shop", "src/shop/inner"):
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "tool.py").touch()
    top = os.path.realpath(tmp_path)
    assert roots_of(tmp_path, ("src", ".", "src/shop", "src/shop/inner", "tool.py")) == (
        Root(f"{top}/src", "src/", ""),
        Root(top, "", ""),
        Root(f"{top}/src", "src/", "shop"),
        Root(f"{top}/src", "src/", "shop"),
        Root(top, "", "tool"),
    )

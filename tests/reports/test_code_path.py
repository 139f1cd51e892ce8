"""The text trace of one symbol, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit import derive_code_path
from code_path_audit.errors import AuditError
from tests.conftest import MakeTree

SHOP: dict[str, str | bytes] = {
    "code-path-audit.toml": 'source = ["src"]\nmodel = "heuristic"\n',
    "src/shop.py": (
        "import json\n\n\ndef save(rows):\n    for row in rows:\n        write(row)\n    check(rows)\n\n\n"
        "def write(row):\n    with open('x') as file:\n        json.dump(row, file)\n    check(row)\n\n\n"
        "def check(row):\n    deep(row)\n\n\ndef deep(row):\n    return row\n"
    ),
}

WHOLE = """\
shop.save  src/shop.py:4
  shop.write  src/shop.py:10
    $ json.dump  line 12  per row  W
    $ builtins.open  line 11  per row  W
    shop.check  src/shop.py:16
      shop.deep  src/shop.py:20
  shop.check  src/shop.py:16 (above)
"""


@pytest.fixture
def shop(make_tree: MakeTree, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_tree(SHOP)
    monkeypatch.chdir(root)
    return root


def shown(text: str) -> str:
    """Without weights, which are the cost model's."""
    return "\n".join(
        line if "$" not in line else f"{line.rpartition('  ')[0]}  W" for line in text.splitlines()
    ) + "\n"  # fmt: skip


def test_the_whole_trace(shop: Path) -> None:
    assert shown(derive_code_path("shop.save")) == WHOLE


def test_fewer_calls(shop: Path) -> None:
    assert shown(derive_code_path("shop:save", 1)) == "".join(
        f"{line}\n" for line in WHOLE.splitlines() if "deep" not in line and not line.startswith("    shop.check")
    ).replace(" (above)", "")


def test_no_more_lines_than_asked_for(shop: Path) -> None:
    text = derive_code_path("shop.save", most=3)
    assert text.splitlines()[2] == "and 5 more lines: ask for fewer calls"


def test_a_symbol_that_is_not_there(shop: Path) -> None:
    with pytest.raises(AuditError, match="unknown-entry-point"):
        derive_code_path("shop.sav")

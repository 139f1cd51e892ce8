"""What an answer that was kept is worth after an edit: a row is an edit, and whether it is known to be harmless."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.parsing import Unparsable
from code_path_audit.replay import record
from code_path_gate import main
from tests.conftest import write_tree
from tests.gate.answers import ANSWER, FAR, remembered, shop_in

Edit = Callable[[Path], object]

IMPORTING = "src/shop/importing.py"
REACHED, UNREACHED, HINTED, LATIN = "src/shop/app.py", "src/shop/unused.py", "src/shop/hinted.py", "src/shop/latin.py"
TEXT = """\
'''Of the module.

More of it.
'''
import json


def save(names):
    '''Of the function.

    # no comment
    '''
    total = 1 + \\
        2
    for name in names:
        print(name, f"{total}")  # said

    return json.dumps(total)
"""
FILES: dict[str, str | bytes] = {
    REACHED: TEXT,
    UNREACHED: "def nobody():\n    return 1\n",
    IMPORTING: "import lib.core\n",
    HINTED: "def f(x):\n    for y in x:  # audit: bound=7\n        print(y)\n",
    **{f"src/shop/many/x{n}.py": "" for n in range(120)},
    LATIN: "# -*- coding: latin-1 -*-\nx = '\xe9'\n".encode("latin-1"),
}
MODULES = ("shop.app", "shop.hinted", "shop.latin", "nobody")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return write_tree(shop_in(tmp_path, monkeypatch), FILES)


def becomes(path: str, text: str | bytes) -> Edit:
    return lambda root: write_tree(root, {path: text})


def instead(path: str, old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        text = (root / path).read_bytes().decode("latin-1")
        assert old in text
        (root / path).write_bytes(text.replace(old, new, 1).encode("latin-1"))

    return edit


def replaced(path: str, text: str) -> Edit:
    """As editors do that write another file, and rename it."""

    def edit(root: Path) -> None:
        write_tree(root, {f"{path}~": text})
        os.replace(root / f"{path}~", root / path)

    return edit


def came_and_went(root: Path) -> None:
    becomes("src/shop/new.py", "")(root)
    (root / "src/shop/new.py").unlink()


def a_folder_instead(root: Path) -> None:
    (root / UNREACHED).unlink()
    (root / UNREACHED).mkdir()


def touched(path: str) -> Edit:
    return lambda root: os.utime(root / path)


def linked(root: Path) -> None:
    """The same content, behind a link."""
    (root / UNREACHED).rename(root / "elsewhere.py")
    (root / UNREACHED).symlink_to("../../elsewhere.py")


def no_packs(root: Path) -> None:
    """What would be compared with is lost."""
    for path in Path(os.environ["CODE_PATH_AUDIT_CACHE"]).glob("*.pack"):
        path.unlink()
    becomes(REACHED, "# a comment\n" + TEXT)(root)


HARMLESS: dict[str, Edit] = {
    "nothing": lambda root: None,
    "another content of what is not reached": becomes(UNREACHED, "import json\n\n\ndef more():\n    open('x')\n"),
    "imports of what nobody asked for": becomes(UNREACHED, "import lib, json.core2\nfrom . import unused as core\n"),
    "a comment beside an import that was asked for": becomes(IMPORTING, "# more\nimport lib.core\n"),
    "nothing is left of it": becomes(UNREACHED, ""),
    "uses of a name that was looked for in all files": becomes(UNREACHED, "setup = lambda: 1\nx.setup()\n"),
    "put in its place": replaced(UNREACHED, "x = 1\n"),
    "lines that end otherwise": becomes(UNREACHED, "x = 1\r\ny = 2\f\rz = 3"),
    "an encoding of its own": becomes(UNREACHED, "# coding: latin-1\nx = '\xe9'\n".encode("latin-1")),
    "a backslash that warns": becomes(UNREACHED, "x = '\\d'\n"),
    "a long one": becomes(UNREACHED, "x = [\n" + "    (1, 'two', {3: 4}),\n" * 2_000 + "]\n"),
    "touched": touched(REACHED),
    "a hint is only touched": touched(HINTED),
    "an encoding is only touched": touched(LATIN),
    "a comment on top": becomes(REACHED, "# a comment\n\n" + TEXT),
    "a comment at the end": becomes(REACHED, TEXT + "\n\n# a comment"),
    "put in its place, with a comment": replaced(REACHED, "# \xe9\n" + TEXT),
    "another comment behind code": instead(REACHED, "# said", "#  not said"),
    "no comment behind code": instead(REACHED, "  # said", ""),
    "an empty line less": instead(REACHED, "\n\n    return", "\n    return"),
    "blanks at the end of lines": instead(REACHED, "import json\n", "import json   \n"),
    "no line end at the end": becomes(REACHED, TEXT.rstrip("\n")),
    "a comment that stands out": instead(REACHED, "    for name", "# out\n        # in\n    for name"),
    "both": lambda root: (touched(REACHED)(root), becomes(UNREACHED, "x = 2\n")(root)),
    "a file that came and went": came_and_went,
    "what is none of the source": becomes("src/shop/notes.txt", "x"),
    "a hidden folder": becomes("src/shop/.idea/x.py", "x"),
}  # fmt: skip
HARMFUL: dict[str, Edit] = {
    "what is not reached cannot be read": becomes(UNREACHED, "def (\n"),
    "or defines a name that was looked for in all files": becomes(UNREACHED, "def setup(app):\n    return 1\n"),
    "or does so in a branch": becomes(UNREACHED, "try:\n    x\nexcept E:\n    async  def setup(app): pass\n"),
    "or imports what was looked for in all files": becomes(UNREACHED, "import lib.core\n"),
    "or something of it": becomes(UNREACHED, "from lib.core import more\n"),
    "or that of a package": becomes(UNREACHED, "def f():\n    if x:\n        from lib import core as other\n"),
    "or does so by another way": becomes(UNREACHED, "from ..shop.many import x1\n"),
    "or where it stands": becomes("src/shop/many/x1.py", "from . import x2\n"),
    "or makes a form, which is read as an import": becomes(UNREACHED, "A = x.modelform_factory(B)\n"),
    "an import that was asked for goes": becomes(IMPORTING, ""),
    "or not decoded": becomes(UNREACHED, b"x = '\xe9'\n"),
    "or only by an older Python": becomes(UNREACHED, "print 1\n"),
    "or is binary": becomes(UNREACHED, b"x = 1\0\n"),
    "or too deep": becomes(UNREACHED, "x = " + "-" * 40_000 + "1\n"),
    "or perhaps too deep": becomes(UNREACHED, "x = " + "-" * 2_700 + "1\n"),
    "or too large": becomes(UNREACHED, "x = 1\n" * 100_000),
    "or a link": linked,
    "or a folder": a_folder_instead,
    "or gone": lambda root: (root / UNREACHED).unlink(),
    "a statement more": becomes(REACHED, TEXT + "x = 1\n"),
    "another statement": instead(REACHED, "dumps", "loads"),
    "another text": instead(REACHED, "Of the module", "of the module"),
    "an empty line in a text": instead(REACHED, "\nMore of it", "\n\nMore of it"),
    "a comment in a text": instead(REACHED, "    # no comment\n", ""),
    "deeper": instead(REACHED, "        print", "            print"),
    "another line is continued": instead(REACHED, "1 + \\\n        2", "1 + \\\n\n        2"),
    "a hint": instead(REACHED, "# said", "# audit: bound=3"),
    "no hint": instead(HINTED, "  # audit: bound=7", ""),
    "a hint moves": instead(HINTED, "def", "# a comment\ndef"),
    "an encoding moves": instead(LATIN, "# -*-", "#\n# -*-"),
    "an encoding goes": instead(LATIN, "# -*- coding: latin-1 -*-\n", ""),
    "an encoding comes": becomes(REACHED, "# coding: latin-1\n" + TEXT),
    "a comment that is not decoded": becomes(REACHED, b"# \xe9\n" + TEXT.encode()),
    "a comment with a NUL": becomes(REACHED, "# \0\n" + TEXT),
    "lines end otherwise": becomes(REACHED, TEXT.replace("\n", "\r\n")),
    "what was kept with it is lost": no_packs,
    "a file more": becomes("src/shop/new.py", ""),
    "one renamed": lambda root: (root / UNREACHED).rename(root / "src/shop/new.py"),
    "a folder more": becomes("src/shop/new/x.txt", ""),
    "a link more": lambda root: (root / "src/shop/new.py").symlink_to("app.py"),
    "an environment": becomes("src/shop/pyvenv.cfg", ""),
    "entry points": becomes("src/shop/entry_points.txt", ""),
    "a data file": becomes("data/rates.json", "more"),
    "a rule file": becomes("conf/rules.toml", "# more\n"),
    "touched configuration": touched("pyproject.toml"),
    "many edits": lambda root: [touched(f"src/shop/many/x{n}.py")(root) for n in range(120)],
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_harmless(shop: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remembered(shop, modules=MODULES) == ANSWER
    HARMLESS[what](shop)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert main.replayed(["check"]) == ANSWER
    # and when nobody can change it unseen any more, and when that is known
    monkeypatch.setattr(record, "RACE", -FAR)
    monkeypatch.setattr(record, "COARSE_RACE", -FAR)
    assert main.replayed(["check"]) == ANSWER
    assert main.replayed(["check"]) == ANSWER


@pytest.mark.parametrize("what", HARMFUL)
def test_what_is_not_known_to_be_harmless(shop: Path, what: str) -> None:
    assert remembered(shop, modules=MODULES) == ANSWER
    HARMFUL[what](shop)
    assert main.replayed(["check"]) is None


@pytest.mark.parametrize("edit", [touched(UNREACHED), touched(REACHED)])
def test_where_nobody_knows_what_was_asked(shop: Path, edit: Edit) -> None:
    assert remembered(shop) == ANSWER
    edit(shop)
    assert main.replayed(["check"]) is None


def test_a_harmless_edit_and_a_harmful_one(shop: Path) -> None:
    assert remembered(shop, modules=MODULES) == ANSWER
    becomes(UNREACHED, "x = 3\n")(shop)
    assert main.replayed(["check"]) == ANSWER
    instead(REACHED, "dumps", "loads")(shop)
    assert main.replayed(["check"]) is None


def test_what_is_read_is_read_by_the_engine_too(shop: Path) -> None:
    """Whatever `again` takes for Python has facts, however deep it is nested."""
    from code_path_audit.replay.harmless_edits import can_be_read

    for unit in ("-", "not ", "lambda: ", "a.", "a and b or ", "a[b].", "f(x)."):
        for depth in (100, 700, 2_000, 3_500, 12_000):
            data = f"x = {unit * depth}a\n".encode()
            try:
                extract_module(data, "m").digests  # noqa: B018
                reads = True
            except Unparsable:
                reads = False
            assert reads or not can_be_read(data), (unit, depth)

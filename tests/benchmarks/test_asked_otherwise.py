"""What of a change an action has asked for, by what the program answers, and what kind of change it is."""

from __future__ import annotations

import pytest

from benchmarks.asked_otherwise import asked_otherwise, reason
from code_path_audit.callgraph.kept import Problem, solved
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.program.dependencies import Ledger
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from tests.gate.programs import tree

TEXTS = {
    "app.py": "import util\n\nSIZE = 3\n\nclass Box:\n    def get(self):\n        return util.read(SIZE)\n\n"
    "def main():\n    return Box().get()\n\ndef never():\n    return 1\n",
    "util.py": "def read(size):\n    return open('x').read(size)\n",
}


def program_of(texts: dict[str, str]) -> Program:
    return Files(tree(texts)).program()


SAME, BODY = "nothing asked", "bodies alone"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("return 1", "return 2", SAME),
        ("import util", "import util  # a comment", SAME),
        ("return Box().get()", "return Box().get() or Box().get()", BODY),
        ("SIZE = 3", "SIZE = 4", BODY),
        ("SIZE = 3", "SIZE = 3\nMORE = 4", "a name comes or goes"),
        ("import util", "import util\nfrom os import path as SIZE", "an import"),
        ("def never", "def ever", "a function or class comes or goes"),
        ("    def get", "    print(1)\n    def get", "a class body"),
        ("def main()", "def main(more=1)", "parameters or result"),
        ("SIZE = 3", "SIZE = 3  # audit: size=5", "hints"),
    ],
)
def test_a_change_is_of_a_kind(old: str, new: str, kind: str) -> None:
    before = program_of(TEXTS)
    ledger = Ledger()
    solved(ledger.watch(before), Problem(("app.main",), shipped_libraries().behaviours))
    assert TEXTS["app.py"].count(old) == 1
    now = program_of({**TEXTS, "app.py": TEXTS["app.py"].replace(old, new)})
    changed, why = asked_otherwise(before, now, ledger.consulted())
    assert not why
    if kind == SAME:
        assert not changed
    else:
        (asked,) = changed.values()
        found = reason(before.modules["app"], now.modules["app"], asked)
        assert found == ("another" if kind == BODY else kind)


def test_a_file_that_comes_is_one() -> None:
    before = program_of({"app.py": "import util\n\ndef main():\n    util.read()\n"})
    ledger = Ledger()
    solved(ledger.watch(before), Problem(("app.main",), shipped_libraries().behaviours))
    now = program_of({"app.py": "import util\n\ndef main():\n    util.read()\n", "util.py": TEXTS["util.py"]})
    assert asked_otherwise(before, now, ledger.consulted()) == ({}, "a file")

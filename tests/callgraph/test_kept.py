"""Graphs between runs: what was solved is found again as long as what it depends on is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.callgraph.behaviours import NO_BEHAVIOURS, Behaviours
from code_path_audit.callgraph.kept import Graphs, Problem, solved
from code_path_audit.callgraph.model import Evidence, ObservedCall, SolvedGraph
from code_path_audit.callgraph.packed import pack
from code_path_audit.facts.codec import Functions
from code_path_audit.fingerprint import fingerprint
from code_path_audit.program.dependencies import Consulted, Ledger
from code_path_audit.program.files import ALONE, Files, How
from code_path_audit.program.verifying_trace import VerifyingTrace
from code_path_audit.store.pack import open_store
from tests.gate.programs import tree

FILES = {
    "app.py": "from util import clean\ndef main():\n    return clean(1)\ndef other():\n    return 2\n",
    "util.py": "def clean(n):\n    return [n]\ndef lost(n):\n    return n\n",
    "far.py": "def f():\n    pass\n",
}
PROBLEM = Problem(("app.main",), NO_BEHAVIOURS)
FORGED = SolvedGraph(("app.main",), ("app.main",), (), (), (), (), {}, {}, {}, ("a mark",))
"""What no solver says: whoever gets it was answered from what was kept."""


def files_of(texts: dict[str, str], folder: Path | None) -> Files:
    return Files(tree(texts), How(open_store(str(folder), 1e9)) if folder else ALONE)


def marked(folder: Path, problem: Problem = PROBLEM) -> None:
    """Keeps the forged graph in the place of the one that the files have."""
    files = files_of(FILES, folder)
    ledger = Ledger()
    solved(ledger.watch(files.program()), problem)
    VerifyingTrace("graph", files, fingerprint(), problem).put(pack(FORGED), ledger.consulted(), ())
    files.how.store.commit()


EDITS = {
    "nothing": ("far.py", "", "", True),
    "a file that nobody asks": ("far.py", "pass", "return 3", True),
    "a function that is not reached": ("util.py", "return n\n", "return open(n)\n", True),
    "a comment": ("app.py", "return clean(1)", "return clean(1)  # once", True),
    "the function that is entered": ("app.py", "clean(1)", "clean(2)", False),
    "a function that is reached": ("util.py", "[n]", "(n,)", False),
    "one more function": ("util.py", "def lost", "def found(): pass\ndef lost", False),
    "an import": ("app.py", "from util import clean", "from util import lost as clean", False),
}


@pytest.mark.parametrize("name", EDITS)
def test_edits(name: str, tmp_path: Path) -> None:
    path, old, new, kept = EDITS[name]
    marked(tmp_path)
    texts = {**FILES, path: FILES[path].replace(old, new, 1) if old else FILES[path]}
    found = Graphs(files_of(texts, tmp_path)).solved(PROBLEM)
    assert (found == FORGED) is kept
    if not kept:
        assert found == solved(files_of(texts, None).program(), PROBLEM)
        # the state of before is kept as well
        assert Graphs(files_of(FILES, tmp_path)).solved(PROBLEM) == FORGED


HOOKED = {
    "site.py": (
        "from flask import Flask\napp = Flask(__name__)\n@app.before_request\ndef first():\n    pass\n"
        "@app.route('/')\ndef index():\n    return ''\n"
    ),
}
"""A site of which a framework runs more than what is asked for."""


def test_what_a_framework_runs_beside_the_roots(tmp_path: Path) -> None:
    problem = Problem(("site.index",), NO_BEHAVIOURS)
    graph = Graphs(files_of(HOOKED, tmp_path)).solved(problem)
    assert set(graph.roots) == {"site.index", "site.first"}
    found = Graphs(files_of(HOOKED, tmp_path)).known(problem)
    assert found is not None and found[0] == graph
    edited = {"site.py": HOOKED["site.py"].replace("return ''", "return 'x'")}
    ((before, contents),) = Graphs(files_of(edited, tmp_path)).before(problem)
    assert before == graph and list(contents) == ["site"]


OTHERS = {
    "another root": PROBLEM._replace(roots=("app.other",)),
    "what is imported counts": PROBLEM._replace(imports=True),
    "guesses are followed": PROBLEM._replace(follows=Evidence.POSSIBLE),
    "what a library returns": PROBLEM._replace(behaviours=Behaviours({}, {}, {"lib.f": "lib.C"})),
    "what a library does": PROBLEM._replace(behaviours=Behaviours({"calls": {"lib.f": ("0",)}})),
    "a call that was seen": PROBLEM._replace(observed=(ObservedCall("app.main", 0, "util.lost"),)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_problems(name: str, tmp_path: Path) -> None:
    marked(tmp_path)
    assert Graphs(files_of(FILES, tmp_path)).solved(OTHERS[name]) == solved(
        files_of(FILES, None).program(), OTHERS[name]
    )


def test_what_it_depends_on_is_told_alike(tmp_path: Path) -> None:
    told: list[Consulted] = []
    graphs = [Graphs(files_of(FILES, tmp_path), told.append).solved(PROBLEM) for _ in range(2)]
    assert graphs[0] == graphs[1]
    first, second = (row._replace(modules=tuple(sorted(row.modules))) for row in told)
    assert first == second


def test_bytes_that_are_no_graph_are_solved_anew(tmp_path: Path) -> None:
    for data in (b"", b"[]", pack(FORGED._replace(roots=("app.other",)))):
        files = files_of(FILES, tmp_path)
        ledger = Ledger()
        right = solved(ledger.watch(files.program()), PROBLEM)
        VerifyingTrace("graph", files, fingerprint(), PROBLEM).put(data, ledger.consulted(), ())
        files.how.store.commit()
        assert Graphs(files_of(FILES, tmp_path)).solved(PROBLEM) == right


def test_without_a_store_nothing_is_kept() -> None:
    files = files_of(FILES, None)
    assert Graphs(files).solved(PROBLEM) == solved(files.program(), PROBLEM)


def test_what_an_edit_reads_from_text_the_next_one_does_not(tmp_path: Path) -> None:
    """Bodies are kept from the first edit on; what is solved with them is what is solved without."""

    def reads(value: str) -> list[str]:
        texts = {**FILES, "app.py": FILES["app.py"].replace("clean(1)", f"clean({value})")}
        files = files_of(texts, tmp_path)
        assert Graphs(files).solved(PROBLEM) == solved(files_of(texts, None).program(), PROBLEM)
        every = [(name, facts.functions) for name, facts in files.program().modules.items()]
        return [name for name, functions in every if isinstance(functions, Functions) and functions.is_text_read]

    assert reads("1") == ["app", "util"]
    assert reads("2") == ["app", "util"]
    assert reads("3") == ["app"]
    assert reads("4") == ["app"]

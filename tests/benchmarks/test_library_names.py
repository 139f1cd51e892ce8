"""Shipped models against libraries: what is asked of a row, and what a library that is not as a model says gives."""

from __future__ import annotations

import sys

import pytest

from benchmarks.library_names import main, wrong_rows
from code_path_audit.libraries.model import LibraryModel

# the library is the standard library's module `sched`, of which these rows are right or wrong
ROWS: list[tuple[str, str, str, str]] = [
    ("keeps", "sched.scheduler.enter", "2:action", ""),
    ("fires", "sched.scheduler.run", "self", ""),
    ("calls", "sched.scheduler", "0:timefunc?", ""),
    ("bases", "sched.scheduler", "builtins.object", ""),
    ("returns", "sched.scheduler", "sched.scheduler", ""),
    ("self", "sched.scheduler.enter", "enterabs", ""),
    ("self", "sched.scheduler.run", "do_*", ""),
    ("keeps", "sched.*.enter", "9:nothing", ""),
    ("keeps", "sched.scheduler.enter().x", "7", ""),
    ("keeps", "multiprocessing.Queue.put", "0:obj", ""),  # a function that is named like a class
    ("costs", "unittest.main.runTests", "file_io", ""),  # a class that hides the module of its name
    ("costs", "unittest.main.later", "file_io", "unittest.main.later is not there: type object 'TestProgram' has no "
     "attribute 'later'"),
    ("keeps", "sched.scheduler.enter", "1:action", "action is not at 1 of delay, priority, action, argument, kwargs"),
    ("keeps", "sched.scheduler.enter", "2:act", "no parameter act of delay, priority, action, argument, kwargs"),
    ("keeps", "sched.scheduler.cancel", "1", "nothing at 1 of event"),
    ("keeps", "sched.scheduler.later", "0", "sched.scheduler.later is not there: type object 'scheduler' has no "
     "attribute 'later'"),
    ("bases", "sched.scheduler", "builtins.int", "builtins.int is not above sched.scheduler"),
    ("returns", "sched.scheduler.enter", "sched.Later", "sched.Later is not there: module 'sched' has no attribute "
     "'Later'"),
    ("self", "sched.scheduler.enter", "later", "no method later"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "name", "value", "wrong"), ROWS)
def test_a_row_against_the_library(word: str, name: str, value: str, wrong: str) -> None:
    model = LibraryModel("sched", rows={word: {name: (value,)}})
    assert wrong_rows(sys.executable, {"sched": model}) == {"sched": [f"{word} {name}: {wrong}"] if wrong else []}


def test_the_models_of_python_fit_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "python"]) == 0
    assert capsys.readouterr().out.endswith(" things asked, 0 wrong\n")

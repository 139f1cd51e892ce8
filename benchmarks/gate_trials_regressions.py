"""Regressions for the gate's trials: an expensive op is put into a random reached function, in one of many ways."""

from __future__ import annotations

import ast
from random import Random
from typing import NamedTuple

from benchmarks.gate_trials_edits import Edit, Edited, Files, Place, find, first_line, module_of, with_lines


def insertion(files: Files, random: Random, places: list[Place]) -> tuple[Place, int, str] | None:
    """A reached function, and the line and indentation of its first statement."""
    place = random.choice(places)
    node = find(files, place)
    if node is None or node.body[0].lineno <= node.lineno:
        return None
    body = node.body
    docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    first = body[1] if docstring and len(body) > 1 else body[0]
    if docstring and len(body) == 1:
        return None
    line = first_line(first)
    text = files[place.path].splitlines()[line - 1]
    return place, line, text[: len(text) - len(text.lstrip())]


class Added(NamedTuple):
    """Lines for a function's body, and for the end of its file; `function` is where the op will be ("": the body).

    `before` and `tail_before` are what stands there before the edit, where the edit needs that."""

    callee: str
    body: tuple[str, ...]
    tail: tuple[str, ...] = ()
    function: str = ""
    before: tuple[str, ...] = ()
    tail_before: tuple[str, ...] = ()


READ = ("def trial_read(name):", "    return open(name)")
EACH = ("for trial_n in range(30):", "    trial_read('trial.dat')")
RUN = ("TRIAL_HOOKS = [len]", "def trial_run(name):", "    for trial_hook in TRIAL_HOOKS:", "        trial_hook(name)")
WORKERS = (
    "class TrialFast:", "    def work(self, name):", "        return name",
    "class TrialSlow:", "    def work(self, name):", "        return open(name)",
)  # fmt: skip
WRAP = (
    "def trial_wrap(work):", "    def inner(*values):", "        open('trial.dat')", "        return work(*values)",
    "    return inner", "@trial_wrap", "def trial_work(value):", "    return value",
)  # fmt: skip

ADDED: dict[str, Added] = {
    "json, in a loop": Added(
        "json.loads", ("import json as trial_json", "for trial_n in range(50):", "    trial_json.loads(str(trial_n))")
    ),
    "pickle, in a loop": Added(
        "pickle.dumps", ("import pickle", "for trial_n in range(50):", "    pickle.dumps([trial_n])")
    ),
    "deepcopy, in a loop": Added(
        "copy.deepcopy",
        ("from copy import deepcopy as trial_copy", "for trial_n in range(50):", "    trial_copy([trial_n])"),
    ),
    "network": Added("urllib.request.urlopen", ("import urllib.request", "urllib.request.urlopen('http://localhost')")),
    "parsing": Added("ast.parse", ("import ast", "for trial_n in range(50):", "    ast.parse('a = 1')")),
    "a file read": Added("builtins.open", ("open('trial.dat').close()",)),
    "through a new helper": Added(
        "builtins.open", ("trial_helper()",), ("def trial_helper():", "    return open('trial.dat')"), "trial_helper"
    ),
    "through an alias": Added("builtins.open", ("trial_open = open", "trial_open('trial.dat')")),
    "through a method of an instance": Added(
        "builtins.open",
        ("TrialReader('trial.dat').read_it()",),
        (
            "class TrialReader:",
            "    def __init__(self, name):",
            "        self.name = name",
            "    def read_it(self):",
            "        return open(self.name)",
        ),
        "TrialReader.read_it",
    ),
    "through a callback": Added(
        "builtins.open",
        ("trial_each(trial_read)",),
        ("def trial_each(what):", "    what('trial.dat')", "def trial_read(name):", "    return open(name)"),
        "trial_read",
    ),
    "a literal grows": Added(
        "json.dumps",
        ("import json as trial_json", f"trial_json.dumps([{'1, ' * 600}1])"),
        before=("import json as trial_json", "trial_json.dumps([1, 2])"),
    ),
    "a loop's bound grows": Added(
        "json.dumps",
        ("import json as trial_json", "for trial_n in range(500):", "    trial_json.dumps([1])"),
        before=("import json as trial_json", "for trial_n in range(1):", "    trial_json.dumps([1])"),
    ),
    "through a partial": Added(
        "builtins.open",
        ("import functools", "trial_later = functools.partial(trial_read, 'trial.dat')", "trial_later()"),
        READ,
        "trial_read",
    ),
    "through map": Added("builtins.open", ("list(map(trial_read, ['trial.dat'] * 30))",), READ, "trial_read"),
    "through a decorator": Added("builtins.open", ("trial_work(1)",), WRAP, "trial_wrap.inner"),
    "a decorator is put on": Added(
        "builtins.open",
        ("trial_work(1)",),
        WRAP,
        "trial_wrap.inner",
        ("trial_work(1)",),
        tuple(row for row in WRAP if row != "@trial_wrap"),
    ),
    "a callback is registered": Added(
        "builtins.open",
        ("trial_run('trial.dat')",),
        (*RUN, *READ, "TRIAL_HOOKS.append(trial_read)"),
        "trial_read",
        ("trial_run('trial.dat')",),
        (*RUN, *READ),
    ),
    "another class is made": Added(
        "builtins.open",
        ("TrialSlow().work('trial.dat')",),
        WORKERS,
        "TrialSlow.work",
        ("TrialFast().work('trial.dat')",),
        WORKERS,
    ),
    "a call moves into a loop": Added("builtins.open", EACH, READ, "trial_read", ("trial_read('trial.dat')",), READ),
    "one more call": Added(
        "builtins.open",
        ("trial_read('a')", "trial_read('b')"),
        READ,
        "trial_read",
        ("trial_read('a')",),
        READ,
    ),
    "a cache is taken off": Added(
        "builtins.open",
        EACH,
        ("import functools", *READ),
        "trial_read",
        EACH,
        ("import functools", "@functools.cache", *READ),
    ),
    "a file read moves into a loop": Added(
        "builtins.open",
        ("for trial_n in range(30):", "    open('trial.dat').close()"),
        before=("open('trial.dat').close()",),
    ),
}


def regression(added: Added) -> Edit:
    """An edit that puts an expensive op into a random reached function."""

    def edit(files: Files, random: Random, places: list[Place]) -> Edited | None:
        found = insertion(files, random, places)
        if found is None:
            return None
        place, line, indent = found
        text = files[place.path]

        def put(rows: tuple[str, ...], end: tuple[str, ...]) -> dict[str, str]:
            new = with_lines(text, line, [f"{indent}{row}" for row in rows])
            tail = "\n\n" + "\n".join(end) + "\n" if end else ""
            return {**files, place.path: new + tail}

        function = f"{module_of(place.path)}.{added.function}" if added.function else place.fqname
        before = put(added.before, added.tail_before) if added.before else None
        return Edited(put(added.body, added.tail), f"in {place.fqname}", before, function, added.callee)

    return edit

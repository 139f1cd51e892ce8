"""Shapes of what the gate and the recorder keep in a repository: baselines, acceptances, histories, observations."""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks.shapes_work import CONFIG, Shape, over

CODE = "def f(x=None): open(x).read()\n"


def kept(path: str, text: Callable[[int], str], config: str = CONFIG) -> Shape:
    """A small project with one file of about so many bytes beside it."""
    return lambda size: {"pyproject.toml": config, "src/m.py": CODE, path: text(size)}


def op(number: int) -> dict[str, object]:
    """A row of a baseline."""
    from code_path_audit.costs.identity import op_id

    function = f"m.g{number}"
    return {
        "id": op_id(function, "builtins.open", "file_io", 1), "function": function, "callee": "builtins.open",
        "cost_class": "file_io", "base_class": "file_io", "ordinal": 1, "size": 0, "size_source": "assumed",
        "amplification": 1, "open_loops": 0, "weight": 45_000, "evidence": "certain", "runs": "1",
        "condition": "always",
    }  # fmt: skip


def baseline(size: int) -> str:
    """A baseline of ops that are not there any more, as their rows stand in it."""
    from code_path_gate.baseline.model import ANALYSIS, Baseline, BaselineOp, CostRow
    from code_path_gate.baseline.write import format_baseline

    ops = tuple(BaselineOp(**row) for row in map(op, range(size // 330)))  # type: ignore[arg-type]
    costs = (CostRow("file_io", 45_000, 20_000, 0.16),)
    return format_baseline(Baseline("a", ANALYSIS, "reference", costs, tuple(sorted(ops))))


def accepted(size: int) -> str:
    """Acceptances of as many ops."""
    rows = ({"action": "a", "reason": "why", "until": "2030-01-01", **op(number)} for number in range(size // 400))
    return "".join(json.dumps(row) + "\n" for row in rows)


def lines(line: str) -> Callable[[int], str]:
    """One line, over and over; `{n}` stands for its number."""
    return lambda size: over(size, line.replace("{{", "\1").replace("}}", "\2") + "\n")[0].translate({1: "{", 2: "}"})


LIBRARY = CONFIG.replace("source", 'library_files = ["q.toml"]\nsource')
RULES = CONFIG.replace("source", 'rule_files = ["r.toml"]\nsource')

SHAPES: dict[str, Shape] = {
    "a baseline": kept("baselines/a.json", baseline),
    "a baseline of brackets": kept("baselines/a.json", lambda size: "[" * size),
    "a baseline of one number": kept("baselines/a.json", lambda size: '{"format": ' + "9" * size + "}"),
    "a baseline of one text": kept("baselines/a.json", lambda size: '{"format": "' + "x" * size + '"}'),
    "a baseline of unknown keys": kept("baselines/a.json", lambda n: "{" + lines('"k{n}": {n},')(n) + '"format": 5}'),
    "acceptances": kept("baselines/accepted.jsonl", accepted),
    "acceptances that count as none": kept("baselines/accepted.jsonl", lines('{{"action": "a", "id": "{n}"}}')),
    "a history": kept(
        "code-path-report/history.jsonl",
        lines('{{"commit": "c{n}", "action": "a", "load": {n}, "expensive": 0, "unresolved": 0}}'),
    ),
    "observations of runs": kept(
        "baselines/observations.jsonl",
        lambda size: '{"observations": 1}\n' + lines('{{"kind": "run", "action": "b{n}", "count": 1}}')(size),
    ),
    "rules in a file": kept("r.toml", lines('[[rule]]\nclass = "network"\nmatch = ["q{n}.x"]'), RULES),
    "one rule of many names": kept(
        "r.toml", lambda n: '[[rule]]\nclass = "network"\nmatch = [' + lines('"q{n}.x", ')(n) + "]\n", RULES
    ),
    "a library model": kept("q.toml", lambda n: "by = 'person'\n[alias]\n" + lines('"q.a{n}" = "q.b{n}"')(n), LIBRARY),
    "entry points of setup.cfg": kept(
        "setup.cfg", lambda n: "[options.entry_points]\nq =\n" + lines("    n{n} = m:f")(n)
    ),
    "a setup.py": kept("setup.py", lambda n: "setup(entry_points={'q': [" + lines("'n{n} = m:f',")(n) + "]})\n"),
    "attributes of git": kept("baselines/.gitattributes", lines("x{n}.json merge=union")),
    "baselines of actions that are gone": lambda size: {
        "pyproject.toml": CONFIG,
        "src/m.py": CODE,
        **{
            f"baselines/b{n}.json": baseline(700).replace('"action": "a"', f'"action": "b{n}"')
            for n in range(size // 800)
        },
    },
}
"""Shapes by name: the files of a project for a size in bytes; each is checked by the gate."""

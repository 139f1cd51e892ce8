"""What hostile shapes of input cost, by their size: `python -m benchmarks.shapes [--markdown] [--bytes N] [NAMES]`.

Each shape is a project whose input of one kind (a file of source, a configuration, a folder) is made of one thing, over
and over. It is audited in a process of its own, with nothing kept, at a size and at twice that: the ratio of the times
says how the cost grows (2: linear; 4: with the square), the memory is the most that the process had.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks import shapes_adversary, shapes_followed, shapes_kept, shapes_syntax, shapes_templates, shapes_work
from benchmarks.shapes_work import CONFIG, IN_F, over

LIMIT_S = 25
"""Seconds that one audit may take here; more is told as such."""

Files = Mapping[str, str]


def source(text: Callable[[int], str]) -> Callable[[int], Files]:
    """A project whose module has a text of about so many bytes."""
    return lambda size: {"pyproject.toml": CONFIG, "src/m.py": text(size)}


def repeated(head: str, line: str, tail: str = "") -> Callable[[int], Files]:
    """A module of one line, over and over; `{n}` stands for its number."""
    return source(lambda size: "".join([head, *over(size, line), tail]))


def configured(more: Callable[[int], str]) -> Callable[[int], Files]:
    """A small project whose configuration has more in it."""
    return lambda size: {"pyproject.toml": CONFIG + more(size), "src/m.py": "def f():\n    open('x').read()\n"}


SHAPES: dict[str, Callable[[int], Files]] = {
    "one-letter statements": repeated("def f(): pass\n", "a\n"),
    "one-letter statements in a function": repeated(IN_F, " a\n"),
    "calls of nothing known": repeated(IN_F, " x()\n"),
    "asserts": repeated(IN_F, " assert x() or x(), x()\n"),
    "cases of one match": repeated(IN_F + " match x:\n", "  case {n}: x()\n"),
    "try blocks": repeated(IN_F, " try: x()\n except E{n}: y()\n"),
    "if blocks": repeated(IN_F, " if x: y()\n"),
    "elif arms": repeated(IN_F + " if x: pass\n", " elif x == {n}: y()\n"),
    "with blocks": repeated(IN_F, " with x as z{n}: z{n}()\n"),
    "loops one after the other": repeated(IN_F, " for z in x: z()\n"),
    "assignments of one name": repeated(IN_F, " x = x.a(x)\n"),
    "many names": repeated(IN_F, " v{n} = x(v{n})\n"),
    "clauses of one comprehension": source(lambda n: IN_F + " return [1 " + "for a in x if a " * (n // 16) + "]\n"),
    "nested comprehensions": source(
        lambda n: IN_F + " return " + "[" * min(n // 13, 90) + "x" + " for a in x]" * min(n // 13, 90) + "\n"
    ),
    "operands of and": source(lambda n: IN_F + " return " + "x() and " * (n // 8) + "x\n"),
    "operands of +": source(lambda n: IN_F + " return " + "x+" * min(n // 2, 900) + "x\n"),
    "comparisons": source(lambda n: IN_F + " return " + "x() < " * (n // 6) + "x\n"),
    "attributes": source(lambda n: IN_F + " return x" + ".a" * min(n // 2, 90) + "\n"),
    "arguments of a call": source(lambda n: IN_F + " x(" + "y(), " * (n // 5) + ")\n"),
    "elements of a list": source(lambda n: "def f(): pass\nx = [" + "1," * (n // 2) + "]\n"),
    "elements of a dict": repeated("def f(): return X\nX = {", '"k{n}": f,\n', "}\n"),
    "parts of an f-string": source(lambda n: IN_F + ' return f"' + "{x()}" * (n // 5) + '"\n'),
    "strings": repeated("def f(): return X\nX = [", '"text {n}",\n', "]\n"),
    "parameters": source(lambda n: "def f(" + ", ".join(f"a{i}=0" for i in range(n // 9)) + "): a1()\n"),
    "decorators": repeated("def d(g): return g\n", "@d\n", "def f(): pass\n"),
    "functions": repeated("def f(): g1()\n", "def g{n}(): g{n}x()\n"),
    "functions that call the next": source(
        lambda n: "def f(): g0()\n" + "".join(f"def g{i}(): g{i + 1}()\n" for i in range(n // 22))
    ),
    "methods of one class": repeated("def f(): C().m1()\nclass C:\n", " def m{n}(self): self.m1()\n"),
    "classes": repeated("def f(): C1()\n", "class C{n}: x = 1\n"),
    "classes below one another": source(
        lambda n: (
            "class C0: pass\n"
            + "".join(f"class C{i + 1}(C{i}): pass\n" for i in range(n // 26))
            + f"def f(): C{n // 26}().go()\n"
        )
    ),
    "lambdas": repeated(IN_F, " x(lambda: y())\n"),
    "nested functions": source(
        lambda n: "def f():\n" + "".join(" " * i + f"def g{i}():\n" for i in range(1, 90)) + " " * 90 + "pass\n"
    ),
    "imports": repeated("def f(): pass\n", "import m{n}\n"),
    "names from one module": source(
        lambda n: "from q import " + ", ".join(f"a{i}" for i in range(n // 8)) + "\ndef f(): a1()\n"
    ),
    "globals": repeated("def f(): pass\n", "x{n} = f\n"),
    "comments": repeated("def f(): pass\n", "# audit: size=1\n"),
    "blank lines": repeated("def f(): pass\n", "\n"),
    "a long line of blanks": source(lambda n: "def f(): pass\nx = 1" + " " * n + "\n"),
    "one long name": source(lambda n: "def f(): pass\n" + "x" * n + " = 1\n"),
    "one long string": source(lambda n: "def f(): pass\nx = '" + "y" * n + "'\n"),
    "one long number": source(lambda n: "def f(): pass\nx = 0x" + "f" * n + "\n"),
    "one long docstring": source(lambda n: 'def f():\n """' + "word " * (n // 5) + '"""\n'),
    "brackets that never close": source(lambda n: "def f(): pass\n" + "(" * n),
    "backslashes": source(lambda n: "def f(): pass\nx = '" + "\\\\" * (n // 2) + "'\n"),
    "parts of a key": configured(lambda n: "[q]\n" + "a." * (n // 2) + "a=1\n"),
    "keys of a configuration": configured(lambda n: "[q]\n" + "".join(f"k{i} = 1\n" for i in range(n // 10))),
    "tables of a configuration": configured(lambda n: "".join(f"[q.t{i}]\n" for i in range(n // 9))),
    "keys of 30 parts": configured(lambda n: "[q]\n" + "".join("a." * 29 + f"a{i}=1\n" for i in range(n // 66))),
    "blanks of a configuration": configured(lambda n: "\t" * n + "\n"),
    "actions": configured(
        lambda n: "".join(f'[tool.code-path-audit.actions.b{i}]\nentry_points = ["m.f"]\n' for i in range(n // 60))
    ),
    "** in one exclude": lambda n: {
        **configured(lambda _: "")(n),
        "pyproject.toml": CONFIG.replace("source", f'exclude = ["{"**/" * (n // 3)}x"]\nsource'),
    },
    "excludes": lambda n: {
        **configured(lambda _: "")(n),
        "pyproject.toml": CONFIG.replace("source", "exclude = [" + "'a*b', " * (n // 7) + "]\nsource"),
    },
    "source roots": lambda n: {
        "pyproject.toml": CONFIG.replace('"src"', ", ".join(['"src"', *(f'"s{i}"' for i in range(n // 9))])),
        "src/m.py": "def f(): pass\n",
        **{f"s{i}/": "" for i in range(n // 9)},
    },
    "files": lambda n: {
        "pyproject.toml": CONFIG,
        "src/m.py": "def f(): pass\n",
        **{f"src/p{i}.py": "x = 1\n" for i in range(n // 50)},
    },
    "folders in one another": lambda n: {
        "pyproject.toml": CONFIG,
        "src/m.py": "def f(): pass\n",
        "/".join(["src", *["d"] * min(n // 20, 300)]) + "/x.py": "",
    },
    "rules": lambda n: {
        **configured(lambda _: "")(n),
        "pyproject.toml": CONFIG.replace("source", 'rule_files = ["r.toml"]\nsource'),
        "r.toml": "".join(f'[[rule]]\nclass = "network"\nmatch = ["q{i}.x"]\n' for i in range(n // 42)),
    },
    "observations": lambda n: {
        **configured(lambda _: "")(n),
        "baselines/observations.jsonl": '{"observations": 1}\n'
        + "".join(f'{{"kind": "run", "action": "b{i}", "count": 1}}\n' for i in range(n // 45)),
    },
    **shapes_syntax.SHAPES,
    **shapes_work.SHAPES,
    **shapes_followed.SHAPES,
    **shapes_adversary.SHAPES,
    **shapes_templates.SHAPES,
    **shapes_kept.SHAPES,
}
"""Shapes by name: the files of a project for a size in bytes."""


class Cost(NamedTuple):
    """What an audit took: seconds of processor time, the most memory in MB, and how it ended."""

    seconds: float
    memory_mb: float
    code: int


def write(root: Path, files: Files) -> None:
    """Writes the files below a folder; a path that ends in "/" is a folder."""
    here = os.getcwd()
    os.chdir(root)
    try:
        for path, text in files.items():
            if len(path) > 1_000:
                # longer than the system takes at once
                *folders, name = path.split("/")
                for folder in folders:
                    os.makedirs(folder, exist_ok=True)
                    os.chdir(folder)
                Path(name).write_text(text)
                os.chdir(root)
                continue
            target = Path(path)
            (target if path.endswith("/") else target.parent).mkdir(parents=True, exist_ok=True)
            if not path.endswith("/"):
                target.write_text(text)
    finally:
        os.chdir(here)


AUDIT = ("code_path_audit", "--json")
CHECK = ("code_path_gate", "check")


def cost(name: str, size: int) -> Cost | None:
    """The cost of a shape at a size: of an audit, or of a check for what only the gate reads."""
    return measure(SHAPES[name](size), command=CHECK if name in shapes_kept.SHAPES else AUDIT)


def measure(files: Files, limit: float = LIMIT_S, command: tuple[str, ...] = AUDIT) -> Cost | None:
    """The cost of one command in a project, in a process of its own; None where it takes longer than the limit."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        environ = {
            **os.environ,
            "CODE_PATH_AUDIT_CACHE": "off",
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
        }
        # `ulimit` of the shell: seconds of processor time
        limited = ["sh", "-c", f'ulimit -t {int(limit)}; exec "$@"', "sh", sys.executable, "-m", *command]
        process = subprocess.Popen(
            limited, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        began = time.monotonic()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode < 0 or time.monotonic() - began > 10 * limit:
            return None
        return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode)


def table(names: list[str], size: int) -> str:
    """The table in Markdown."""
    lines = [
        f"| shape | seconds at {size // 1000:,} kB | at {2 * size // 1000:,} kB | ratio | MB | exit |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in names:
        once, twice = cost(name, size), cost(name, 2 * size)
        if once is None or twice is None:
            lines.append(f"| {name} | {'over' if once is None else f'{once.seconds:.1f}'} | over {LIMIT_S} | | | |")
        else:
            ratio = f"{twice.seconds / once.seconds:.1f}"
            cells = [f"{once.seconds:.1f}", f"{twice.seconds:.1f}", ratio, f"{twice.memory_mb:,.0f}", str(twice.code)]
            lines.append(f"| {name} | {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=500_000, help="the smaller size (default: 500,000)")
    parser.add_argument("names", nargs="*", help="shapes (default: all)")
    options = parser.parse_args()
    print(table(options.names or list(SHAPES), options.bytes))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How the time to solve grows with the code that is reached, and that it ends whatever there is to solve.

    python -m benchmarks.growth [--app NAME] [--hostile] [--limit 120] [--work DIR] [--markdown]

Entry points of growing reach in three packages, downloaded with pip at pinned releases; then programs that are made to
have no end (`--hostile`: these alone). Each is solved in a process of its own, which is stopped after `--limit`
cpu seconds: that would be a cliff. What the solver gave up on the way is named.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.documents import rewrite
from benchmarks.hostile import HOSTILE
from benchmarks.speed_commands import ROOT, bound
from benchmarks.speed_projects import downloaded

PAGE = ROOT / "docs" / "performance.md"

APPS = {
    "django": (
        "django==5.2.19",
        (
            "django.utils.text.slugify",
            "django.http.request.QueryDict.__init__",
            "django.urls.resolvers.URLResolver.resolve",
            "django.template.base.Template.render",
            "django.db.models.query.QuerySet.get",
            "django.core.handlers.wsgi.WSGIHandler.__call__",
            "django.core.management.execute_from_command_line",
        ),
    ),
    "sqlalchemy": (
        "sqlalchemy==2.0.40",
        (
            "sqlalchemy.engine.url.make_url",
            "sqlalchemy.sql.schema.Table.to_metadata",
            "sqlalchemy.engine.create.create_engine",
            "sqlalchemy.engine.base.Connection.execute",
            "sqlalchemy.orm.session.Session.flush",
            "sqlalchemy.orm.query.Query.all",
        ),
    ),
    "sympy": (
        "sympy==1.13.3",
        (
            "sympy.ntheory.primetest.isprime",
            "sympy.core.sympify.sympify",
            "sympy.core.expr.Expr.series",
            "sympy.simplify.simplify.simplify",
            "sympy.integrals.integrals.integrate",
            "sympy.solvers.solvers.solve",
        ),
    ),
}
"""Release, and entry points."""


class Solved(NamedTuple):
    """What came of one, `seconds` of cpu: `end` is "" or why it did not come to its end."""

    what: str
    functions: int
    edges: int
    seconds: float
    megabytes: float
    widened: tuple[str, ...]
    end: str


def apart(what: str, solve: Callable[[], dict[str, Any]], limit: int) -> Solved:
    """Runs in a forked process, which is stopped after so many cpu seconds."""
    reading, writing = os.pipe()
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        bound(0)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        try:
            answer = solve()
        except Exception as error:  # out of memory, too
            answer = {"end": f"{type(error).__name__}: {error}"[:120]}
        with os.fdopen(writing, "w", encoding="utf-8") as out:
            json.dump(answer, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answers:
        text = answers.read()
    _, status, usage = os.wait4(pid, 0)
    answer = json.loads(text) if text else {}
    end = f"stopped after {limit} s" if os.WIFSIGNALED(status) else "" if text else "the process died"
    return Solved(
        what,
        answer.get("functions", 0),
        answer.get("edges", 0),
        answer.get("seconds", time.monotonic() - begin),
        usage.ru_maxrss / 1024,
        tuple(answer.get("widened", ())),
        end or answer.get("end", ""),
    )


def told(one: Solved) -> Solved:
    """Said when it is there: all of them take a while."""
    print(f"{one.what}: {one.functions} functions, {one.seconds:.1f} s {one.end}", file=sys.stderr, flush=True)
    return one


def solving(program: Any, entries: tuple[str, ...]) -> Callable[[], dict[str, Any]]:
    """Solves a program from some entry points on."""

    def solve() -> dict[str, Any]:
        from code_path_audit import pipeline
        from code_path_audit.profiles.entry import resolve_entries

        begin = time.process_time()
        graph = pipeline.solve(program, resolve_entries(program, list(entries)))
        took = time.process_time() - begin
        found = {"functions": len(graph.functions), "edges": len(graph.edges)}
        return {**found, "seconds": took, "widened": list(graph.widened)}

    return solve


def packages(apps: list[str], work: Path, limit: int) -> Iterator[Solved]:
    """The curve: the entry points of each package, by what they reach."""
    from code_path_audit import pipeline

    for app in apps:
        release, entries = APPS[app]
        folder = downloaded(work, release)
        program = pipeline.load_sources(folder, (".",), (app,))
        program.stubs.modules()  # listed once, before the first is timed
        found = [told(apart(entry, solving(program, (entry,)), limit)) for entry in entries]
        yield from sorted(found, key=lambda one: (bool(one.end), one.functions))


SIZES = (50, 200, 800)


def hostile(limit: int) -> Iterator[Solved]:
    """Each kind of program at each size."""
    from code_path_audit.facts.extract import extract_module
    from code_path_audit.program.link import link
    from code_path_audit.program.stubs.queries import PARSED

    PARSED.modules()
    for name, text in HOSTILE.items():
        for size in SIZES:
            program = link([(extract_module(text(size).encode(), "endless", False), "endless.py")], [], ())
            yield told(apart(f"{name}, {size}", solving(program, ("endless.main",)), limit))


def table(found: list[Solved], first: str) -> str:
    """As Markdown."""
    lines = [
        f"| {first} | functions reached | edges | seconds | s / 1,000 functions | MB | given up |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for one in found:
        if one.end:
            lines.append(f"| {one.what} | | | **{one.end}** | | {one.megabytes:,.0f} | |")
            continue
        rate = one.seconds / max(one.functions, 1) * 1000
        cells = (one.what, f"{one.functions:,}", f"{one.edges:,}", f"{one.seconds:.2f}", f"{rate:.2f}")
        lines.append(f"| {' | '.join(cells)} | {one.megabytes:,.0f} | {', '.join(one.widened) or '-'} |")
    return "\n".join(lines)


def main() -> int:
    """The command line; 1 if something did not end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", action="append", choices=tuple(APPS), help="default: all")
    parser.add_argument("--hostile", action="store_true", help="the programs without an end alone")
    parser.add_argument("--limit", type=int, default=120, help="cpu seconds for one")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "code-path-audit-speed")
    parser.add_argument("--markdown", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    tables: dict[str, str] = {}
    ended = True
    if not options.hostile:
        found = list(packages(options.app or list(APPS), options.work, options.limit))
        tables["growth"] = table(found, "entry point")
        ended &= not any(one.end for one in found)
        print(tables["growth"], flush=True)
    if options.hostile or not options.app:
        found = list(hostile(options.limit))
        tables["hostile"] = table(found, "program, size")
        ended &= not any(one.end for one in found)
        print(tables["hostile"])
    if options.markdown:
        rewrite(PAGE, tables)
    return 0 if ended else 1


if __name__ == "__main__":
    raise SystemExit(main())

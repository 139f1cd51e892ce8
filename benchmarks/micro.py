"""PyCG's micro-benchmark: 119 small programs with hand-made call graphs, by category.

    python -m benchmarks.micro CHECKOUT [--only CATEGORY[/CASE]] [--misses] [--json] [--others] [--markdown]

CHECKOUT is a clone of the PyCG repository; its cases are read from there, and none is part of this one. A case is
**complete** when every edge that we give is an expected one, and **sound** when every expected edge is among ours.
"""

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import documents, others

REPOSITORY = Path(__file__).resolve().parent.parent
WORK = REPOSITORY / "build" / "truth"
SNIPPETS = Path("micro-benchmark", "snippets")
Pair = tuple[str, str]


class Case(NamedTuple):
    """One case and what came of it; `error` is "" where a graph was made."""

    category: str
    name: str
    false: tuple[Pair, ...]
    missed: tuple[Pair, ...]
    error: str

    @property
    def complete(self) -> bool:
        """No false edge."""
        return not self.false and not self.error

    @property
    def sound(self) -> bool:
        """No missed edge."""
        return not self.missed and not self.error


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 0 whatever the figures are, 2 where there are no cases."""
    words = argparse.ArgumentParser(prog="benchmarks.micro", description=(__doc__ or "").partition("\n")[0])
    words.add_argument("checkout", type=Path, help="a clone of the PyCG repository")
    words.add_argument("--only", default="", metavar="CATEGORY[/CASE]", help="some cases")
    words.add_argument("--misses", action="store_true", help="each program that is not exact, beside its differences")
    words.add_argument("--json", action="store_true", help="as JSON")
    words.add_argument("--others", action="store_true", help="pyan3 and PyCG on the same cases")
    words.add_argument("--work", type=Path, default=WORK, help="where the other tools are installed")
    words.add_argument("--markdown", action="store_true", help="rewrite the table in docs/accuracy.md")
    options = words.parse_args(argv)
    folders = find_cases(options.checkout, options.only)
    if not folders:
        print(f"micro: no cases below {options.checkout / SNIPPETS}", file=sys.stderr)
        return 2
    cases = [run(folder) for folder in folders]
    tools = {"code-path-audit": cases}
    if options.others:
        for tool in others.PROGRAMS:
            found = others.graphs(tool, [folder.resolve() for folder in folders], "main.py", options.work.resolve())
            tools[tool] = [judge(folder, graph) for folder, graph in zip(folders, found, strict=True)]
    if options.json:
        rows = [{**case._asdict(), "complete": case.complete, "sound": case.sound} for case in cases]
        print(json.dumps(rows, indent=1))
    else:
        for tool, judged in tools.items():
            print("\n".join([tool] * (len(tools) > 1) + list(table(judged))))
        print("\n".join(differences(cases, options.checkout if options.misses else None)))
    if options.markdown:
        documents.rewrite(REPOSITORY / "docs" / "accuracy.md", {"micro": "\n".join(markdown(tools))})
    return 0


def find_cases(checkout: Path, only: str = "") -> list[Path]:
    """The folders of all cases, sorted; `only` is a category, or category/case."""
    folders = sorted(path.parent for path in (checkout / SNIPPETS).glob("*/*/callgraph.json"))
    wanted = tuple(part for part in only.split("/") if part)
    return [folder for folder in folders if (folder.parent.name, folder.name)[: len(wanted)] == wanted]


def run(folder: Path) -> Case:
    """One case: the graph from `main.py` on, with the case's folder as the source root, against the expected one."""
    try:
        return judge(folder, callgraph(folder))
    except Exception as problem:  # a case that breaks the program is neither, and listed; not the end of the table
        return Case(folder.parent.name, folder.name, (), (), f"{type(problem).__name__}: {problem}")


def judge(folder: Path, graph: dict[str, list[str]] | None) -> Case:
    """What a graph of one case has too much and too little; None stands for a tool that has failed."""
    if graph is None:
        return Case(folder.parent.name, folder.name, (), (), "no graph")
    expected = pairs(json.loads((folder / "callgraph.json").read_text(encoding="utf-8")))
    found = pairs(graph)
    return Case(folder.parent.name, folder.name, tuple(sorted(found - expected)), tuple(sorted(expected - found)), "")


def callgraph(folder: Path) -> dict[str, list[str]]:
    """What the command line prints for a case."""
    from code_path_audit.cli import main as command

    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = command(["callgraph", "--source", ".", "--format", "pycg", "main.py"])
    if status:
        raise RuntimeError(f"exit {status}: {err.getvalue().strip()}")
    graph: dict[str, list[str]] = json.loads(out.getvalue())
    return graph


def pairs(graph: dict[str, list[str]]) -> frozenset[Pair]:
    """The edges of an adjacency list; names without edges do not count."""
    return frozenset((caller, callee) for caller, callees in graph.items() for callee in callees)


def counts(cases: Sequence[Case]) -> Iterator[tuple[str, int, int, int]]:
    """(category, cases, complete, sound) for each category, then in total."""
    for category in sorted({case.category for case in cases}):
        own = [case for case in cases if case.category == category]
        yield category, len(own), sum(case.complete for case in own), sum(case.sound for case in own)
    yield "all", len(cases), sum(case.complete for case in cases), sum(case.sound for case in cases)


def table(cases: Sequence[Case]) -> Iterator[str]:
    """The table for a terminal."""
    yield f"{'category':14}{'cases':>7}{'complete':>10}{'sound':>7}"
    for category, total, complete, sound in counts(cases):
        yield f"{category:14}{total:7}{complete:10}{sound:7}"


def markdown(tools: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """The table for docs/accuracy.md, complete and sound for each tool, and our cases that are not exact below it."""
    cases = next(iter(tools.values()))
    yield f"| category | cases |{''.join(f' {tool}: complete | sound |' for tool in tools)}"
    yield f"|---|---:|{'---:|---:|' * len(tools)}"
    for rows in zip(*map(counts, tools.values()), strict=True):
        figures = "".join(f" {complete} | {sound} |" for _, _, complete, sound in rows)
        yield f"| {rows[0][0]} | {rows[0][1]} |{figures}"
    if inexact := [case for case in cases if not (case.complete and case.sound)]:
        yield ""
        yield "Not exact:"
        yield ""
    for case in inexact:
        false = [f"false edge `{caller}` to `{callee}`" for caller, callee in case.false]
        missed = [f"missed edge `{caller}` to `{callee}`" for caller, callee in case.missed]
        yield f"- `{case.category}/{case.name}`: {'; '.join([*missed, *false])}"


def differences(cases: Sequence[Case], checkout: Path | None) -> Iterator[str]:
    """The cases that are not exact, edge by edge; with a checkout also their programs."""
    for case in cases:
        if case.complete and case.sound:
            continue
        yield f"\n{case.category}/{case.name}{': ' + case.error if case.error else ''}"
        yield from (f"  missed  {caller} -> {callee}" for caller, callee in case.missed)
        yield from (f"  false   {caller} -> {callee}" for caller, callee in case.false)
        folder = checkout / SNIPPETS / case.category / case.name if checkout else None
        for path in sorted(folder.rglob("*.py")) if folder else []:
            yield f"  --- {path.relative_to(folder).as_posix() if folder else ''}"
            yield from (f"  | {line}" for line in path.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    sys.exit(main())

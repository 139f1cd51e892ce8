"""How many commits would need no solve if a result depended on single names of a module, and not on its outline.

    python -m benchmarks.asked_names DIR [--project NAME] [--commits 60] [--markdown]

DIR has a git repository for each project, as `OWNER+NAME/repo`. Of each the latest commits that touch its package are
looked at, one action each: its functions that were read, and all names that stand in them, are those of the graph of
every twentieth commit. It is an upper bound: a change counts as answered by names where it only might be. With
`--markdown` the table goes into docs/performance.md.
"""

from __future__ import annotations

import argparse
import ast
import io
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.documents import rewrite
from benchmarks.repositories import extract, git
from benchmarks.speed_commands import ROOT
from code_path_audit.callgraph.kept import Problem, solved
from code_path_audit.facts.extract import extract_module
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.facts.parsing import Unparsable
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.pipeline import load_sources
from code_path_audit.program.dependencies import Ledger, says_the_same
from code_path_audit.program.tracked_module import STRINGS

PAGE = ROOT / "docs" / "performance.md"
EVERY = 20
"""Commits for which one graph stands."""


class Project(NamedTuple):
    """A repository, the source root in it, the package below that, and the function that an action begins at."""

    name: str
    source: str
    package: str
    entry: str


PROJECTS = (
    Project("pypa+hatch", "src", "hatch", "hatch.cli.main"),
    Project("papis+papis", ".", "papis", "papis.commands.add.run"),
    Project("beancount+fava", "src", "fava", "fava.cli.main"),
    Project("getpelican+pelican", ".", "pelican", "pelican.main"),
    Project("mkdocs+mkdocs", ".", "mkdocs", "mkdocs.__main__.build_command"),
    Project("pre-commit+pre-commit", ".", "pre_commit", "pre_commit.main.main"),
    Project("httpie+cli", ".", "httpie", "httpie.core.main"),
)


class Asked(NamedTuple):
    """What an action has asked: the functions that it has read, by name, all words in their instructions, and the
    modules that it has asked for anything."""

    read: frozenset[str]
    words: frozenset[str]
    modules: frozenset[str]


Item = tuple[str, str, str]
"""What one statement of a body binds: "def", "assign", "import" or "other", the name, and what else it says."""


def asked_at(repository: Path, project: Project, commit: str) -> Asked:
    """What the action asks in the state of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(project.source, project.package))
        with tarfile.open(fileobj=io.BytesIO(git(repository, "archive", commit, path))) as archive:
            extract(archive, Path(folder))
        program = load_sources(Path(folder), (project.source,))
        ledger = Ledger()
        solved(ledger.watch(program), Problem((project.entry,), shipped_libraries().behaviours))
        consulted = ledger.consulted()
        read: set[str] = set()
        words: set[str] = set()
        for module, indices in consulted.read:
            facts = program.modules[module]
            for index in indices:
                if index != STRINGS:
                    read.add(_joined(module, facts.header.names[index]))
                    words.update(_words(facts.functions[index].code))
    return Asked(frozenset(read), frozenset(words), frozenset(consulted.modules))


def _joined(*names: str) -> str:
    return ".".join(filter(None, names))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.replace(".", " ").split()
    elif isinstance(value, tuple):
        for part in value:
            yield from _words(part)


def bodies(text: bytes, module: str) -> dict[str, Counter[Item]]:
    """What stands in each function, class body and module body, without what is defined in it; () for what is no
    Python."""
    found: dict[str, Counter[Item]] = {}
    try:
        _add_bodies(ast.parse(text).body, module, found)
    except (SyntaxError, ValueError):
        return {}
    return found


def _add_bodies(body: Iterable[ast.stmt], name: str, found: dict[str, Counter[Item]]) -> None:
    items = found.setdefault(name, Counter())
    for statement in _flat(body, items):
        if isinstance(statement, ast.ClassDef):
            items["def", statement.name, _said(*statement.bases, *statement.keywords, *statement.decorator_list)] += 1
            _add_bodies(statement.body, _joined(name, statement.name), found)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            signature = type(statement).__name__ + _said(statement.args, *statement.decorator_list)
            items["def", statement.name, signature] += 1
            inner = [one for one in statement.body if not _is_text(one)]
            found.setdefault(_joined(name, statement.name), Counter())["other", "", _said(*inner)] += 1
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            home = "." * getattr(statement, "level", 0) + str(getattr(statement, "module", ""))
            for alias in statement.names:
                items["import", (alias.asname or alias.name).partition(".")[0], f"{home}:{alias.name}"] += 1
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and (bound := _bound(statement)):
            items["assign", bound, _said(statement)] += 1
        elif not _is_text(statement):
            items["other", "", _said(statement)] += 1


def _flat(body: Iterable[ast.stmt], items: Counter[Item]) -> Iterator[ast.stmt]:
    """The statements of a body, with those in its branches."""
    for statement in body:
        if isinstance(statement, ast.If | ast.Try):
            items["other", "", _said(statement.test) if isinstance(statement, ast.If) else "try"] += 1
            handlers = getattr(statement, "handlers", [])
            rest = [*getattr(statement, "finalbody", []), *(inner for handler in handlers for inner in handler.body)]
            yield from _flat([*statement.body, *statement.orelse, *rest], items)
        else:
            yield statement


def _said(*nodes: ast.AST) -> str:
    return " ".join(map(ast.dump, nodes))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _bound(statement: ast.Assign | ast.AnnAssign) -> str:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""


def touched(before: dict[str, Counter[Item]], after: dict[str, Counter[Item]], asked: Asked) -> set[str]:
    """What of a file that an action has asked for is another one: "read" where an instruction of a function that it has
    read is, else the kinds of items, with " named" behind them where the name stands in something that it has read."""
    found = set()
    for name in asked.read & (before.keys() | after.keys()):
        if name not in before or name not in after:
            found.add("read")
            continue
        for kind, bound, _ in (before[name] - after[name]) + (after[name] - before[name]):
            found.add("read" if kind == "other" else f"{kind}{' named' if bound in asked.words else ''}")
    return found


def is_answered(before: ModuleFacts, after: ModuleFacts, asked: Asked) -> bool:
    """Whether a module answers as before, as the program holds it."""
    names = enumerate(before.header.names)
    read = [index for index, name in names if _joined(before.module, name) in asked.read]
    return before.outline == after.outline and says_the_same(before, after, read)


STEPS = (
    ("answered as it is", None),
    ("by names: functions and classes that nothing names", {"def"}),
    ("whatever names them", {"def", "def named"}),
    ("imports and names of modules, too", {"def", "def named", "import", "import named", "assign", "assign named"}),
)


def tally(repository: Path, project: Project, count: int) -> list[int]:
    """Of how many of the latest commits each of `STEPS` would do; at last how many change what was read."""
    path = Path(project.source, project.package).as_posix()
    only = f":(glob){path}/**/*.py"
    log = ["log", "--first-parent", "--format=%H", f"--max-count={count}", "HEAD", "--", only]
    found = [0] * (len(STEPS) + 1)
    asked = Asked(frozenset(), frozenset(), frozenset())
    for number, commit in enumerate(git(repository, *log).decode().split()):
        if number % EVERY == 0:
            asked = asked_at(repository, project, commit)
        kinds: set[str] = set()
        as_it_is = True
        changed = git(repository, "diff", "--no-renames", "--name-status", f"{commit}~1", commit, "--", only).decode()
        for row in changed.splitlines():
            status, _, file = row.partition("\t")
            parts = Path(file).relative_to(project.source).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if module not in asked.modules:
                continue
            if status != "M":
                kinds.add("file")
                as_it_is = False
                continue
            texts = [git(repository, "show", f"{state}:{file}") for state in (f"{commit}~1", commit)]
            kinds |= touched(bodies(texts[0], module), bodies(texts[1], module), asked)
            try:
                before, after = (extract_module(text, module, parts[-1] == "__init__") for text in texts)
                as_it_is &= is_answered(before, after, asked)
            except Unparsable:
                as_it_is = False
        for step, (_, allowed) in enumerate(STEPS):
            found[step] += as_it_is or (allowed is not None and kinds <= allowed)
        found[-1] += "read" in kinds
    return found


def table(rows: list[tuple[str, int, list[int]]]) -> str:
    """The table of the document, and its last row with all."""
    titles = [*(title for title, _ in STEPS), "change a function that was read"]
    lines = [f"| action | commits | {' | '.join(titles)} |", "|---|" + "---:|" * (len(titles) + 1)]
    every = [
        *rows,
        ("all", sum(row[1] for row in rows), [sum(column) for column in zip(*(r[2] for r in rows), strict=True)]),
    ]
    lines += [f"| {name} | {count} | {' | '.join(map(str, found))} |" for name, count, found in every]
    return "\n".join(lines)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--project", action="append", choices=[project.name for project in PROJECTS])
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--markdown", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    rows = []
    for project in PROJECTS:
        if not options.project or project.name in options.project:
            repository = options.folder / project.name / "repo"
            rows.append((f"`{project.entry}`", options.commits, tally(repository, project, options.commits)))
            print(*rows[-1], flush=True)
    print(table(rows))
    if options.markdown:
        rewrite(PAGE, {"asked names": table(rows)})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

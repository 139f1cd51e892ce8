"""Candidates on programs with planted mistakes, and on applications from the registry, judged by hand.

    python -m benchmarks.candidates --work DIR [--only NAME,...] [--planted] [--proposed] [--cases DIR]

Writes the tables of docs/candidates.md. The wheels of the applications are downloaded once, into DIR; nothing of them
is run. `benchmarks/candidates.toml` has the applications, the cures of the mistakes and the judgements; a candidate
that nobody has judged is shown as that. With `--planted` the applications are left out, with `--cases` the programs of
that folder are in the table of mistakes.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import planting
from benchmarks.documents import rewrite
from benchmarks.repositories import unpacked
from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, Config, default_config, load_config
from code_path_audit.errors import AuditError
from code_path_audit.program.model import Program
from code_path_audit.proposals.proposal import candidates_in
from code_path_audit.proposals.repository import read_repository
from code_path_audit.reports.priorities import proposals

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "candidates.md"
DATA = Path(__file__).with_suffix(".toml")
PLANTED = Path(__file__).with_name("planted")
SHOP = ROOT / "tests" / "applications" / "django_shop"

FUNCTIONS = 40
"""Functions of an application that are drawn as actions."""

PROPOSED = 30
"""Actions of an application that `init` proposes; where there are fewer, functions are drawn as well."""

LINES = 15
"""Lines that such a function has at least."""


class Told(NamedTuple):
    """A candidate as it is told. `is_first`: it is among what "Fix first" may name, which saves a twentieth."""

    kind: str
    title: str
    function: str
    place: str
    id: str
    is_first: bool

    @property
    def text(self) -> str:
        """What a cure is matched with."""
        return f"{self.kind}: {self.title} [{self.function}]"


class Mistake(NamedTuple):
    """A mistake that was planted in a program: what is done, and what cures it, as an expression; "" for one that needs
    no cure. `told` is what was told of the program with it."""

    program: str
    name: str
    cure: str
    told: tuple[Told, ...]

    @property
    def found(self) -> Told | None:
        """The first candidate that is its cure."""
        return next((row for row in self.told if row.is_first and self.cure and re.search(self.cure, row.text)), None)


def told(program: Program, config: Config, actions: Iterable[ActionConfig]) -> tuple[Told, ...]:
    """The candidates of some actions, each once."""
    found: dict[tuple[str, str], Told] = {}
    for action in actions:
        for row in proposals([pipeline.trace(program, action, config)]):
            one = row.candidate
            key = (one.file, one.id)
            new = Told(one.kind, one.title, one.function, f"{one.file}:{one.line}", one.id, row.is_worth)
            old = found.get(key)
            found[key] = new if old is None else old._replace(is_first=old.is_first or new.is_first)
    return tuple(found.values())


# planted


def planted(data: dict[str, Any], cases: Path | None) -> Iterator[Mistake]:
    """Every planted mistake, and what is told of the program with it."""
    for app in sorted(path.parent for path in PLANTED.glob("*/mistakes.toml")):
        yield Mistake(app.name, "none", "", told_in(app))
        for row in tomllib.loads((app / "mistakes.toml").read_text(encoding="utf-8"))["mistake"]:
            with tempfile.TemporaryDirectory() as folder:
                root = Path(shutil.copytree(app, Path(folder, app.name)))
                apply(root, row)
                yield Mistake(app.name, row["name"], row["cure"], told_in(root, row["action"]))
    yield from small((PLANTED / "small.txt").read_text(encoding="utf-8"))
    cures = {row["patch"]: row for row in data["shop"]}
    for patch in sorted((SHOP / "mistakes").glob("*.patch")):
        row = cures[patch.name.split("-")[0]]
        with tempfile.TemporaryDirectory() as folder:
            root = Path(shutil.copytree(SHOP, Path(folder, "shop"), ignore=shutil.ignore_patterns("mistakes")))
            subprocess.run(["git", "apply", str(patch)], cwd=root, check=True)
            yield Mistake("django_shop", row["name"], row["cure"], told_in(root))
    for row in data["case"] if cases is not None else ():
        assert cases is not None
        with tempfile.TemporaryDirectory() as folder:
            root = Path(shutil.copytree(cases / row["folder"] / "after", Path(folder, "case")))
            shutil.copy(cases / row["folder"] / "code-path-audit.toml", root)
            yield Mistake("cases", row["folder"], row["cure"], told_in(root))


def small(text: str) -> Iterator[Mistake]:
    """The mistakes of the small programs of a file, each written in a folder of its own."""
    for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, rest = part.partition("\n")
        name, _, cure = head.partition(" | ")
        with tempfile.TemporaryDirectory() as folder:
            for piece in re.split(r"^--- ", rest, flags=re.MULTILINE)[1:]:
                file, _, body = piece.partition("\n")
                path = Path(folder, "code-path-audit.toml" if file == "conf" else file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(body, encoding="utf-8")
            yield Mistake("small", name, cure, told_in(Path(folder)))


def apply(root: Path, row: dict[str, str]) -> None:
    """Plant a mistake in its file."""
    path = root / row["file"]
    text = planting.planted(path.read_text(encoding="utf-8"), row, f"{row['name']}: {row['file']}")
    path.write_text(text, encoding="utf-8")


def told_in(root: Path, only: str = "") -> tuple[Told, ...]:
    """The candidates of a program's actions, or of one of them."""
    config = load_config(root)
    return told(pipeline.load(config), config, [row for row in config.actions if only in ("", row.name)])


# applications


class Application(NamedTuple):
    """An application of the registry: how many of its functions were traced, and what was told."""

    name: str
    actions: int
    seconds: float
    told: tuple[Told, ...]


def applications(data: dict[str, Any], work: Path, only: Sequence[str], asked: bool = False) -> Iterator[Application]:
    """Each application, with some of its functions as actions; where they are `asked` for the others, with what `init`
    proposes."""
    for row in data["proposed" if asked else "application"]:
        if only and row["package"] not in only:
            continue
        root = unpacked(f"{row['package']}=={row['version']}", work / f"{row['package']}-{row['version']}")
        began = time.perf_counter()
        config = default_config(root, (".",))
        program = pipeline.load(config)
        found: dict[tuple[str, str], Told] = {}
        actions = [ActionConfig(name, (name,), "") for name in drawn(program, row["package"])]
        if asked:
            actions = [*proposed(root, program, row["package"]), *actions][:PROPOSED]
        for action in actions:
            try:
                rows = told(program, config, [action])
            except AuditError:
                continue
            for one in rows:
                found.setdefault((one.place, one.id), one)
        yield Application(
            f"{row['package']} {row['version']}", len(actions), time.perf_counter() - began, tuple(found.values())
        )


def proposed(root: Path, program: Program, seed: str) -> list[ActionConfig]:
    """The actions that `init` would look at, in an order of their own that is the same each time."""
    actions = [candidate.action for candidate in candidates_in(root, read_repository(root), program)]
    random.Random(seed.replace("-", "_")).shuffle(actions)
    return actions


def drawn(program: Program, seed: str) -> list[str]:
    """Functions of a program, the same ones each time."""
    names = []
    for name, (module, _) in sorted(program.functions.items()):
        facts = program.facts(name)
        if facts.kind != "function" or facts.name.count(".") > 1 or "#" in name or facts.end_line - facts.line < LINES:
            continue
        if "test" not in module and "_vendor" not in module:
            names.append(name)
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")
    random.Random(number).shuffle(names)
    return names[:FUNCTIONS]


# the page


def mistakes_table(rows: Sequence[Mistake]) -> str:
    """The table of planted mistakes, and what it comes to."""
    lines = ['| program | mistake | named in "Fix first" |', "|---|---|---|"]
    wanted = [row for row in rows if row.cure]
    for row in rows:
        if row.name == "none" and not row.told:
            continue
        beside = next((one for one in row.told if row.cure and re.search(row.cure, one.text)), None)
        shown = cell(row.found.text) if row.found else "no" if row.cure else "nothing to cure"
        if row.cure and not row.found and beside is not None:
            shown = f"no: {cell(beside.text)} saves less than a twentieth"
        if not row.cure and row.told:
            shown = "; ".join(cell(one.text) for one in row.told if one.is_first) or shown
        lines.append(f"| {row.program} | {cell(row.name)} | {shown} |")
    named = sum(row.found is not None for row in wanted)
    false = sum(any(one.is_first for one in row.told) for row in rows if not row.cure)
    lines += ["", f"Of {len(wanted)} mistakes {named} are named with their cure ({named / max(len(wanted), 1):.0%})."
              f" Of {len(rows) - len(wanted)} programs without one {false} are told a change."]  # fmt: skip
    return "\n".join(lines)


def applications_table(rows: Sequence[Application], judged: Iterable[dict[str, Any]]) -> str:
    """The table of what was told of applications, as it was judged."""
    known = {(row["application"], row["place"]): row for row in judged}
    lines = ["| application | candidate | first | right | useful |", "|---|---|---|---|---|"]
    counts = {"told": 0, "wrong": 0, "useless": 0, "open": 0}
    for app in rows:
        for one in app.told:
            judgement = known.get((app.name.split()[0], one.place))
            counts["told"] += 1
            words = ("not judged", "") if judgement is None else (judgement["right"], judgement["useful"])
            counts["open"] += judgement is None
            counts["wrong"] += words[0].startswith("no:")
            counts["useless"] += words[1].startswith("no")
            lines.append(
                f"| {app.name} | {cell(one.text)} {one.place} | {'yes' if one.is_first else 'no'} | "
                f"{cell(words[0])} | {cell(words[1])} |"
            )
    actions = sum(app.actions for app in rows)
    lines += ["", f"{len(rows)} applications, {actions} functions: {counts['told']} candidates, "
              f"{counts['wrong']} wrong, {counts['useless']} useless, {counts['open']} not judged. Without any: "
              f"{', '.join(app.name for app in rows if not app.told)}."]  # fmt: skip
    return "\n".join(lines)


def cell(text: str) -> str:
    """A text that fits into a cell of a table."""
    return text.replace("|", "/").replace("\n", " ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, and writes the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.candidates", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--work", type=Path, required=True, help="where the applications are unpacked")
    parser.add_argument("--only", default="", help="applications, with commas between them")
    parser.add_argument("--planted", action="store_true", help="only the planted mistakes")
    parser.add_argument(
        "--proposed", action="store_true", help="only the applications whose actions `init` proposes; printed"
    )
    parser.add_argument("--cases", type=Path, help="a folder of small programs, each with after/")
    parser.add_argument("--print", action="store_true", help="print the tables, and leave the page as it is")
    options = parser.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    tables = {}
    only = [name for name in options.only.split(",") if name]
    if options.proposed:
        rows = list(applications(data, options.work, only, asked=True))
        sys.stdout.write(f"{applications_table(rows, data.get('judged', ()))}\n")
        return 0
    if not only:
        tables["planted"] = mistakes_table(list(planted(data, options.cases)))
    if not options.planted:
        tables["judged"] = applications_table(list(applications(data, options.work, only)), data.get("judged", ()))
    if options.print:
        sys.stdout.write("\n\n".join(tables.values()) + "\n")
    else:
        rewrite(PAGE, tables)
    return 0


if __name__ == "__main__":
    sys.exit(main())

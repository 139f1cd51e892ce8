"""A fuzz target for all that is read from a repository: `python -m benchmarks.fuzz --inputs N --seconds S --seed N`.

Each input is a seed of its kind (source, templates, configuration, baseline, acceptances, observations, rules and
models, evidence of a contingency, what the store keeps, solved graphs, what assistants ask), changed by a few mutators,
or source made from Python's grammar (hypothesmith, where it is installed). A reader may refuse it with an expected
error; anything else, and what takes longer than `SLOW_S`, is a finding: it is printed with its kind, and becomes a row
of the tests. Nothing is run of what is read.
"""

from __future__ import annotations

import argparse
import atexit
import random
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.errors import AuditError

if TYPE_CHECKING:
    from code_path_audit.sources.model import SourceTree

ROOT = Path(__file__).resolve().parents[1]
SLOW_S = 20.0
"""Seconds that no input may take."""

Read = Callable[[bytes], object]


class Kind(NamedTuple):
    """A kind of input: how it is read, and what it is made from. `expected` are the errors that refuse an input."""

    read: Read
    seeds: tuple[bytes, ...]
    expected: tuple[type[Exception], ...] = (AuditError,)


TEMPLATES = (
    b"{% extends 'a.html' %}{% load x %}{% block b %}{{ block.super }}{% for k, v in rows.items %}{{ k.v.0|date:'Y' }}"
    b"{% empty %}-{% endfor %}{% endblock %}{% if a.b and not c or d.e == 2 %}{% include 'r.html' with x=y only %}"
    b"{% elif q %}{% with a=b.c %}{{ a }}{% endwith %}{% endif %}{% url 'name' pk=x.pk as u %}{# no #}{% comment %}",
    b"{% from 'm.html' import row as r with context %}{% macro f(a, b=[1, {'k': v}]) %}{{ a.b(c, *d, **e)|join(', ') }}"
    b"{% endmacro %}{% set x = f(1)[2:3] if y is not none else z ~ 'a' %}{% call(u) f() %}{{ loop.index }}{% endcall %}"
    b"{%- for a in b recursive if a.c -%}{{ loop(a.d) }}{% else %}{% raw %}{{ {% endraw %}{% endfor %}",
)  # fmt: skip
"""Of Django and of Jinja2, with most of what they know."""

# readers


def one_file(data: bytes) -> SourceTree:
    """A program of one module, `m`."""
    from code_path_audit.sources.model import SourceFile, SourceTree

    return SourceTree((SourceFile("m.py", "m", False, "0" * 40, data),), ())


def facts(data: bytes) -> object:
    """Source to facts, packed, opened again, and traced from its body."""
    from code_path_audit.config import ActionConfig, Config
    from code_path_audit.facts.codec import encode, open_facts
    from code_path_audit.facts.extract import extract_module
    from code_path_audit.pipeline import program_of
    from code_path_gate.measuring import engine

    read = extract_module(data, "m")
    open_facts(encode(read))
    program = program_of(one_file(data))
    return engine.trace(program, ActionConfig("a", ("m",)), Config(ROOT, ("src",)), lambda path: None)


def template(data: bytes) -> object:
    """A template of Django's, and the same text as one of Jinja2's, as `facts` reads source."""
    from code_path_audit.facts.codec import encode, open_facts
    from code_path_audit.facts.extract import Unparsable, extract_module
    from code_path_audit.sources.layout import module_of

    for path in ("templates/a.html", "templates/a.jinja2"):
        try:
            open_facts(encode(extract_module(data, module_of(path, ""))))
        except Unparsable:
            continue
    return None


def configuration(data: bytes) -> object:
    """A pyproject.toml, with the gate's table, exclude patterns, and the entry points that it declares."""
    from code_path_audit.config import config_of_tables, parse_toml
    from code_path_audit.sources.entry_points import of_ini, of_project, of_setup
    from code_path_audit.sources.exclude import excluded, parse_excludes
    from code_path_gate.settings import read_settings

    text = data.decode("utf-8", "replace")
    list(of_project(text, text, text)), list(of_ini(text, "")), list(of_setup(text))
    config = config_of_tables(None, parse_toml(data, "pyproject.toml"), ROOT)
    return config and (read_settings(config), excluded("src/a/b.py", parse_excludes(config.exclude)))


def baseline(data: bytes) -> object:
    """A baseline, and its text once more."""
    from code_path_gate.baseline.read import parse_baseline
    from code_path_gate.baseline.write import format_baseline

    read = parse_baseline(data, "a.json", "save")
    return parse_baseline(format_baseline(read).encode(), "a.json", "save")


def acceptances(data: bytes) -> object:
    """A file of acceptances, and its text once more."""
    from code_path_gate.baseline.acceptances import format_acceptances, parse_acceptances

    read = parse_acceptances(data, "accepted.jsonl")
    return parse_acceptances(format_acceptances(read.by_action).encode(), "accepted.jsonl")


def evidence(data: bytes) -> object:
    """The evidence of a contingency, and its text once more."""
    from code_path_audit.contingency.evidence import parse, render

    read = parse(data, Path("a.toml"), "save", "m.f")
    return parse(render(read).encode(), Path("a.toml"), "save", "m.f")


def observations(data: bytes) -> object:
    """Observations, and their text once more."""
    from code_path_audit.runtime.observations_file import decode, render

    return decode(render(decode(data)).encode())


def history(data: bytes) -> object:
    """The history of loads, and the trend in it."""
    from code_path_gate.commands.history import parse_history, trend_markdown

    return trend_markdown(parse_history(data.decode("utf-8", "replace"), "history.jsonl"), True)


def tables(data: bytes) -> object:
    """A cost model, rules, and a library model of the user's own."""
    from code_path_audit.costs.models import load_model
    from code_path_audit.costs.tables import read_table
    from code_path_audit.libraries.read import read_model

    for read in (
        lambda: read_table(Path("r.toml"), read=lambda _: data),
        lambda: load_model("m.toml", read=lambda _: data),
        lambda: read_model(Path("l.toml"), read=lambda _: data),
    ):
        try:
            read()
        except AuditError:
            continue
    return None


def stored(data: bytes) -> object:
    """What the store keeps: facts, records of answers and their details."""
    from code_path_audit.facts.codec import open_facts
    from code_path_audit.replay.record import Record
    from code_path_audit.replay.record_details import opened_details

    for read in (
        Record,
        lambda part: opened_details(bytes(part), data[:32]),
        lambda part: open_facts(bytes(part)).functions,
    ):
        try:
            read(memoryview(data))
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def graph(data: bytes) -> object:
    """A solved graph that is kept."""
    from code_path_audit.callgraph.packed import opened

    return opened(data)


@cache
def small_project() -> Path:
    """A project of one action, in a folder that is gone when this process ends."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    root = Path(folder.name)
    (root / "pyproject.toml").write_text(
        '[tool.code-path-audit]\nsource = ["."]\n[tool.code-path-audit.actions.save]\nentry_points = ["m.save"]\n'
    )
    (root / "m.py").write_text("def save(rows):\n    for row in rows:\n        open(row).read()\n")
    return root


def tools(data: bytes) -> object:
    """What an assistant asks for: the name of a tool in the first line, and an argument in each further one.

    `check` is no such tool here: it starts the gate in a process of its own.
    """
    from pydantic import validate_call

    from code_path_audit.mcp_server import Asked

    name, *given = data.decode("utf-8", "replace").split("\n")
    asked = Asked(small_project(), "off")
    offered: dict[str, Callable[..., object]] = {
        "list_actions": asked.list_actions, "code_path_audit": asked.code_path_audit, "explain": asked.explain,
        "derive_code_path": asked.derive_code_path, "candidates": asked.candidates, "report": asked.report_action,
    }  # fmt: skip
    return validate_call(offered.get(name, asked.explain))(*given)


ASKED = (
    b"list_actions\n0\n50", b"code_path_audit\nsave\n10\n0\n20", b"explain\n95f9d2ee\nsave",
    b"derive_code_path\nm.save\n5", b"candidates\nsave\n0\n20", b"report\nsave",
)  # fmt: skip
"""Of each tool, what may be asked."""


def asked_tools() -> dict[str, Kind]:
    """The tools of the server for assistants; none where it is not installed."""
    if find_spec("mcp") is None:
        return {}
    from mcp.server.mcpserver.exceptions import ResourceError, ToolError
    from pydantic import ValidationError

    return {"tools": Kind(tools, ASKED, (ToolError, ResourceError, ValidationError))}


def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    from code_path_audit.callgraph.packed import pack
    from code_path_audit.facts.codec import encode
    from code_path_audit.facts.extract import Unparsable, extract_module
    from code_path_audit.pipeline import callgraph, program_of
    from code_path_audit.runtime.observations import (
        EdgeObservation,
        GcObservation,
        ImportObservation,
        LoopObservation,
        Observations,
        OpObservation,
        RunObservation,
    )
    from code_path_audit.runtime.observations_file import render
    from code_path_gate.baseline.acceptances import format_acceptances
    from code_path_gate.baseline.model import Acceptance
    from code_path_gate.baseline.read import parse_baseline

    sources = [path.read_bytes() for path in sorted((ROOT / "tests" / "specimens").glob("*/main.py"))]
    shipped = ROOT / "audit" / "code_path_audit"
    models = [*sorted(shipped.glob("costs/*/*.toml")), *sorted(shipped.glob("libraries/shipped/*.toml"))]
    seen = render(
        Observations(
            (OpObservation("save", "m.py", "m.f", "m.g", 1, "file_io", True, 2, ((4, 2),), ((9, 2),), (), 3),),
            (EdgeObservation("save", "m.py", "m.f", "g()", 0, "m.g", True, 2),),
            (ImportObservation("save", "m.py", "n", ((9, 1),)),),
            (GcObservation("save", 2, 3, 4_000),),
            (LoopObservation("save", "m.py", "m.f", 1, 50),),
            (RunObservation("save", 3),),
        )
    ).encode()
    committed = [
        re.sub(rb'"action": "\w+"', b'"action": "save"', path.read_bytes(), count=1)
        for path in sorted(ROOT.glob("*baselines/*.json"))
    ]
    point = b'{"commit": "abc", "action": "save", "load": 5, "expensive": 1, "unresolved": 0}\n'
    own_evidence = (ROOT / "contingency" / "solve_solve.toml").read_bytes()
    for key, value in ((b"action", b"save"), (b"op", b"m.f")):
        own_evidence = re.sub(rb'(?m)^%s = ".*"' % key, b'%s = "%s"' % (key, value), own_evidence, count=1)
    rows = [parse_baseline(data, "a.json", "save").ops[:3] for data in committed]
    accepted = format_acceptances({"save": [Acceptance(op, "why", "2030-01-01") for ops in rows for op in ops]})
    solved = [pack(callgraph(program_of(one_file(data)))) for data in sources[:20]]
    found = {
        "source": Kind(facts, tuple(sources), (AuditError, Unparsable)),
        "template": Kind(template, TEMPLATES),
        "configuration": Kind(configuration, ((ROOT / "pyproject.toml").read_bytes(), b"[a.b]\nc = [1, {d = 'x'}]\n")),
        "baseline": Kind(baseline, tuple(committed)),
        "acceptances": Kind(acceptances, (accepted.encode(),)),
        "evidence": Kind(evidence, (own_evidence,)),
        "observations": Kind(observations, (seen,)),
        "history": Kind(history, (point * 3,)),
        "tables": Kind(tables, tuple(path.read_bytes() for path in models)),
        "stored": Kind(stored, tuple(encode(extract_module(data, "m")) for data in sources[:20])),
        "graph": Kind(graph, tuple(solved)),
        **asked_tools(),
    }
    return {name: kind for name, kind in found.items() if kind.seeds}


# mutators

PIECES = (
    b"", b"\0", b"\xff", b"\r\n", b"#", b'"""', b"'", b"(", b"[" * 50, b"}", b"1e999", b"9" * 400, b"-1", b"nan", b"\\",
    b"..", b"../..", b"*" * 30, b"**/" * 30, b"lambda: ", b"async ", b"await ", b"yield ", b"global x\n", b"match x:\n",
    b"class A[T]: pass\n", b"type X = int\n", b"except* E:\n", b"f'{x!r:>{y}}'", b"x := ", b"*a, ", b"**k",
    b"::error::", b"##[group]", b"\xe2\x80\xae", b"\xed\xa0\x80", b"null", b"true", b"{}", b"[]",
    b'"format": 99', b"a." * 40,
)  # fmt: skip
"""What is put in: what readers trip over."""


def mutate(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """One change: bytes or lines dropped, doubled, swapped or put in, a number grown, a piece of another input."""
    lines = data.split(b"\n")
    at, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    end = min(end, at + 40)
    row = rng.randrange(len(lines))
    how = rng.randrange(9)
    if how == 0:
        return data[:at] + data[end:]
    if how == 1:
        return data[:at] + data[at:end] * rng.randrange(2, 30) + data[end:]
    if how == 2:
        return data[:at] + rng.choice(PIECES) + data[at:]
    if how == 3:
        return b"\n".join([*lines[:row], *lines[row + 1 :]])
    if how == 4:
        return b"\n".join([*lines[:row], lines[row], lines[rng.randrange(len(lines))], *lines[row:]])
    if how == 5:
        begin = rng.randrange(len(other) + 1)
        return data[:at] + other[begin : begin + 80] + data[end:]
    if how == 6:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    if how == 7:
        return b"\n".join([*lines[:row], b" " * rng.randrange(9) + lines[row], *lines[row + 1 :]])
    return data[:at]


def inputs(rng: random.Random, kind: Kind) -> Iterator[bytes]:
    """Inputs of a kind without end."""
    while True:
        data = rng.choice(kind.seeds)[:20_000]
        for _ in range(rng.randrange(1, 6)):
            data = mutate(rng, data, rng.choice(kind.seeds)[:20_000])
        yield data[:60_000]


class Finding(NamedTuple):
    """An input that was not read as it should be: the kind, the text of the error, or how long it took."""

    kind: str
    data: bytes
    what: str


def run(count: int, seconds: float, seed: int, wanted: tuple[str, ...] = ()) -> tuple[int, list[Finding]]:
    """Reads so many inputs, or for so long; how many were read, and what was found."""
    rng = random.Random(seed)
    every = {name: kind for name, kind in kinds().items() if not wanted or name in wanted}
    made = {name: inputs(rng, kind) for name, kind in every.items()}
    names, found, done, began = list(every), [], 0, time.monotonic()
    while done < count and time.monotonic() - began < seconds:
        # source takes a hundred times as long as the rest, and is a third of all
        name = "source" if "source" in every and done % 3 == 0 else names[done % len(names)]
        data = next(made[name])
        started = time.process_time()
        try:
            every[name].read(data)
        except every[name].expected:
            pass
        except Exception:
            found.append(Finding(name, data, traceback.format_exc(limit=-3)))
        if (took := time.process_time() - started) > SLOW_S:
            found.append(Finding(name, data, f"took {took:.0f} s"))
        done += 1
    return done, found


def from_grammar(count: int) -> list[Finding]:
    """The same with source that hypothesmith makes from Python's grammar."""
    import hypothesmith
    from hypothesis import HealthCheck, given, settings

    from code_path_audit.facts.extract import Unparsable

    found: list[Finding] = []

    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text=hypothesmith.from_grammar())
    def check(text: str) -> None:
        try:
            facts(text.encode("utf-8", "surrogatepass"))
        except (AuditError, Unparsable):
            pass
        except Exception:
            found.append(Finding("source", text.encode("utf-8", "surrogatepass"), traceback.format_exc(limit=-3)))

    check()
    return found


def main() -> int:
    """Reads inputs, and prints what was found; 1 where anything was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--grammar", type=int, default=0, metavar="N", help="also N sources made by hypothesmith")
    parser.add_argument("kinds", nargs="*", help="kinds of input (default: all)")
    options = parser.parse_args()
    done, found = run(options.inputs, options.seconds, options.seed, tuple(options.kinds))
    if options.grammar:
        found += from_grammar(options.grammar)
        done += options.grammar
    for finding in found[:50]:
        print(f"== {finding.kind}\n{finding.data!r:.2000}\n{finding.what}")
    print(f"{done:,} inputs read, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""What recordings of real applications hold: how much of it joins call sites, whether the edges are those that another
recorder saw, and how much two recordings of the same work differ.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import subprocess
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from benchmarks.applications import App, apps
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import Observations, update
from code_path_audit.runtime.observations_file import render
from code_path_audit.runtime.record.command import (
    PASSES,
    Request,
    agent_config,
    compile_agent,
    environment,
    session_folder,
)
from code_path_audit.runtime.record.join import Joined, join, observe
from code_path_audit.runtime.record.raw import Recording, read_recording

Edge = tuple[str, str]

ROW = "{:13} {:>5} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} | {:>6} {:>6} {:>6} {:>6}"


def record_app(app: App, work: Path) -> tuple[Recording, Joined, Program]:
    """Both passes of an application, each in a fresh copy of its folder at the same path, and where it joins."""
    request = Request(app.name, app.entries, app.roots, (), work / "recordings")
    folder = session_folder(request.folder, app.name)
    compile_agent(folder)
    kept = app.cwd.with_name(app.name + ".kept")
    if not kept.exists():
        shutil.copytree(app.cwd, kept, symlinks=True)
    for mode in PASSES:
        shutil.rmtree(app.cwd)
        shutil.copytree(kept, app.cwd, symlinks=True)
        config = folder / f"config-{mode}"
        config.write_bytes(agent_config(request, mode, folder))
        done = subprocess.run(
            [app.python, *app.argv], cwd=app.cwd, env=environment(config, app.env), capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode not in app.ok:
            raise SystemExit(f"{app.name} ({mode}): exit {done.returncode}\n{done.stderr[-2000:]}")
    recording = read_recording(folder)
    program = program_of(app, recording)
    return recording, join(recording, program), program


def program_of(app: App, recording: Recording) -> Program:
    """The facts of the files that a recording names."""
    codes = [op.code for op in recording.ops] + [code for code, _ in recording.starts]
    codes += [code for edge in recording.edges for code in (edge.caller, edge.callee)]
    modules = []
    for path in sorted({code.path for code in codes if code.path}):
        for root in app.roots:
            file = Path(root.folder) / path
            if file.exists() and (not root.package or path.split("/")[0].removesuffix(".py") == root.package):
                parts = path.removesuffix(".py").split("/")
                package = parts[-1] == "__init__"
                name = ".".join(parts[:-1] if package else parts)
                try:
                    modules.append((extract_module(file.read_bytes(), name, package), path))
                except Unparsable:
                    continue
                break
    return link(modules)


def joins(options: argparse.Namespace, work: Path) -> None:
    """Prints, for each application, what was recorded, what joins, and how its edges compare with the other's."""
    print("ops, edges: recorded places, and of these not joined; events: ops that only events see; pairs: (caller,")
    print("callee) of direct edges here and in the other recording, those that only one of the two has")
    print(
        ROW.format("", "procs", "ops", "lost", "events", "edges", "lost", "starts", "pairs", "other", "-here", "-other")
    )
    reasons: Counter[tuple[str, str]] = Counter()
    for app in apps(options, work):
        recording, joined, _ = record_app(app, work)
        lost = Counter(each.kind for each in joined.lost)
        places = sum(1 for edge in recording.edges if edge.caller.path or edge.position[0] >= 0)
        reasons.update({(kind, reason): count for kind, reason, count in joined.unjoined()})
        here = {(bare(edge.caller), bare(edge.callee)) for edge in joined.edges if edge.direct}
        figures: tuple[object, ...] = (len(here), "-", "-", "-")
        truth = None if options.truth is None else options.truth / f"{app.name}.json.gz"
        if truth is not None and truth.exists():
            every = {(bare(edge.caller), bare(edge.callee)) for edge in joined.edges}
            direct, other = other_edges(truth)
            figures = (len(here), len(direct), len(direct - every), len(here - other))
            if options.verbose:
                print(*(f"  only there: {a} -> {b}" for a, b in sorted(direct - every)), sep="\n")
                print(*(f"  only here: {a} -> {b}" for a, b in sorted(here - other)), sep="\n")
        events = sum(1 for op in recording.ops if not op.samples)
        print(
            ROW.format(
                app.name, recording.processes, len(recording.ops), lost["op"], events, places, lost["edge"],
                len(recording.starts), *figures,
            ),
            *recording.problems,
            flush=True,
        )  # fmt: skip
        if options.verbose:
            print(*(f"  {each}" for each in joined.lost), sep="\n")
    for (kind, reason), count in sorted(reasons.items()):
        print(f"{kind}: {count} places: {reason}")


def bare(name: str) -> str:
    """A name without the numbers that tell lambdas and redefinitions apart."""
    return re.sub(r"#\d+", "", re.sub(r"<lambda\d*>", "<lambda>", name))


def other_edges(path: Path) -> tuple[set[Edge], set[Edge]]:
    """(direct edges, all edges) of another recording, without those of imports."""
    with gzip.open(path) as file:
        edges = json.load(file)["edges"]
    live = [edge for edge in edges if not edge["import_time"] and edge["via"] != "import"]
    direct = {(edge["caller"], edge["callee"]) for edge in live if edge["kind"] == "direct"}
    return direct, {(edge["caller"], edge["callee"]) for edge in edges}


def stability(options: argparse.Namespace, work: Path) -> None:
    """Prints, for each application, the share of lines of its observations that a second recording changes."""
    for app in apps(options, work):
        texts, kept = [], Observations()
        for _ in range(options.rounds):
            recording, joined, program = record_app(app, work)
            observed = observe(app.name, recording, joined, program)
            kept = update(kept, observed, frozenset({app.name}))
            texts.append(render(kept).splitlines())
        shares = []
        for before, after in pairwise(texts):
            same = sum(
                block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
            )
            shares.append(f"{(max(len(before), len(after)) - same) / max(len(before), len(after)):.2%}")
            if options.verbose:
                print(*(f"  - {line}" for line in before if line not in after), sep="\n")
                print(*(f"  + {line}" for line in after if line not in before), sep="\n")
        print(
            f"{app.name:13} {len(texts[-1])} lines, changed by each further recording: {', '.join(shares)}", flush=True
        )

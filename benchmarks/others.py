"""Other static call graph tools on the same input, each in a virtual environment of its own: pyan3 and PyCG.

Both get the application's packages as one folder of sources. What they reach is the closure of their edges from the
entry points on; their edges to classes stay edges to classes, which the scorer takes for constructors.
"""

import functools
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scenarios import Scenario

Tool = Callable[[Scenario, Path], tuple[dict[str, Any], float]]
"""(scenario, work folder) to (PREDICTION of the scorer, seconds of the run)."""

TIMEOUT_S = 600

# `edges` gives {caller: [callees]} for the files below a folder; these run under the tool's own interpreter
PYAN3 = """
from pyan.analyzer import CallGraphVisitor
def edges(root, files):
    visitor = CallGraphVisitor(sorted(map(str, root.rglob("*.py"))), root=str(root))
    found = {}
    for caller, callees in visitor.uses_edges.items():
        found.setdefault(caller.get_name(), set()).update(callee.get_name() for callee in callees if callee.defined)
    return found
"""
PYCG = """
import importlib.util  # it uses this without importing it, and then finds no module
import unicodedata  # the parser asks for it while its import hook is in place, and then finds none
from pycg.pycg import CallGraphGenerator
from pycg.utils.constants import CALL_GRAPH_OP
def edges(root, files):
    graph = CallGraphGenerator(files, str(root), -1, CALL_GRAPH_OP)
    graph.analyze()
    return graph.output()
"""
# prints a line for each folder of argv, from a process of its own: the tools keep what they have imported
EACH = """
import json, os, pathlib, sys
sys.setrecursionlimit(20000)
for root in map(pathlib.Path, sys.argv[2:]):
    child = os.fork() if len(sys.argv) > 3 else 0
    if not child:
        files = sorted(map(str, root.rglob("*.py"))) if sys.argv[1] == "all" else [str(root / sys.argv[1])]
        print(json.dumps({caller: sorted(callees) for caller, callees in edges(root, files).items()}), flush=True)
        if len(sys.argv) > 3:
            os._exit(0)
    elif os.waitpid(child, 0)[1]:
        print("null", flush=True)
"""


def installed(work: Path, requires: tuple[str, ...]) -> Path:
    """The interpreter of a virtual environment with a tool in it; made once."""
    venv = work / "tools" / requires[0].partition("=")[0]
    stamp = venv / "requires.json"
    if not stamp.exists() or json.loads(stamp.read_text(encoding="utf-8")) != list(requires):
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, capture_output=True)
        pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "-q", *requires]
        subprocess.run(pip, check=True, capture_output=True)
        stamp.write_text(json.dumps(requires), encoding="utf-8")
    return venv / "bin" / "python"


def gathered(scenario: Scenario, work: Path) -> Path:
    """The application's packages as one folder of Python files, copied afresh."""
    folder = work / "input" / scenario.name
    shutil.rmtree(folder, ignore_errors=True)
    for package in scenario.packages:
        for source in scenario.source:
            place = scenario.root / source / package.replace(".", "/")
            for path in [place.with_suffix(".py"), *place.rglob("*.py")]:
                if path.is_file():
                    target = folder / path.relative_to(scenario.root / source)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
    return folder


def run(program: str, requires: tuple[str, ...], scenario: Scenario, work: Path) -> tuple[dict[str, Any], float]:
    """One tool on one application. A tool that fails or takes too long predicts nothing: that is its figure."""
    python, folder = installed(work, requires), gathered(scenario, work)
    began = time.perf_counter()
    try:
        words = [str(python), "-c", program + EACH, "all", str(folder)]
        done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=TIMEOUT_S)
        edges = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        print(f"{requires[0]} on {scenario.name}: {type(error).__name__}: {getattr(error, 'stderr', '') or ''}"[-300:])
        edges = {}
    return closure(plain(edges), scenario.entries), time.perf_counter() - began


def plain(edges: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Edges by the scorer's names: a package's module is the package."""
    return {named(caller): sorted({named(callee) for callee in callees}) for caller, callees in edges.items()}


def named(name: str) -> str:
    """A tool's name for a function in the scorer's spelling."""
    return ".".join(part for part in name.replace("/", ".").split(".") if part != "__init__" or name.endswith(part))


def closure(edges: Mapping[str, list[str]], entries: tuple[str, ...]) -> dict[str, Any]:
    """The part of a graph that is reached from the entries, as the scorer's PREDICTION without operations."""
    todo = list(entries)
    seen = set(todo)
    for caller in todo:
        for callee in edges.get(caller, []):
            if callee not in seen:
                seen.add(callee)
                todo.append(callee)
    return {"functions": sorted(seen), "edges": {caller: edges[caller] for caller in sorted(seen) if caller in edges}}


def graphs(name: str, folders: Sequence[Path], main: str, work: Path) -> list[dict[str, list[str]] | None]:
    """A tool's edges for each folder, from the file `main` in it on; None where it fails. pyan3 takes all files."""
    program, requires = PROGRAMS[name]
    words = [str(installed(work, requires)), "-c", program + EACH, main, *map(str, folders)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=TIMEOUT_S)
    return [json.loads(line) for line in done.stdout.splitlines()]


PROGRAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pyan3": (PYAN3, ("pyan3==2.9.0",)),
    "PyCG": (PYCG, ("pycg==0.0.7", "setuptools==65.5.0")),  # it imports pkg_resources
}
TOOLS: dict[str, Tool] = {
    name: functools.partial(run, program, requires) for name, (program, requires) in PROGRAMS.items()
}

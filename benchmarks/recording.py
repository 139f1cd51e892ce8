"""What recording costs, what it joins, and how it repeats: measured on real applications.

    python -m benchmarks.recording overhead --scenarios FILE --work DIR --only black,mkdocs [--python PATH] [--rounds N]
    python -m benchmarks.recording joins --scenarios FILE --work DIR [--truth DIR] [--only NAME,...] [--verbose]
    python -m benchmarks.recording stability --scenarios FILE --work DIR [--only NAME,...]

DIR holds `venv/NAME` (where the application is installed) and `run/NAME` (where it runs); FILE says how: see
`benchmarks.applications`. Overhead is the median ratio of interleaved runs of whole processes, each pass against
the untouched run of its round, and the ratio of the least. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.applications import App, apps, server
from benchmarks.recorded import joins, stability
from code_path_audit.runtime.record.command import Request, agent_config, compile_agent, environment

LINE = "{:56} {:>5} {:>4} | {:>5} {:>6} {:>6} {:>5} | {:>7} {:>6} {:>5} | {:>5} {:>6} {:>6}"


def run_ns(app: App, work: Path, mode: str) -> tuple[int, int]:
    """(wall time, processor time) of one run of the whole process, untouched or with a pass of the recorder on."""
    env = app.env
    cwd = work / f"once-{app.name}"
    shutil.rmtree(cwd, ignore_errors=True)
    shutil.copytree(app.cwd, cwd, symlinks=True)
    roots = tuple(root._replace(folder=root.folder.replace(str(app.cwd), str(cwd))) for root in app.roots)
    if mode != "untouched":
        folder = work / "raw"
        folder.mkdir(exist_ok=True)
        compile_agent(work)
        config = work / f"config-{mode}"
        config.write_bytes(agent_config(Request(app.name, app.entries, roots, (), folder), mode, folder))
        env = environment(config, app.env)
    began, before = time.perf_counter_ns(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([app.python, *app.argv], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter_ns() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in app.ok:
        raise SystemExit(f"{app.name} ({mode}): exit {done.returncode}\n{done.stderr[-2000:]}")
    return wall, round((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e9)


def overhead(options: argparse.Namespace, work: Path) -> None:
    """Prints, for each application, the ratio of each pass to the untouched program."""
    python = subprocess.run(
        [options.python or sys.executable, "-V"], capture_output=True, text=True, check=True
    ).stdout.strip()
    print(f"{python}, {options.rounds} interleaved rounds; load of the machine {os.getloadavg()[0]:.1f}")
    for app in apps(options, work):
        times: dict[str, list[tuple[int, int]]] = {"untouched": [], "times": [], "edges": []}
        for mode in times:
            run_ns(app, work, mode)
        for _ in range(options.rounds):
            for mode, rows in times.items():
                rows.append(run_ns(app, work, mode))
        text = f"{app.name:8} untouched {statistics.median(wall for wall, _ in times['untouched']) / 1e6:5.0f} ms"
        for mode in ("times", "edges"):
            for which, name in enumerate(("wall", "processor")):
                base, run = [row[which] for row in times["untouched"]], [row[which] for row in times[mode]]
                # of each round against the untouched run beside it: the machine changes from minute to minute
                paired = statistics.median(ours / plain for ours, plain in zip(run, base, strict=True))
                text += f" | {mode} {name} {paired:.2f} (least {min(run) / min(base):.2f})"
        print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("overhead", "joins", "stability"))
    parser.add_argument("--scenarios", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--python", default="")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--truth", type=Path, help="a folder of NAME.json.gz: what another recorder saw")
    parser.add_argument("--verbose", action="store_true", help="also print what joins nothing, and differing edges")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="code-path-audit-") as folder:
        run = {"overhead": overhead, "joins": joins, "stability": stability}[options.what]
        with server(options):
            run(options, Path(os.path.realpath(folder)))


if __name__ == "__main__":
    main()

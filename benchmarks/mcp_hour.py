"""`code-path-audit mcp` for an hour on a tree that changes: is each answer that of the files as they are, and does the
server grow?

    python -m benchmarks.mcp_hour --work DIR [--minutes 60] [--seed 1]     prints what came of it

One server under the SDK's own client, on a release of the registry with the configuration that `init` writes. Round
after round the tree is changed, once more while a question is being answered now and then, and what the server then
says is held against a fresh process that keeps nothing. Needs Linux: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import anyio
from mcp import Client, StdioServerParameters

from benchmarks.init_trials import environment, run
from benchmarks.repositories import committed_source, git

RELEASE = "httpbin==0.10.4"
EXPENSIVE = 'for _number in range({rounds}): open("{name}").close()'
"""A statement that every caller of a function pays for."""

Answer = tuple[str, Any]
"""What a question is about, and what is said."""


class Tree:
    """The files of a project, of which one state after the other is made."""

    def __init__(self, root: Path, random: Random) -> None:
        self.root = root
        self.random = random
        self.sources = sorted(path for path in (root / "httpbin").rglob("*.py"))
        self.config = root / "pyproject.toml"
        self.first = {path: path.read_bytes() for path in (*self.sources, self.config)}

    def change(self) -> str:
        """One change, named."""
        return str(
            self.random.choice(
                (
                    self.edit, self.edit, self.edit, self.edit, self.restore, self.restore, self.break_syntax,
                    self.remove, self.describe, self.drop_configuration, self.commit, self.checkout,
                )
            )()
        )  # fmt: skip

    def edit(self) -> str:
        """A function pays for something more, in a file that is whole."""
        path = self.random.choice(self.sources)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        try:
            functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        except SyntaxError:
            return self.restore()
        if not functions:
            return self.restore()
        last = self.random.choice(functions).body[-1]
        lines = text.splitlines(keepends=True)
        name = f"file{self.random.randrange(1000)}"
        statement = EXPENSIVE.format(rounds=self.random.randrange(2, 9), name=name)
        lines.insert(last.lineno - 1, f"{' ' * last.col_offset}{statement}\n")
        path.write_text("".join(lines), encoding="utf-8")
        return "edit"

    def restore(self) -> str:
        """Files as they were at first."""
        for path, data in self.first.items():
            if self.random.random() < 0.6 or not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return "restore"

    def break_syntax(self) -> str:
        """A file that does not parse."""
        with self.random.choice(self.sources).open("ab") as file:
            file.write(b"\ndef broken(:\n")
        return "break"

    def remove(self) -> str:
        """A file less."""
        self.random.choice(self.sources).unlink(missing_ok=True)
        return "remove"

    def describe(self) -> str:
        """Another configuration: a description, the length of which tells it from others."""
        text = self.first[self.config].decode()
        self.config.write_text(text.replace('description = "', f'description = "{self.random.randrange(10**6)} '))
        return "describe"

    def drop_configuration(self) -> str:
        """No configuration at all."""
        self.config.unlink(missing_ok=True)
        return "no configuration"

    def commit(self) -> str:
        """What there is, committed."""
        git(self.root, "add", "--all")
        git(self.root, "commit", "-q", "--allow-empty", "--no-verify", "-m", "more")
        return "commit"

    def checkout(self) -> str:
        """An earlier state of all files, as another branch has it."""
        commits = git(self.root, "rev-list", "HEAD").decode().split()
        git(self.root, "checkout", "-q", "--force", self.random.choice(commits[-5:]), "--", ".")
        return "checkout"


async def ask(client: Client, tool: str, arguments: dict[str, Any]) -> Any:
    """What a tool says: a value, or the text of its refusal."""
    result = await client.call_tool(tool, arguments)
    if result.is_error:
        return refusal("".join(getattr(block, "text", "") for block in result.content))
    assert result.structured_content is not None
    return result.structured_content.get("result", result.structured_content)


def refusal(text: str) -> str:
    """What a refusal is about: its slug, which the server and the command line share."""
    return text.strip().rpartition("[")[2].rstrip("]")


def alone(root: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own that keeps nothing."""
    return run([sys.executable, "-m", module, *arguments], root)


async def traced(client: Client, root: Path, action: str, depth: int) -> tuple[Any, Any]:
    """An action: its ops, every page of them, and its counts."""
    rows: list[dict[str, Any]] = []
    while True:
        asked = {"action_name": action, "max_depth": depth, "offset": len(rows), "limit": 50}
        answer = await ask(client, "code_path_audit", asked)
        if isinstance(answer, str):
            rows_or_slug: Any = answer
            break
        rows += answer["ops"]
        if "more" not in answer:
            counts = answer["counts"]
            rows_or_slug = (
                sorted((op["id"], op["where"], op["how_often"] or "once", op["evidence"]) for op in rows),
                counts["functions"],
                counts["candidates"],
                counts["unresolved_calls"],
            )
            break
    done = alone(root, "code_path_audit", "--action", action, "--depth", str(depth), "--json", "--cache-dir", "off")
    if done.returncode:
        return rows_or_slug, refusal(done.stderr)
    profile = json.loads(done.stdout)
    ops = profile["expensive_ops"]
    return rows_or_slug, (
        sorted((op["id"], f"{op['file']}:{op['line']}", how_often(op), op["evidence"]) for op in ops),
        len(profile["call_graph"]["nodes"]),
        len(profile["candidates"]),
        len(profile["unresolved"]),
    )


def how_often(op: dict[str, Any]) -> str:
    """How often an op of a profile runs, as answers and texts say it."""
    often = op["how_often"] or "once"
    return f"{often}, {op['condition']}" if op["condition"] not in ("", "always") else str(often)


async def checked(client: Client, root: Path) -> tuple[Any, Any]:
    """The gate: its exit code and all it says."""
    answer = await ask(client, "check", {})
    done = alone(root, "code_path_gate", "check", "--cache-dir", "off")
    if isinstance(answer, str):
        return answer, refusal(done.stderr)
    text = done.stdout or done.stderr
    return (answer["exit_code"], answer["text"].strip()[:10_000]), (done.returncode, text.strip()[:10_000])


async def derived(client: Client, root: Path, target: str) -> tuple[Any, Any]:
    """The text trace of a function."""
    answer = await ask(client, "derive_code_path", {"target": target})
    code = f"from code_path_audit import derive_code_path as d; print(d({target!r}, most=150))"
    done = run([sys.executable, "-c", code], root)
    said = done.stdout.strip() if not done.returncode else refusal(done.stderr)
    return (answer.strip(), said)


async def listed(client: Client, root: Path) -> tuple[Any, Any]:
    """The declared actions, of which the configuration says what they are called and described as."""
    answer = await ask(client, "list_actions", {})
    done = alone(root, "code_path_audit", "--json", "--cache-dir", "off")
    if isinstance(answer, str):
        return answer, refusal(done.stderr)
    if done.returncode:  # the configuration is whole, the source is not
        return "listed", "listed"
    profiles = json.loads(done.stdout).values()
    said = {profile["action"]["name"]: profile["action"]["description"] for profile in profiles}
    return {row["name"]: row["description"] for row in answer["actions"]}, said


async def hour(tree: Tree, cache: Path, minutes: float, random: Random) -> list[str]:
    """The rounds, and what came of them."""
    actions = [path.stem for path in sorted((tree.root / "baselines").glob("*.json"))]
    targets = ["httpbin.core.view_get", "httpbin.core.cache", "httpbin.helpers.get_dict"]
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "code_path_audit", "mcp", "--cache-dir", str(cache)], cwd=tree.root,
        env=environment(),
    )  # fmt: skip
    memory: list[int] = []
    asked: Counter[str] = Counter()
    said: Counter[str] = Counter()
    wrong: list[str] = []
    changes: Counter[str] = Counter()
    began = time.monotonic()
    async with Client(server) as client:
        pid = server_pid()
        while time.monotonic() - began < minutes * 60:
            for _ in range(random.randrange(1, 4)):
                changes[tree.change()] += 1
            if random.random() < 0.3:
                # a change in the middle of an answer, which may be of either state
                async with anyio.create_task_group() as group:
                    group.start_soon(ask, client, "code_path_audit", {"action_name": random.choice(actions)})
                    await anyio.sleep(random.random())
                    changes[tree.change()] += 1
            kind = random.choice(("action", "action", "check", "derive", "list"))
            if kind == "action":
                pair = await traced(client, tree.root, random.choice(actions), random.choice((10, 3)))
            elif kind == "check":
                pair = await checked(client, tree.root)
            elif kind == "derive":
                pair = await derived(client, tree.root, random.choice(targets))
            else:
                pair = await listed(client, tree.root)
            asked[kind] += 1
            said["a refusal" if isinstance(pair[1], str) and " " not in pair[1] else "an answer"] += 1
            if pair[0] != pair[1]:
                wrong.append(kind)
                print(f"round {asked.total()}: {kind}\n  server: {pair[0]!r}\n  alone:  {pair[1]!r}", flush=True)
            memory.append(resident(pid))
            if asked.total() % 20 == 0:
                spent = time.monotonic() - began
                print(f"{spent:.0f} s, {asked.total()} rounds, {len(wrong)} wrong, {memory[-1]} MB", flush=True)
    tenth = max(len(memory) // 10, 1)
    parts = [f"{max(memory[at : at + tenth])}" for at in range(0, len(memory), tenth)]
    return [
        f"{minutes:.0f} minutes, {changes.total()} changes, {asked.total()} questions compared "
        f"({', '.join(f'{count} {name}' for name, count in sorted(asked.items()))}; of them "
        f"{said['a refusal']} refusals), {len(wrong)} answered wrongly",
        f"most resident memory in each tenth, in MB: {', '.join(parts)}",
    ]


def server_pid() -> int:
    """The one child of this process."""
    (child,) = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return int(child)


def resident(pid: int) -> int:
    """Memory that a process holds, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) // 1024


def main(argv: Sequence[str] | None = None) -> int:
    """Run the rounds, and print what came of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder for the project and the store")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    folder = options.work / "hour"
    cache = folder / "cache"
    shutil.rmtree(folder, ignore_errors=True)
    root = committed_source(RELEASE, options.work, folder)
    done = alone(root, "code_path_audit", "init", "--yes", "--cache-dir", str(cache))
    if done.returncode:
        sys.exit(done.stderr)
    git(root, "add", "--all")
    git(root, "commit", "-q", "--no-verify", "-m", "the gate")
    random = Random(options.seed)
    for line in anyio.run(hour, Tree(root, random), cache, options.minutes, random):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())

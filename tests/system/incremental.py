"""A small project with a history at random, and two ways to ask about it: with what was kept, and without."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import random
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from code_path_audit.main import main as audit
from code_path_gate.main import main as gate
from tests.conftest import ROOT, write_tree
from tests.gate.repositories import Repo
from tests.system.incremental_project import (
    BODIES,
    COMMANDS,
    CONFIG,
    CONFIG_EDITS,
    EDITS,
    FILES,
    LINES,
    NEW,
    STATEMENTS,
)


class History:
    """A project, and everything that may happen to it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.root = folder / "project"
        self.cache = folder / "cache"
        self.repo = Repo.init(self.root)
        self.repo.commit(FILES)
        assert self.run("gate", "refresh", cached=False)[0] == 0
        self.repo.commit({})
        self.repo.run("branch", "other")
        self.log: list[str] = []

    # asking

    def run(self, tool: str, *arguments: str, cached: bool) -> tuple[int, str]:
        """What a command says, in this process."""
        options = ["--cache-dir", str(self.cache) if cached else "off"]
        out = io.StringIO()
        here = os.getcwd()
        os.chdir(self.root)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                code = gate([*arguments, *options]) if tool == "gate" else audit([*arguments, *options])
        finally:
            os.chdir(here)
        return code, out.getvalue()

    def start(self, tool: str, *arguments: str, cached: bool) -> subprocess.Popen[bytes]:
        """The same in a process of its own."""
        module = "code_path_gate" if tool == "gate" else "code_path_audit"
        env = {**os.environ, "CODE_PATH_AUDIT_CACHE": str(self.cache) if cached else "off"}
        env["PYTHONPATH"] = os.pathsep.join(str(ROOT / name) for name in ("audit", "hooks"))
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, cwd=self.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def compare(self, count: int, commands: Sequence[tuple[str, ...]] = COMMANDS) -> None:
        """Some commands, each without what was kept, with it, and once more: all say the same."""
        for command in self.random.sample(commands, count):
            full = self.run(*command, cached=False)
            assert self.run(*command, cached=True) == full, (command, self.log)
            assert self.run(*command, cached=True) == full, (command, self.log)

    def compare_processes(self) -> None:
        """Two at once that share what is kept, and one alone that keeps nothing."""
        command = self.random.choice(COMMANDS)
        running = [self.start(*command, cached=cached) for cached in (True, True, False)]
        answers = [(process.communicate()[0], process.returncode) for process in running]
        assert answers[0] == answers[1] == answers[2], (command, self.log)

    # what happens

    def edit(self) -> None:
        """Something happens to the content of a file."""
        self.step(EDITS)

    def step(self, names: Sequence[str] = ()) -> str:
        """Something happens, of all that may or of some of it."""
        name, happens = self.random.choice([kind for kind in self.kinds() if not names or kind[0] in names])
        self.log.append(name)
        self.log.append(str(happens() or ""))
        return name

    def kinds(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Everything that may happen, by its name: the commoner ones more than once."""
        names = [name for name in dir(self) if name.startswith("do_")]
        for name in names:
            for _ in range(6 if name in ("do_edit_body", "do_change_function", "do_add", "do_delete") else 1):
                yield name.removeprefix("do_"), getattr(self, name)

    def python(self) -> Path:
        return self.random.choice(sorted(path for path in self.root.rglob("src/**/*.py") if path.is_file()))

    def do_edit_body(self) -> object:
        path = self.python()
        lines = path.read_text().splitlines(keepends=True)
        places = [at for at, line in enumerate(lines) if line.startswith("def ")]
        if not places:
            path.write_text("".join(lines) + f"\n\ndef more():\n{self.random.choice(BODIES)}")
        else:
            lines.insert(self.random.choice(places) + 1, self.random.choice(BODIES))
            path.write_text("".join(lines))
        return path

    def do_change_function(self) -> object:
        """One function or class, wherever it stands: what is in it, or around it."""
        found = self.definition()
        if found is None:
            return None
        path, lines, node = found
        pad = " " * node.col_offset
        top = node.lineno - 1
        below = " " * node.body[0].col_offset
        changes = {
            "statement": (node.body[-1].lineno - 1, f"{below}{self.random.choice(STATEMENTS)}\n"),
            "decorator": (top, f"{pad}@{self.random.choice(('print', 'property', 'open', 'shop.names.helper'))}\n"),
            "nested": (node.body[-1].lineno - 1, f"{below}def inner(n):\n{below}    return open(n)\n"),
            "again": (node.end_lineno, f"{pad}def {node.name}(self=None):\n{pad}    open('again')\n"),
            "beside": (node.end_lineno, f"{pad}def beside(self=None):\n{pad}    open('beside')\n"),
            "conditional": (node.end_lineno, f"{pad}if print:\n{pad}    def {node.name}(n=1): return n\n"),
        }
        replaced = (
            (f"def {node.name}", f"def {node.name}_"), (f"def {node.name}", f"async def {node.name}"),
            (f"class {node.name}", f"class {node.name}_"), ("):", ", more=open('m')):"), ("):", ") -> 'shop.store':"),
            ("(self", "(self: 'Store'"), (":", ":  # audit: bound=9"),
        )  # fmt: skip
        kind = self.random.choice([*changes, *replaced])
        if isinstance(kind, str):
            lines.insert(*changes[kind])
        elif node.lineno != node.body[0].lineno:
            lines[top] = lines[top].replace(*kind, 1)
        path.write_text("".join(lines))
        return path, node.name, kind

    def do_move_function(self) -> object:
        """To another file, to another place, or away."""
        found = self.definition()
        if found is None:
            return None
        path, lines, node = found
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
        text = textwrap.dedent("".join(lines[first : node.end_lineno]))
        del lines[first : node.end_lineno]
        path.write_text("".join(lines))
        if self.random.random() < 0.8:
            with self.python().open("a") as file:
                file.write(f"\n\n{text}")
        return path, node.name

    def definition(self) -> tuple[Path, list[str], Any] | None:
        """Some function or class of some file that parses, with the lines of the file."""
        path = self.python()
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return None
        found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        return (path, path.read_text().splitlines(keepends=True), self.random.choice(found)) if found else None

    def do_add(self) -> object:
        path, text = self.random.choice(sorted(NEW.items()))
        with contextlib.suppress(OSError):  # a file where a folder would be
            write_tree(self.root, {path: text})
        return path

    def do_restore(self) -> object:
        path, text = self.random.choice(sorted(FILES.items()))
        with contextlib.suppress(OSError):
            write_tree(self.root, {path: text})
        return path

    def do_delete(self) -> object:
        path = self.python()
        path.unlink()
        return path

    def do_delete_data(self) -> None:
        (self.root / self.random.choice(("data/rates.json", "data/new.bin", "setup.cfg"))).unlink(missing_ok=True)

    def do_delete_folder(self) -> None:
        shutil.rmtree(self.root / "src" / self.random.choice(("shop/plugins", "shop/jobs", "shop/extra", "sub")), True)

    def do_rename(self) -> object:
        path = self.python()
        path.rename(path.with_name(f"renamed{self.random.randrange(3)}.py"))
        return path

    def do_shift_lines(self) -> None:
        path = self.python()
        path.write_text("# a comment\n\n" + path.read_text())

    def do_insert_line(self) -> object:
        """Of layout alone, as long as it does not stand in a text."""
        path = self.python()
        lines = path.read_text().splitlines(keepends=True)
        lines.insert(self.random.randrange(len(lines) + 1), self.random.choice(LINES))
        path.write_text("".join(lines))
        return path

    def do_remove_line(self) -> object:
        path = self.python()
        lines = path.read_text().splitlines(keepends=True)
        places = [at for at, line in enumerate(lines) if not line.strip() or line.strip() + "\n" in LINES]
        if places:
            del lines[self.random.choice(places)]
        path.write_text("".join(lines))
        return path

    def do_replace(self) -> object:
        """As editors do that write another file, and rename it."""
        path = self.python()
        other = path.with_name(f"{path.name}~")
        other.write_text(path.read_text() + self.random.choice(("", "# a comment\n", "MORE = 1\n", "open('r')\n")))
        other.rename(path)
        return path

    def do_unused(self) -> object:
        """What no action reaches, unless something else was done."""
        path = self.root / "src/other/unused.py"
        if path.exists():
            with path.open("a") as file:
                file.write(self.random.choice(("MORE = 1\n", "x: (\n", "\n\ndef more():\n    open('u')\n")))
        return path

    def do_break(self) -> None:
        path = self.python()
        path.write_text(path.read_text() + "\ndef (\n")

    def do_same_size(self) -> object:
        """An edit that leaves the size, and sets the time back."""
        path = self.python()
        before, text = path.stat(), path.read_text()
        path.write_text(text.replace("open(", "repr(") if "open(" in text else text.replace("repr(", "open("))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return path

    def do_touch(self) -> None:
        os.utime(self.python(), (1_700_000_000, self.random.choice((1_700_000_000, 4_000_000_000))))

    def do_data(self) -> None:
        write_tree(self.root, {"data/rates.json": "x" * self.random.choice((0, 10, 90_000, 5_000_000))})

    def do_data_grows(self) -> None:
        """Far beyond what a baseline knows."""
        write_tree(self.root, {"data/rates.json": "x" * 30_000_000})

    def do_break_reader(self) -> None:
        write_tree(self.root, {"src/shop/reader.py": "def (\n"})

    def do_config(self) -> object:
        old, new = self.random.choice(CONFIG_EDITS)
        path = self.root / "pyproject.toml"
        path.write_text(path.read_text().replace(old, new, 1))
        return new

    def do_config_back(self) -> None:
        (self.root / "pyproject.toml").write_text(CONFIG)

    def do_rules(self) -> None:
        match = self.random.choice(("remote.fetch", "builtins.repr", "pickle.loads"))
        write_tree(self.root, {"conf/rules.toml": f'[[rule]]\nmatch = ["{match}"]\nclass = "network"\n'})

    def do_libraries(self) -> None:
        word = self.random.choice(("calls", "nothing", "costs"))
        value = "file_io" if word == "costs" else "*"
        write_tree(self.root, {"baselines/libraries.toml": f'[{word}]\n"remote.fetch" = "{value}"\n'})

    def do_refresh(self) -> None:
        self.run("gate", "refresh", cached=self.random.random() < 0.5)

    def do_baseline_gone(self) -> None:
        (self.root / "baselines/save.json").unlink(missing_ok=True)

    def do_baseline_of_nothing(self) -> None:
        write_tree(self.root, {"baselines/gone.json": "{}"})

    def do_stage(self) -> None:
        self.repo.run("add", "--all")

    def do_stage_some(self) -> None:
        self.repo.run("add", "--", str(self.python()))

    def do_stage_other_content(self) -> None:
        """As `git add -p`: what is staged is neither the last commit nor the file."""
        path = self.python()
        done = subprocess.run(
            ["git", "hash-object", "-w", "--stdin"], cwd=self.root, input=path.read_bytes() + b"\nopen('p')\n",
            capture_output=True, check=True,
        )  # fmt: skip
        name = path.relative_to(self.root).as_posix()
        self.repo.run("update-index", "--add", "--cacheinfo", f"100644,{done.stdout.decode().strip()},{name}")

    def do_unstage(self) -> None:
        self.repo.run("reset", "-q")

    def do_rewrite_index(self) -> None:
        (self.root / ".git/index").unlink(missing_ok=True)
        self.repo.run("read-tree", "HEAD")

    def do_commit(self) -> None:
        self.repo.run("add", "--all")
        self.repo.run("commit", "-q", "--no-verify", "--allow-empty", "-m", "more")

    def do_switch(self) -> None:
        self.repo.run("checkout", "-q", "-f", self.random.choice(("main", "other")))
        self.repo.run("clean", "-fdq")

    def do_reset(self) -> None:
        self.repo.run("reset", "-q", "--hard", self.random.choice(("HEAD", "HEAD~1" if self.deep() else "HEAD")))

    def do_pack_refs(self) -> None:
        self.repo.run("pack-refs", "--all")

    def deep(self) -> bool:
        return int(self.repo.run("rev-list", "--count", "HEAD")) > 2

    def do_link(self) -> object:
        path = self.python()
        target = path.with_name("target.py")
        if not target.exists():
            path.rename(target)
            path.symlink_to("target.py")
        return path

    def do_link_folder(self) -> None:
        folder = self.root / "src/shop/plugins"
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(self.root / "elsewhere", ignore_errors=True)
            folder.rename(self.root / "elsewhere")
            folder.symlink_to("../../elsewhere")

    def do_edit_behind_link(self) -> None:
        path = self.root / "elsewhere/search.py"
        if path.exists():
            path.write_text(path.read_text() + "\nopen('behind')\n")

    def do_outer_configuration(self) -> None:
        write_tree(self.root.parent, {"pyproject.toml": "[tool.other]\n"})

    def do_lose_cache(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)

    def do_truncate_cache(self) -> None:
        for path in self.packs():
            os.truncate(path, self.random.randrange(path.stat().st_size + 1))

    def do_damage_cache(self) -> None:
        for path in self.packs():
            data = bytearray(path.read_bytes())
            for _ in range(20):
                data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
            path.write_bytes(data)

    def do_older_cache(self) -> None:
        for path in self.packs():
            data = bytearray(path.read_bytes())
            data[14] = 0
            path.write_bytes(data)

    def packs(self) -> list[Path]:
        found = [*sorted(self.cache.glob("*.pack")), *sorted(self.cache.glob("*.single"))]
        return [path for path in found if path.stat().st_size]

"""The recorder on small programs, each run as a command: what it records, and that the program does not notice.

These tests start interpreters, some more than one: the file takes half a minute.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from code_path_audit.costs.tables import config_table
from code_path_audit.errors import AuditError
from code_path_audit.facts.extract import extract_module
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.runtime.record.command import (
    LAST_LINE,
    PASSES,
    Request,
    Root,
    agent_config,
    await_ends,
    environment,
    record,
)
from code_path_audit.runtime.record.join import Joined, StaticOp, join, observe
from code_path_audit.runtime.record.raw import Recording, read_recording

ENTRY = ("app.main",)


def run(folder: Path, source: str, passes: tuple[str, ...] = PASSES, *more: str) -> Recording:
    """Record `python app.py` in a folder that holds `source` as app.py."""
    (folder / "app.py").write_text(textwrap.dedent(source))
    return record(request(folder, passes, *more), cwd=folder).recording


def request(folder: Path, passes: tuple[str, ...], *more: str) -> Request:
    roots = (Root(os.path.realpath(folder), ""),)
    return Request(
        "act", ENTRY, roots, (sys.executable, "app.py", *more), folder / ".code-path-audit" / "recordings", passes
    )


def program(folder: Path) -> Program:
    return link([(extract_module((folder / "app.py").read_bytes(), "app"), "app.py")])


def joined(folder: Path, recording: Recording, *static: StaticOp) -> Joined:
    return join(recording, program(folder), static)


def ops(folder: Path, recording: Recording) -> list[tuple[str, str, int, int, bool]]:
    """(function, callee, ordinal, executions, direct)."""
    return [(op.function, op.callee, op.ordinal, op.hits, op.direct) for op in joined(folder, recording).ops]


def edges(folder: Path, recording: Recording) -> list[tuple[str, str]]:
    return sorted({(edge.caller, edge.callee) for edge in joined(folder, recording).edges})


# what is recorded

OPS = [
    pytest.param("json.loads('[1, 2]')", "json.loads", 3, id="module attribute"),
    pytest.param("loads('[1, 2]')", "json.loads", 3, id="from-import, made before the program could"),
    pytest.param("getattr(json, 'lo' + 'ads')('[1, 2]')", "json.loads", 3, id="getattr"),
    pytest.param("json.dumps({'a': [1]})", "json.dumps", 4, id="nodes of the argument"),
    pytest.param("copy.deepcopy([[1]])", "copy.deepcopy", 3, id="a recursive op counts once"),
    pytest.param("pickle.dumps([1, 2, 3])", "pickle.dumps", 4, id="a function written in C"),
    pytest.param("ast.parse('x = 1')", "ast.parse", 5, id="the outermost op: compile is in it"),
    pytest.param("compile('x = 1', 'f', 'exec')", "builtins.compile", 5, id="a builtin"),
    pytest.param("open('app.py').close()", "builtins.open", None, id="the size of a file read"),
    pytest.param("pathlib.Path('out').write_text('four')", "pathlib.Path.write_text", 4, id="a method"),
]


@pytest.mark.parametrize(("line", "callee", "size"), OPS)
def test_an_op_its_name_and_its_size(tmp_path: Path, line: str, callee: str, size: int | None) -> None:
    source = (
        f"import ast, copy, json, pathlib, pickle, socket\nfrom json import loads\ndef main():\n    {line}\nmain()\n"
    )
    recording = run(tmp_path, source, ("times",))
    assert ops(tmp_path, recording) == [("app.main", callee, 1, 1, True)]
    assert [sample[0] for op in recording.ops for sample in op.samples] == [len(source) if size is None else size]
    assert all(ns > 0 for op in recording.ops for _, ns, _ in op.samples)


EVENT_OPS = [
    pytest.param("open('app.py').read()", "io.TextIOWrapper.read", id="a file object"),
    pytest.param("open('app.py', 'rb').readline()", "io.BufferedReader.readline", id="a binary one"),
    pytest.param("open('out', 'w').write('x')", "io.TextIOWrapper.write", id="written"),
    pytest.param("sqlite3.connect(':memory:').execute('select 1')", "sqlite3.Connection.execute", id="a database"),
    pytest.param("sqlite3.connect(':memory:').cursor().execute('select 1')", "sqlite3.Cursor.execute", id="a cursor"),
    pytest.param("sqlite3.connect(':memory:').execute('select 1').fetchall()", "sqlite3.Cursor.fetchall", id="pattern"),
    pytest.param("socket.socketpair()[0].send(b'x')", "socket.socket.send", id="a method that a base has"),
    pytest.param("csv.writer(io.StringIO()).writerow([1])", "csv.Writer.writerow", id="a type without a public name"),
    pytest.param("os.stat('app.py')", "os.stat", id="a light function in C"),
    pytest.param("getattr(os, 'sta' + 't')('app.py')", "os.stat", id="by getattr"),
    pytest.param("os.path.exists('app.py')", "os.path.exists", id="a light one in Python, with one in C inside"),
    pytest.param("pathlib.Path('app.py').exists()", "pathlib.Path.exists", id="a light method"),
    pytest.param("gzip.GzipFile('app.gz', 'w').write(b'x')", "gzip.GzipFile.write", id="a method of a Python class"),
    pytest.param("[os.stat(p) for p in ('.', 'app.py')]", "os.stat", id="in a comprehension"),
    pytest.param(
        "io.FileIO('app.py')",
        "io.FileIO",
        id="a class in C",
        marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="no event tells of it"),
    ),
    pytest.param("mine.Sub('app.py').read()", "io.FileIO.read", id="a subclass in Python of a type in C"),
]


@pytest.mark.parametrize(("line", "callee"), EVENT_OPS)
def test_ops_that_only_events_see(tmp_path: Path, line: str, callee: str) -> None:
    source = f"""\
import csv, gzip, io, mine, os, pathlib, socket, sqlite3
os.stat("app.py"), open("app.py").read()
def main():
    {line}
main()
"""
    (tmp_path / "mine.py").write_text("import io\nclass Sub(io.FileIO):\n    pass\n")
    recording = run(tmp_path, source)
    found = joined(tmp_path, recording)
    count = 2 if "for p in" in line else 1
    assert [(op.hits, op.direct, op.samples) for op in found.ops if op.callee == callee] == [(count, True, ())]
    assert found.lost == ()
    assert [op.callee for op in found.ops if op.callee == "os.stat"] == ["os.stat"] * (callee == "os.stat")


def test_the_size_of_a_file_written_is_known_when_it_is_closed(tmp_path: Path) -> None:
    recording = run(
        tmp_path,
        """\
        def main():
            with open("out.txt", "w") as file:
                file.write("x" * 1234)
            kept.append(open("other.txt", "w"))
            kept[0].write("abc")
        kept = []
        main()
        """,
        ("times",),
    )
    assert sorted((op.hits, [size for size, _, _ in op.samples]) for op in recording.ops) == [(1, [0]), (1, [1234])]


def test_several_calls_on_one_line_are_told_apart(tmp_path: Path) -> None:
    recording = run(
        tmp_path,
        """\
        import json
        def main():
            json.loads("1"); json.loads("2"); [json.loads(t) for t in "123"]
        main()
        """,
    )
    assert [(ordinal, hits) for _, _, ordinal, hits, _ in ops(tmp_path, recording)] == [(1, 1), (2, 1), (3, 3)]


def test_an_op_takes_the_name_and_ordinal_that_the_audit_gave_it(tmp_path: Path) -> None:
    recording = run(tmp_path, "import json\ndef main():\n    json.loads('1')\nmain()\n", ("times",))
    (plain,) = joined(tmp_path, recording).ops
    (op,) = joined(tmp_path, recording, StaticOp("app.main", plain.site, "simplejson.loads", 4)).ops
    assert (op.callee, op.ordinal) == ("simplejson.loads", 4)


PROGRAM = """\
import json, sys, tokenize
def gen(n):
    for i in range(n):
        yield json.loads("1")
def deco(f):
    def inner(*a):
        return f(*a)
    return inner
@deco
def decorated(x):
    return sorted(x, key=key)
def key(x):
    return -x
class Shop:
    def __init__(self):
        self.rows = []
    @property
    def size(self):
        return len(self.rows)
    def __getattr__(self, name):
        return lambda: helper(name)
def helper(name):
    return name
def main():
    for x in gen(3):
        pass
    decorated([1, 2])
    shop = Shop()
    shop.size
    shop.anything()
    for i in range(5):
        helper(i), json.dumps(i)
    with tokenize.open("app.py") as f:
        f.read()
def outside():
    json.loads("1"); helper(1)
outside()
main()
"""


def test_calls_that_nobody_sees_in_the_source(tmp_path: Path) -> None:
    recording = run(tmp_path, PROGRAM)
    assert edges(tmp_path, recording) == [
        ("app", "app.main"),
        ("app.Shop.__getattr__.<lambda1>", "app.helper"),
        ("app.deco.inner", "app.decorated"),
        ("app.decorated", "app.key"),
        ("app.main", "app.Shop.__getattr__"),
        ("app.main", "app.Shop.__getattr__.<lambda1>"),
        ("app.main", "app.Shop.__init__"),
        ("app.main", "app.Shop.size"),
        ("app.main", "app.deco.inner"),
        ("app.main", "app.gen"),
        ("app.main", "app.helper"),
    ]


def test_how_often_an_op_runs_for_each_start_of_its_function(tmp_path: Path) -> None:
    recording = run(tmp_path, PROGRAM)
    found = {(op.function, op.callee): op.trips for op in joined(tmp_path, recording).ops if op.direct}
    assert found == {
        ("app.gen", "json.loads"): 3,
        ("app.main", "json.dumps"): 5,
        ("app.main", "tokenize.open"): 1,
        ("app.main", "io.TextIOWrapper.read"): 1,
    }


RESUMED = """\
import asyncio
def gen():
    yield 1
    yield 2
async def agen():
    yield 1
    yield 2
async def inner():
    await asyncio.sleep(0)
    await asyncio.sleep(0)
async def go():
    async for x in agen():
        pass
    await asyncio.gather(inner(), inner())
def main():
    for made in (gen(), gen()):
        list(made)
    asyncio.run(go())
main()
"""


def test_a_resume_is_not_a_call(tmp_path: Path) -> None:
    recording = run(tmp_path, RESUMED)
    starts = {code.name: count for code, count in recording.starts}
    assert starts == {"main": 1, "gen": 2, "agen": 1, "inner": 2, "go": 1}
    counts: dict[str, int] = {}
    for edge in joined(tmp_path, recording).edges:
        counts[edge.callee] = counts.get(edge.callee, 0) + edge.hits
    assert counts == {"app.main": 1, "app.gen": 2, "app.agen": 1, "app.inner": 2, "app.go": 1}


def test_only_what_is_below_an_entry_point_counts(tmp_path: Path) -> None:
    recording = run(tmp_path, PROGRAM)
    assert "app.outside" not in {op.function for op in joined(tmp_path, recording).ops}
    assert recording.entered == 1


IMPLIED = """\
class A:
    def __init__(self, name): self.name = name
    def __enter__(self): return f"{self.name}"
    def __exit__(self, *error): return True
    def __str__(self): return ""
    def __iter__(self): return iter(())
    def __bool__(self): return True
    def __contains__(self, x): return True
    def __add__(self, other): return other
class B(A):
    def __enter__(self): return 1
    def __exit__(self, *error): return None
def gen():
    yield 1
def main():
    a, b = A(1), B(2)
    with a as x, b:
        for i in a:
            pass
        x + str(a)
    with b: pass
    with a, b: 1 / 0
    for i in a:
        for j in gen():
            a + j
    [j for j in a]
    1 in a
    a + 1
main()
"""


def test_calls_that_syntax_implies_join_the_syntax(tmp_path: Path) -> None:
    recording = run(tmp_path, IMPLIED, ("edges",))
    found = joined(tmp_path, recording)
    facts = program(tmp_path).facts("app.main")
    places: dict[str, list[tuple[int, int]]] = {}
    for edge in found.edges:
        if edge.caller == "app.main":
            kind = f"{facts.sites[edge.site].kind} {edge.callee.removeprefix('app.')}"
            places.setdefault(kind, []).append(facts.positions.sites[edge.site][:2])
    assert {kind: sorted(rows) for kind, rows in places.items()} == {
        "call A.__init__": [(16, 11), (16, 17)],
        "call A.__str__": [(20, 12)],
        "context A.__enter__": [(17, 9), (22, 9)],
        "context A.__exit__": [(17, 9), (22, 9)],
        "context B.__enter__": [(17, 17), (21, 9), (22, 12)],
        "context B.__exit__": [(17, 17), (21, 9), (22, 12)],
        "iterate A.__iter__": [(18, 17), (23, 13), (26, 16)],
        "operator A.__add__": [(28, 4)],
        "operator A.__contains__": [(27, 4)],
    }
    assert found.lost == ()


def test_what_a_library_does_belongs_to_the_call_of_it(tmp_path: Path) -> None:
    source = "import tabnanny\ndef main():\n    tabnanny.check('app.py')\nmain()\n"
    found = ops(tmp_path, run(tmp_path, source, ("times",)))
    assert found == [
        ("app.main", "tokenize.generate_tokens", 1, 1, False),
        ("app.main", "tokenize.open", 1, 1, False),
    ]


def test_imports_are_noted_apart_from_ops(tmp_path: Path) -> None:
    source = "def main():\n    import colorsys\nmain()\n"
    recording = run(tmp_path, source, ("times",))
    assert [row.module for row in recording.imports] == ["colorsys"]
    assert recording.ops == ()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("t = threading.Thread(target=work); t.start(); t.join()", id="thread"),
        pytest.param("ThreadPoolExecutor(1).submit(work).result()", id="executor"),
        pytest.param("asyncio.run(start())", id="asyncio"),
        pytest.param("asyncio.run(gathered())", id="asyncio task"),
        pytest.param("asyncio.run(threaded())", id="asyncio.to_thread"),
        pytest.param("fork()", id="fork"),
        pytest.param("process('fork')", id="multiprocessing fork"),
        pytest.param("process('spawn')", id="multiprocessing spawn"),
        pytest.param("process('forkserver')", id="multiprocessing forkserver"),
        pytest.param("pool('fork')", id="process pool, forked"),
        pytest.param("pool('spawn')", id="process pool, spawned"),
        pytest.param("pools()", id="multiprocessing pool"),
        pytest.param("asyncio.run(executed())", id="run_in_executor"),
        pytest.param("threading.Timer(0, work).run()", id="timer"),
    ],
)
def test_work_that_goes_elsewhere_is_still_below_the_entry_point(tmp_path: Path, body: str) -> None:
    source = f"""\
import asyncio, json, multiprocessing, os, threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def work():
    return json.loads("[1]")
async def start():
    work()
async def gathered():
    await asyncio.gather(start())
async def executed():
    await asyncio.get_running_loop().run_in_executor(None, work)
def pool(how):
    with ProcessPoolExecutor(1, multiprocessing.get_context(how)) as made:
        made.submit(work).result()
def pools():
    made = multiprocessing.get_context("fork").Pool(1)
    made.apply(work)
    made.close()
    made.join()
async def threaded():
    await asyncio.to_thread(work)
def fork():
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    os.waitpid(child, 0)
def process(how):
    p = multiprocessing.get_context(how).Process(target=work)
    p.start()
    p.join()
def main():
    {body}
if __name__ == "__main__":
    main()
"""
    recording = run(tmp_path, source)
    assert ("app.work", "json.loads", 1, 1, True) in ops(tmp_path, recording)
    assert "app.work" in {code.name and f"app.{code.name}" for code, _ in recording.starts}
    assert recording.unfinished == 0


def test_what_outlives_the_command_is_awaited(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    (tmp_path / f"times-{child.pid}-0.txt").write_bytes(b"('entered', 1)\n")
    (tmp_path / f"edges-{os.getpid()}-0.txt").write_bytes(LAST_LINE)
    threading.Thread(target=child.communicate).start()
    await_ends(tmp_path)
    assert child.returncode is not None


def test_a_python_started_by_the_program_is_recorded_at_its_own_entry_point(tmp_path: Path) -> None:
    source = """\
    import json, subprocess, sys
    def main():
        json.loads("1")
    if len(sys.argv) == 1:
        subprocess.run([sys.executable, "app.py", "child"], check=True)
    else:
        main()
    """
    assert ops(tmp_path, run(tmp_path, source, ("times",))) == [("app.main", "json.loads", 1, 1, True)]


def test_a_generator_that_a_function_gives_has_no_time(tmp_path: Path) -> None:
    """What it does comes later, when its values are asked for."""
    recording = run(
        tmp_path,
        """\
        import io, os, tokenize
        def main():
            list(os.walk("."))
            list(tokenize.generate_tokens(io.StringIO("x = 1").readline))
            os.listdir(".")
        main()
        """,
        ("times",),
    )
    found = {op.callee: (op.hits, len(op.samples)) for op in recording.ops}
    names = ("os.walk", "tokenize.generate_tokens", "os.listdir")
    assert [found[name] for name in names] == [(1, 0), (1, 0), (1, 1)]


def test_time_awaited_is_apart(tmp_path: Path) -> None:
    recording = run(
        tmp_path,
        """\
        import asyncio, sys
        async def go():
            await asyncio.create_subprocess_exec(sys.executable, "-c", "")
        def main():
            asyncio.run(go())
        main()
        """,
        ("times",),
    )
    found = [op for op in recording.ops if op.callee == "asyncio.create_subprocess_exec"]
    assert [(op.hits, len(op.samples)) for op in found] == [(1, 1)]
    size, ns, awaited = found[0].samples[0]
    assert (size, ns > 0, awaited > 0) == (-1, True, True)


def test_garbage_collection_below_an_entry_point(tmp_path: Path) -> None:
    recording = run(tmp_path, "import gc\ndef main():\n    gc.collect()\ngc.collect()\nmain()\n", ("times",))
    assert [(generation, runs) for generation, runs, _ in recording.collections] == [(2, 1)]


@pytest.mark.parametrize("mode", PASSES)
def test_a_killed_process_leaves_what_it_had_done(tmp_path: Path, mode: str) -> None:
    (tmp_path / "app.py").write_text(
        "import json\ndef work():\n    json.loads('1')\ndef main():\n    for _ in range(2000):\n        work()\n"
        "    open('app.py').close()\n    print('ready', flush=True)\n    input()\nmain()\n"
    )
    config, folder = tmp_path / "config", tmp_path / "raw"
    folder.mkdir()
    config.write_bytes(agent_config(request(tmp_path, ()), mode, folder))
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=tmp_path, env=environment(config, os.environ), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == "ready\n"
        process.kill()
        assert process.wait() == -signal.SIGKILL
    recording = read_recording(folder)
    assert (recording.processes, recording.unfinished, recording.broken) == (1, 1, 0)
    hits = {callee: hits for _, callee, _, hits, _ in ops(tmp_path, recording)}
    assert set(hits) == {"builtins.open", "json.loads"} and 1 <= hits["json.loads"] <= 2000
    if mode == "edges":
        assert ("app.main", "app.work") in edges(tmp_path, recording)


def test_a_function_of_the_name_of_a_module(tmp_path: Path) -> None:
    """`pkg.load` is the module; the function has a name of its own in the program, and what it does is its own."""
    files = {
        "app.py": "import pkg\ndef main():\n    pkg.load('1')\nmain()\n",
        "pkg/__init__.py": "import json\ndef load(text):\n    return json.loads(text)\n",
        "pkg/load.py": "",
    }
    (tmp_path / "pkg").mkdir()
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    recording = run(tmp_path, files["app.py"])
    modules = {"app.py": "app", "pkg/__init__.py": "pkg", "pkg/load.py": "pkg.load"}
    linked = link([(extract_module(files[path].encode(), name), path) for path, name in modules.items()])
    found = join(recording, linked)
    assert [(op.function, op.callee) for op in found.ops] == [("pkg.load#2", "json.loads")]
    assert ("app.main", "pkg.load#2") in {(edge.caller, edge.callee) for edge in found.edges}
    assert not found.lost


def test_a_module_of_the_source_has_no_ops(tmp_path: Path) -> None:
    """It stands where a library would be; a trace follows it, and what it reads of its own functions is theirs."""
    (tmp_path / "requests.py").write_text("import json\ndef get(url):\n    return json.loads(url)\n")
    recording = run(
        tmp_path,
        """
        import requests
        def main():
            assert requests.get.__code__.co_varnames == ("url",)
            requests.get("1")
        main()
        """,
        ("times",),
    )
    assert [row.callee for row in recording.ops] == ["json.loads"]


def test_a_line_that_was_cut_off_is_counted(tmp_path: Path) -> None:
    run(tmp_path, "import json\ndef main():\n    json.loads('1')\nmain()\n", ("times",))
    (file,) = (tmp_path / ".code-path-audit" / "recordings").glob("*/times-*.txt")
    file.write_bytes(file.read_bytes()[:-4])
    recording = read_recording(file.parent)
    assert (len(recording.ops), recording.broken, recording.unfinished) == (1, 1, 1)


# the program does not notice

UNNOTICED = [
    pytest.param("print(json.dumps([1])); sys.exit(3)", id="output and exit code"),
    pytest.param("json.loads('{')", id="an exception, with its traceback"),
    pytest.param("open('/nowhere/at/all')", id="an exception of a builtin"),
    pytest.param(
        "\n    try:\n        json.loads('{')\n    except ValueError:\n        import logging; logging.exception('x')",
        id="a logged traceback",
    ),
    pytest.param("print(open, repr(json.loads.__name__), open.__name__, open is io.open)", id="names and identity"),
    pytest.param(
        "print(pickle.loads(pickle.dumps(open)) is open, pickle.loads(pickle.dumps(json.loads)) is json.loads)",
        id="pickled",
    ),
    pytest.param("print(inspect.signature(json.loads), inspect.signature(open))", id="signatures"),
    pytest.param("print(inspect.getfullargspec(json.loads))", id="parameters"),
    pytest.param("print(type('C', (), {'o': open})().o('app.py').name)", id="a builtin in a class does not bind"),
    pytest.param("print(sys.path, sys.argv)", id="sys.path"),
    pytest.param(
        "print(sorted(set(sys.modules) & {'typing', 'ast', 're', 'tempfile', 'sqlite3'}))",
        id="modules",
    ),
    pytest.param(
        "exec(compile('def f(x: Q): pass\\nprint(f.__annotations__)', 'x', 'exec'))",
        id="future flags of the caller",
    ),
    pytest.param("threading.Thread(target=lambda: 1 / 0, name='t').start()", id="an exception in a thread"),
    pytest.param("print(asyncio.run(coroutine()))", id="a coroutine"),
    pytest.param(
        "import importlib.resources as r; r.read_text('json', '__init__.py'); shutil.rmtree('gone', onerror=print)",
        id="the place that a warning names",
    ),
    pytest.param("sys.stdout.write(input()); sys.stdout.flush(); os._exit(4)", id="standard input, and a hard exit"),
    pytest.param("os.kill(os.getpid(), signal.SIGTERM)", id="a signal"),
    pytest.param("signal.raise_signal(signal.SIGINT)", id="an interrupt"),
    pytest.param("sys.exit('a message')", id="an exit with a message"),
    pytest.param("atexit.register(print, 'last'); print('first')", id="what runs at exit"),
    pytest.param("atexit.register(json.loads, '{'); print('first')", id="an exception at exit"),
    pytest.param("os.execv(sys.executable, [sys.executable, '-S', '-c', 'print(1)'])", id="another program instead"),
    pytest.param("json.dumps([Noisy()], default=repr); print('after')", id="when an object is let go"),
    pytest.param("raise ExceptionGroup('g', [ValueError(1)]) from OSError(2)", id="a group of exceptions"),
    pytest.param("print(callable(os.remove), os.unlink in os.supports_dir_fd, os.stat in os.supports_fd)", id="sets"),
    pytest.param("print(copy.copy(os.remove) is os.remove, copy.deepcopy([open]) == [open])", id="copied"),
    pytest.param("print(issubclass(gzip.GzipFile, io.IOBase), gzip.open.__module__, gzip.GzipFile)", id="a class"),
    pytest.param("gen = os.walk('.'); print(next(gen)[0], gen)", id="a generator"),
    pytest.param("print(__import__('gc').isenabled(), sys.getprofile(), sys.gettrace())", id="hooks"),
]  # fmt: skip


@pytest.mark.parametrize("body", UNNOTICED)
@pytest.mark.parametrize("mode", PASSES)
def test_the_program_does_what_it_does_without_us(tmp_path: Path, body: str, mode: str) -> None:
    if mode == "edges" and "getprofile" in body and sys.version_info < (3, 12):
        pytest.skip("the profile function is there for all to see")
    header = "from __future__ import annotations\nimport sys\n" if "sys.modules)" in body else (
        "from __future__ import annotations\nimport asyncio, atexit, copy, gzip, inspect, io, json, os, pickle\n"
        "import shutil, signal, sys, threading\nclass Noisy:\n    def __del__(self):\n        print('gone')\n"
        "async def coroutine():\n    return 5\n"
    )  # fmt: skip
    (tmp_path / "app.py").write_text(f"{header}def main():\n    {body}\nmain()\n")
    config = tmp_path / "config"
    (tmp_path / "raw").mkdir()
    config.write_bytes(agent_config(request(tmp_path, ()), mode, tmp_path / "raw"))
    ends = []
    for env in (dict(os.environ), environment(config, os.environ)):
        done = subprocess.run(
            [sys.executable, "app.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
            input="a line\n",
        )  # fmt: skip
        ends.append((done.returncode, *(re.sub("0x[0-9a-f]+", "0x", text) for text in (done.stdout, done.stderr))))
    assert ends[1] == ends[0]
    assert not [row for row in read_recording(tmp_path / "raw").problems if row[0] == "record-failed"]


def test_a_recorder_that_cannot_write_is_not_the_programs_problem(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import json\ndef main():\n    print(json.loads('1'))\nmain()\n")
    config = tmp_path / "config"
    config.write_bytes(agent_config(request(tmp_path, ()), "times", tmp_path / "missing"))
    env = environment(config, os.environ)
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_the_programs_own_sitecustomize_runs(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import builtins; builtins.mine = 'mine'\n")
    (tmp_path / "app.py").write_text("import json\ndef main():\n    json.loads(f'\"{mine}\"')\nmain()\n")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    assert record(request(tmp_path, ("times",)), env=env, cwd=tmp_path).exits == (0,)


def test_a_rule_of_the_users_is_an_op(tmp_path: Path) -> None:
    rules = config_table(
        [{"match": ["shop.Client.fetch", "shop.load"], "class": "network", "size_from": [0]},
         {"match": ["copy.deepcopy"], "class": "none"}],
        "test",
    )  # fmt: skip
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "shop.py").write_text(
        "class Client:\n    def fetch(self, text): return text\ndef load(text): return text\n"
    )
    (tmp_path / "app.py").write_text(
        "import copy\nfrom shop import Client, load\n"
        "def main():\n    Client().fetch('four'); load('12'); copy.deepcopy([])\nmain()\n"
    )
    asked = request(tmp_path, ("times",))._replace(
        tables=(rules,), roots=(Root(os.path.realpath(tmp_path), "", "app"),)
    )
    recording = record(asked, {**os.environ, "PYTHONPATH": str(tmp_path / "lib")}, tmp_path).recording
    found = [(op.callee, op.cost_class, op.hits, [size for size, _, _ in op.samples]) for op in recording.ops]
    assert found == [("shop.Client.fetch", "network", 1, [4]), ("shop.load", "network", 1, [2])]


# what is refused, or said

REFUSED = [
    pytest.param("def main():\n    pass\n", "record-never-ran", id="the action never ran"),
    pytest.param("import gevent\ndef main():\n    pass\nmain()\n", "record-greenlet", id="gevent"),
    pytest.param("import eventlet\ndef main():\n    pass\nmain()\n", "record-greenlet", id="eventlet"),
    pytest.param(
        "import greenlet\ndef main():\n    greenlet.switch()\nmain()\n", "record-greenlet", id="greenlets that switch"
    ),
]
FAKES = {
    "gevent": "",
    "eventlet": "",
    # as the real one: a trace function is told of each switch
    "greenlet": "def settrace(new, _old=[None]):\n    old, _old[0] = _old[0], new\n    return old\n"
    "def switch():\n    settrace.__defaults__[0][0]('switch', (1, 2))\n",
    "coverage/__init__": "from coverage.control import Coverage\n",
    "coverage/control": "class Coverage:\n    def start(self): return 'started'\n",
}


def fakes(folder: Path) -> None:
    """Modules that stand for packages which may not be installed, where the project does not look."""
    for name, text in FAKES.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(("source", "slug"), REFUSED)
def test_a_recording_that_is_none(tmp_path: Path, source: str, slug: str) -> None:
    fakes(tmp_path)
    with pytest.raises(AuditError) as caught:
        run(tmp_path, source)
    assert caught.value.slug == slug


def test_a_command_that_fails_before_the_action_begins(tmp_path: Path) -> None:
    with pytest.raises(AuditError) as caught:
        run(tmp_path, "def main():\n    pass\nraise SystemExit(3)\n")
    assert "; the command ended with exit code 3" in str(caught.value)
    assert "__init__" not in str(caught.value)


def test_greenlets_that_are_only_there_are_no_obstacle(tmp_path: Path) -> None:
    fakes(tmp_path)
    assert run(tmp_path, "import greenlet\ndef main():\n    pass\nmain()\n").problems == ()


def test_a_command_that_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(AuditError) as caught:
        record(request(tmp_path, PASSES)._replace(command=("no-such-program-at-all",)), cwd=tmp_path)
    assert caught.value.slug == "record-command"


NEW, OLD = sys.version_info >= (3, 12), sys.version_info < (3, 12)
MEDDLING = [
    ("sys.settrace(lambda *a: None); json.loads('1')", "times", "record-tracer", True),
    ("sys.setprofile(lambda *a: None); json.loads('1')", "times", "record-profile-in-use", True),
    ("sys.setprofile(lambda *a: None)", "edges", "record-profile-in-use", OLD),
    ("cProfile.Profile().enable()", "edges", "record-profile-in-use", OLD),
    ("cProfile.Profile().enable()", "edges", "record-monitoring-in-use", NEW),
    ("[sys.monitoring.use_tool_id(tool, 'mine') for tool in range(6)]", "edges", "record-monitoring-in-use", NEW),
    (
        "[sys.monitoring.use_tool_id(tool, 'mine') for tool in range(6)]; json.loads('1')",
        "times",
        "record-monitoring-in-use",
        NEW,
    ),
    ("assert coverage.Coverage().start() == 'started'; json.loads('1')", "times", "record-coverage", True),
    ("assert coverage.Coverage().start() == 'started'", "edges", "record-coverage", True),
]


@pytest.mark.parametrize(("body", "mode", "slug"), [row[:3] for row in MEDDLING if row[3]])
def test_a_program_that_watches_itself(tmp_path: Path, body: str, mode: str, slug: str) -> None:
    fakes(tmp_path)
    source = f"import coverage, cProfile, json, sys\ndef main():\n    {body}\nmain()\nprint('ended')\n"
    (tmp_path / "app.py").write_text(source)
    recorded = record(request(tmp_path, (mode,)), cwd=tmp_path)
    assert ({problem[0] for problem in recorded.recording.problems}, recorded.exits) == ({slug}, (0,))


def test_where_the_recorder_fails_the_program_goes_on(tmp_path: Path) -> None:
    source = """\
    import json
    class Evil:
        __dict__ = property(lambda self: 1 / 0)
    def main():
        assert json.dumps([Evil()], default=lambda evil: 5) == "[5]"
        json.loads("1")
    main()
    """
    recording = run(tmp_path, source, ("times",))
    assert recording.problems == (("record-failed", "ZeroDivisionError('division by zero')"),)
    assert sorted((op.callee, op.hits) for op in recording.ops) == [("json.dumps", 1), ("json.loads", 1)]


def test_recordings_are_kept_where_git_does_not_look(tmp_path: Path) -> None:
    run(tmp_path, "def main():\n    pass\nmain()\n", ("edges",))
    assert (tmp_path / ".code-path-audit" / ".gitignore").read_text() == "*\n"


def test_observations_of_a_recording(tmp_path: Path) -> None:
    recording = run(tmp_path, "import json\ndef main():\n    f()\ndef f():\n    json.loads('[1]')\nmain()\n")
    observed = observe(
        "act", recording, joined(tmp_path, recording), program(tmp_path), frozenset({("app", "app.main")})
    )
    (op,) = observed.ops
    assert op[:8] == ("act", "app.py", "app.f", "json.loads", 1, "json_io", True, 0)
    assert (op.sizes, op.trips) == (((2, 0),), 1)
    assert [edge[1:] for edge in observed.edges] == [("app.py", "app.main", "f", 1, "app.f", True, 0)]

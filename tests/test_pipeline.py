"""The stages in order: what each hands to the next, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit import pipeline
from code_path_audit.config import ActionConfig, default_config, load_config
from code_path_audit.errors import AuditError
from code_path_audit.program.files import ALONE, How
from code_path_audit.sources.model import SkippedFile, SourceFile, SourceTree

Make = Callable[[dict[str, str | bytes]], Path]

FILES: dict[str, str | bytes] = {
    "code-path-audit.toml": """
source = ["src", "lib"]
model = "heuristic"
[actions.save]
entry_points = ["shop.app.save"]
[[rules]]
match = ["slowlib.crunch"]
class = "crunch"
[classes.crunch]
base = 0
per_unit = 1000
assumed_size = 2
[hints."shop.app.load"]
bound = 5
""",
    "src/shop/__init__.py": "",
    "src/shop/app.py": """
import json
import slowlib
from helper import help_me

def save(x):
    slowlib.crunch(x)
    help_me(x)
    load(x)

def load(rows):
    for row in rows:
        json.loads(row)
""",
    "lib/helper.py": "import json\n\ndef help_me(x): return json.dumps(x)\n",
}


def test_a_program_has_its_modules_paths_and_functions(make_tree: Make) -> None:
    program = pipeline.load(load_config(make_tree(FILES)))
    assert program.paths == {"helper": "lib/helper.py", "shop": "src/shop/__init__.py", "shop.app": "src/shop/app.py"}
    assert list(program.functions) == ["helper", "helper.help_me", "shop", "shop.app", "shop.app.load", "shop.app.save"]
    assert program.line("shop.app.save") == 6
    assert program.skipped == ()


def test_a_trace_uses_the_rules_classes_and_hints_of_the_configuration(make_tree: Make) -> None:
    config = load_config(make_tree(FILES))
    profile = pipeline.trace(pipeline.load(config), config.actions[0], config)
    found = {op.callee: (op.base_class, op.amplification, op.bound_source, op.weight) for op in profile.expensive_ops}
    assert found == {
        "slowlib.crunch": ("crunch", 1, "", 2_000),
        "json.dumps": ("json_io", 1, "", 150),
        "json.loads": ("json_io", 5, "hint", 750),
    }


def test_the_depth_of_an_argument_outranks_the_configuration(make_tree: Make) -> None:
    config = load_config(make_tree(FILES))
    assert pipeline.trace(pipeline.load(config), config.actions[0], config).max_depth == config.max_depth
    shallow = pipeline.trace(pipeline.load(config), config.actions[0], config, 0)
    assert (shallow.max_depth, shallow.cut_functions) == (0, ("helper.help_me", "shop.app.load"))


def test_only_some_packages(make_tree: Make) -> None:
    program = pipeline.load_sources(make_tree(FILES), ("src", "lib"), ("helper",))
    assert list(program.modules) == ["helper"]


def test_a_file_that_does_not_parse_is_named() -> None:
    files = (
        SourceFile("a.py", "a", False, "", b"def f(: pass\n"),
        SourceFile("b.py", "b", False, "", b"def f(): pass\n"),
    )
    unread = SkippedFile("c.py", "c", "cannot be read", 0)
    program = pipeline.program_of(SourceTree(files, (unread,)))
    assert list(program.modules) == ["b"]
    assert [(row.path, row.module, row.line) for row in program.skipped] == [("a.py", "a", 1), ("c.py", "c", 0)]


BROKEN_REACH = [
    (
        "import broken\ndef f(): pass\n",
        True,
    ),  # an import at the top runs before the action, and may define what it calls
    ("def f():\n    import broken\n", True),
    ("def f():\n    from broken import x\n", True),
    ("def f():\n    from pack import broken\n", False),  # another one
    ("import other\ndef f(): pass\n", True),  # through another module
    ("def f(): pass\ndef g():\n    import broken\n", True),  # not told apart within a module: safe, not sharp
    ("def f(): pass\n", False),
    ("def f():\n    import brokenness\n", False),
]


HIDDEN = {
    "an environment's mark in a package": ("pack.inner", {"pack/inner/pyvenv.cfg": "", "pack/inner/__init__.py": ""}),
    "conda's": ("pack.inner.deep", {"pack/inner/conda-meta/history": "", "pack/inner/deep/__init__.py": ""}),
    "the whole package": ("pack.other", {"pack/pyvenv.cfg": "", "pack/other.py": ""}),
    "what a packaging tool built": ("build.lib", {"build/lib.py": ""}),
    "a folder that is copied": ("dist.more.x", {"dist/more/x.py": ""}),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_code_in_a_folder_that_is_taken_for_no_source_is_refused_where_it_is_imported(
    make_tree: Make, name: str
) -> None:
    module, files = HIDDEN[name]
    root = make_tree({"app.py": f"import {module}\ndef f(): {module}.run()\n", "pack/__init__.py": "", **files})
    config = default_config(root)
    with pytest.raises(AuditError) as caught:
        pipeline.trace(pipeline.load(config), ActionConfig("a", ("app.f",)), config)
    assert caught.value.slug == "source-broken"


def test_and_is_told_nobody_where_it_is_not(make_tree: Make) -> None:
    root = make_tree(
        {
            "app.py": "import venv, build\ndef f(): pass\n",
            "venv/pyvenv.cfg": "",
            "venv/lib/x.py": "",
            "build/lib/y.py": "",
        }
    )
    config = default_config(root)
    assert pipeline.trace(pipeline.load(config), ActionConfig("a", ("app.f",)), config).skipped == ()


@pytest.mark.parametrize(("source", "refused"), BROKEN_REACH)
def test_a_broken_file_is_refused_where_the_action_may_reach_it(make_tree: Make, source: str, refused: bool) -> None:
    root = make_tree(
        {"app.py": source, "other.py": "from broken import x\n", "broken.py": "def (\n", "pack/__init__.py": ""}
    )
    config = default_config(root)
    program = pipeline.load(config)
    action = ActionConfig("a", ("app.f",))
    if refused:
        with pytest.raises(AuditError) as caught:
            pipeline.trace(program, action, config)
        assert caught.value.slug == "source-broken"
        assert "broken.py:1" in str(caught.value)
    else:
        assert pipeline.trace(program, action, config).skipped[0].path == "broken.py"


def test_a_broken_package_is_reached_through_its_modules(make_tree: Make) -> None:
    root = make_tree({"app.py": "def f():\n    import p.q\n", "p/__init__.py": "(", "p/q.py": ""})
    config = default_config(root)
    with pytest.raises(AuditError, match=r"p/__init__\.py:1"):
        pipeline.trace(pipeline.load(config), ActionConfig("a", ("app.f",)), config)


def test_the_size_of_a_file_by_argument(make_tree: Make) -> None:
    root = make_tree(
        {"app.py": "from pathlib import Path\ndef f(): Path('rows.json').read_text()\n", "rows.json": "xx"}
    )
    config = default_config(root)._replace(model="heuristic")
    program, action = pipeline.load(config), ActionConfig("a", ("app.f",))
    asked: list[str] = []

    def size(path: str) -> int:
        asked.append(path)
        return 70

    assert {op.size for op in pipeline.trace(program, action, config).expensive_ops} == {2}
    assert {op.size for op in pipeline.trace(program, action, config, file_size=size).expensive_ops} == {70}
    assert set(asked) == {"rows.json"}


def test_a_report_has_every_file(make_tree: Make) -> None:
    config = load_config(make_tree(FILES))
    program = pipeline.load(config)
    profiles = [pipeline.trace(program, action, config) for action in config.actions]
    files = pipeline.report_files(program, profiles, config, "2025-01-31")
    assert sorted(path.removeprefix("2025-01-31/") for path in files) == [
        "actions/save.json",
        "actions/save.md",
        "actions/save.mmd",
        "call_graph.json",
        "expensive_ops.json",
        "index.html",
        "optimization_candidates.md",
        "state_mutations.json",
        "summary.md",
    ]
    assert all(text.endswith("\n") for text in files.values())
    assert files == pipeline.report_files(program, profiles, config, "2025-01-31")


def test_the_whole_graph_has_every_function(make_tree: Make) -> None:
    program = pipeline.load(load_config(make_tree(FILES)))
    graph = pipeline.callgraph(program)
    assert set(graph.functions) == set(program.functions)
    some = pipeline.callgraph(program, ["shop.app.load"])
    assert "shop.app.load" in some.functions
    assert "shop.app.save" not in some.functions


@pytest.mark.parametrize(
    ("entry", "reached"),
    [
        ("shop:main", ["json.load in shop.main#2"]),  # the function, as a console script names it
        ("shop.main", ["json.loads in shop.main"]),  # the body of the module
        ("shop:Box", ["json.dump in shop.Box.__init__"]),
    ],
)
def test_a_function_and_a_submodule_of_one_name(make_tree: Make, entry: str, reached: list[str]) -> None:
    root = make_tree(
        {
            "shop/__init__.py": "import json\ndef main(file):\n    json.load(file)\n"
            "class Box:\n    def __init__(self, file):\n        json.dump(1, file)\n",
            "shop/main.py": "import json\njson.loads('1')\n",
        }
    )
    config = default_config(root, (".",))
    profile = pipeline.trace(pipeline.load(config), ActionConfig("a", (entry,)), config)
    assert [f"{op.callee} in {op.function}" for op in profile.expensive_ops] == reached


@pytest.mark.parametrize(
    ("entry", "imports", "reached"),
    [
        # to run a module is to run its imports, and the packages around it
        ("shop.main", None, ["shop", "shop.main", "shop.tables"]),
        ("shop.main", False, ["shop.main"]),
        ("shop.main:run", None, []),
        ("shop.main:run", True, ["shop", "shop.main", "shop.tables"]),
    ],
)
def test_what_imports_cost(make_tree: Make, entry: str, imports: bool | None, reached: list[str]) -> None:
    load = "import json\njson.loads('1')\n"
    root = make_tree(
        {
            "shop/__init__.py": load,
            "shop/tables.py": load,
            "shop/main.py": f"{load}from shop import tables\ndef run():\n    pass\n",
        }
    )
    config = default_config(root, (".",))
    profile = pipeline.trace(pipeline.load(config), ActionConfig("a", (entry,), imports=imports), config)
    assert sorted(op.function for op in profile.expensive_ops) == reached


def test_who_looks_on_hears_how_far_solving_is(make_tree: Make) -> None:
    """With no store, too; and what is found is the same."""
    config = load_config(make_tree(FILES))
    heard: list[tuple[str, int, int, int]] = []

    def hear(what: str, done: int, total: int, steps: int = 0) -> None:
        heard.append((what, done, total, steps))

    files = pipeline.read(config, ALONE._replace(progress=hear))
    (profile,) = pipeline.traces(files.program(), config.actions, config, graphs=pipeline.graphs_of(files), texts=True)
    assert ("following calls", 0, 0, 0) in heard
    assert profile == pipeline.trace(pipeline.load(config), config.actions[0], config)


TWO: dict[str, str | bytes] = {
    "code-path-audit.toml": (
        'source = ["src"]\n[actions.load]\nentry_points = ["shop.load"]\n[actions.save]\nentry_points = ["shop.save"]\n'
    ),
    "src/shop.py": "import json\n\ndef load(x):\n    json.loads(x)\n\ndef save(x):\n    open(x)\n    load(x)\n",
}


@pytest.mark.slow
def test_where_there_is_no_fork_actions_are_solved_side_by_side(
    make_tree: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By fresh interpreters, which takes two seconds; with the same result as here."""
    config = load_config(make_tree(TWO))
    alone = pipeline.traces(pipeline.load(config), config.actions, config)
    monkeypatch.setattr(pipeline, "can_fork", lambda: False)
    monkeypatch.setattr(pipeline, "cores", lambda: 2)
    monkeypatch.setattr(pipeline, "ALONE_FUNCTIONS", 0)
    told: list[tuple[str, int, int]] = []
    how: How = ALONE._replace(progress=lambda *row: told.append(row))
    files = pipeline.read(config, how)
    graphs = pipeline.graphs_of(files)
    assert pipeline.traces(files.program(), config.actions, config, how=how, graphs=graphs) == alone
    assert [row for row in told if row[0] == "solving actions"] == [("solving actions", n, 2) for n in (1, 2)]
    # what is solved is not asked for again
    told.clear()
    assert pipeline.traces(files.program(), config.actions, config, how=how, graphs=graphs) == alone
    assert [row for row in told if row[0] == "solving actions"] == []


@pytest.mark.parametrize(
    ("reached", "source_bytes", "refused"),
    [
        ([60_000], 0, False),
        ([90_000], 0, False),  # one action alone
        ([30_000, 30_000], 0, False),
        ([30_000, 30_001], 0, True),
        ([1] * 100 + [59_900], 0, False),
        ([1] * 100 + [59_901], 0, True),
        ([50_000, 50_000], 400_000, False),
        ([50_000, 50_001], 400_000, True),
    ],
)
@pytest.mark.parametrize("large", [False, True])
def test_many_actions_reach_so_many_functions_together(
    make_tree: Make, reached: list[int], source_bytes: int, refused: bool, large: bool
) -> None:
    size = pipeline.ALONE_FUNCTIONS if large else 1
    root = make_tree({"app.py": "".join(f"def f{n}(): pass\n" for n in range(size))})
    program = pipeline.load_sources(root, (".",))
    calls = [lambda count=count: count for count in reached]
    together = pipeline.Together(lambda: source_bytes)
    if refused:
        with pytest.raises(AuditError) as caught:
            pipeline.each_action(program, calls, ALONE._replace(workers=2), together, int)
        assert caught.value.slug == "too-much-reached"
    else:
        assert pipeline.each_action(program, calls, ALONE._replace(workers=2), together, int) == reached


def test_what_is_far_past_the_limit_is_not_traced_to_its_end(make_tree: Make) -> None:
    root = make_tree({"app.py": "def f(): pass\n"})
    done: list[int] = []

    def reached() -> int:
        done.append(3_000)
        return 3_000

    with pytest.raises(AuditError):
        pipeline.each_action(
            pipeline.load_sources(root, (".",)), [reached] * 200, ALONE, pipeline.Together(lambda: 0), int
        )
    assert len(done) == 21


def test_actions_are_traced_a_share_at_a_time() -> None:
    together = pipeline.Together(lambda: 0)
    assert together.at_once() == pipeline.FIRST
    for _ in range(8):
        together.add(3_000)
    assert together.at_once() == 12
    for _ in range(12):
        together.add(3_000)
    assert together.at_once() == 1

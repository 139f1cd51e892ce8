"""Which bodies of modules run: imports early and late, of packages, in circles."""

from __future__ import annotations

from tests.callgraph.solving import edges, solve

IMPORTS = {
    "m": "import early\n\ndef f():\n    import late\n    late.go()\n    early.go()\n",
    "early": "import earlier\n\ndef go(): pass\n\ndef at_import(): pass\n\nat_import()\n",
    "earlier": "import late_too\n",
    "late": "import late_too, later\n\ndef go(): pass\n\ndef at_import(): pass\n\nat_import()\n",
    "later": "def at_import(): pass\n\nat_import()\n",
    "late_too": "x = 1\n",
}


def test_a_late_import_belongs_to_the_action_and_an_early_one_does_not() -> None:
    graph = solve(IMPORTS)
    assert sorted(edges(graph)) == [
        "late -> late.at_import call certain",
        "late -> later import certain",
        "later -> later.at_import call certain",
        "m.f -> early.go call certain",
        "m.f -> late import certain",
        "m.f -> late.go call certain",
    ]
    assert graph.functions == (
        "early.go", "late", "late.at_import", "late.go", "later", "later.at_import", "m.f",
    )  # fmt: skip


def test_an_action_may_ask_for_all_imports() -> None:
    graph = solve(IMPORTS, imports=True)
    assert {"m", "early", "early.at_import", "earlier", "late_too"} <= set(graph.functions)
    assert "m -> early import certain" in edges(graph)
    assert "early -> early.at_import call certain" in edges(graph)


def test_a_module_as_a_root_runs_its_body() -> None:
    modules = {"m": "import a\na.go()\n", "a": "def go(): pass\ngo()\n"}
    assert edges(solve(modules, "m")) == ["m -> a.go call certain"]
    assert edges(solve(modules, "m", imports=True)) == [
        "a -> a.go call certain",
        "m -> a import certain",
        "m -> a.go call certain",
    ]


def test_a_package_is_imported_before_its_module() -> None:
    modules = {
        "m": "def f():\n    from p.q import go\n    go()\n",
        "p.__init__": "def setup(): pass\nsetup()\n",
        "p.q": "def go(): pass\n",
    }
    assert edges(solve(modules)) == [
        "m.f -> p import certain",
        "m.f -> p.q import certain",
        "m.f -> p.q.go call certain",
        "p -> p.setup call certain",
    ]


def test_modules_that_import_each_other() -> None:
    modules = {
        "m": "def f():\n    import a\n    a.go()\n",
        "a": "import b\ndef go(): b.go()\n",
        "b": "import a\ndef go(): a.go()\n",
    }
    assert "b.go -> a.go call certain" in edges(solve(modules))

"""What ran before the action is found step by step: the same at each look as if it were found from the beginning.

What it is there for is shown by the specimens of `only_uses.py`.
"""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_audit.callgraph.evidence import steps
from code_path_audit.callgraph.evidence.before_action import is_before, loaded_before, used_in_action
from code_path_audit.callgraph.evidence.unimported_modules import given_control, handing
from code_path_audit.callgraph.library.loaded_classes import LOADERS, LoadedClasses, loading_sites
from code_path_audit.callgraph.library.summaries import Places
from code_path_audit.callgraph.library.text_imports import TextImports
from code_path_audit.callgraph.solver.ids import Activation, Site
from code_path_audit.callgraph.solver.state import State
from tests.callgraph.solving import solve

PROGRAM = {name: dedent(text) for name, text in {
    "app": """
        import toolkit, importlib, handlers, importlib.util
        from views import View, table
        class Early(toolkit.Listener):
            def on_start(self): self.started()
            def started(self): late()
        toolkit.register(Early())
        toolkit.listen(handlers.first, lambda: table)
        def late():
            import more
            more.Plugin()
        def main(name, path):
            toolkit.run(View(), handlers.second)
            spec = importlib.util.spec_from_file_location(name, path)
            importlib.util.module_from_spec(spec)
            importlib.import_module(name).setup("plugins.one", toolkit)
            eval("handlers.third()")
        """,
    "handlers": """
        import toolkit
        def first(): second()
        def second(): toolkit.emit(third)
        def third(): toolkit.start(first)
        """,
    "views": """
        import toolkit
        class View(toolkit.View):
            table = toolkit.field(lambda: 1)
            def get(self): return self.rows()
            def rows(self): import plugins.one; return plugins.one.setup
        table = {"view": View}
        """,
    "more": """
        import toolkit, handlers
        class Plugin(toolkit.Plugin):
            def activate(self): handlers.third()
        toolkit.install(Plugin)
        """,
    "plugins.__init__": "",
    "plugins.one": """
        import toolkit, more
        class Extra(more.Plugin):
            def activate(self): toolkit.launch(self)
        def setup(library): library.launch(Extra())
        """,
    "alone": """
        import toolkit
        def setup(x): x.build(run)
        def run(): pass
        """,
}.items()}  # fmt: skip


def before_of(s: State) -> set[Activation]:
    """The bodies that ran before, from the beginning."""
    bodies = set(s.module_aids.values())
    todo = [s.module_aids[name] for name in s.started if name in s.module_aids]
    todo += [callee for aid, callees in s.imports.items() if aid not in bodies for callee in callees]
    for aid in todo:
        todo += [callee for callee in s.imports.get(aid, ()) if callee not in todo]
    return bodies - set(todo)


def used_by_action(s: State, before: set[Activation]) -> set[int]:
    """The places of uses that the action makes, from the beginning."""
    places = s.tables[Places]
    rows = places.used.items()
    todo = [
        p for site, uses in rows if site.activation != places.nobody and not is_before(s, site, before) for p in uses
    ]
    for place in todo:
        todo += [p for p in places.used.get(Site(places.nobody, place), ()) if p not in todo]
    return set(todo)


def outside(s: State) -> list[tuple[Site, str]]:
    """All that is called outside, and where."""
    return [(site, dotted) for site, rows in s.external.items() for dotted, _ in rows]


@pytest.mark.parametrize("root", ["app.main", "app", "handlers.third", "views.View.get"])
def test_each_look_is_as_from_the_beginning(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[tuple[int, int, int]] = []

    def look(s: State) -> bool:
        before, now = before_of(s), s.steps
        assert loaded_before(s) == before
        assert used_in_action(s) == used_by_action(s, before)
        control = [(site, given_control(s, dotted)) for site, dotted in outside(s)]
        assert handing(s) == [(site, library) for site, library in control if library]
        loading = list(dict.fromkeys(site for site, dotted in outside(s) if dotted in LOADERS))
        assert loading_sites(s) == (loading or [call.site for call in s.tables[TextImports].blind])
        assert s.tables[LoadedClasses].loading == loading
        s.steps = now
        looks.append((len(before), len(s.tables[Places].used), len(loading)))
        return False

    plain = solve(PROGRAM, root)
    monkeypatch.setattr(steps, "GROUNDS", (look, *steps.GROUNDS))
    assert solve(PROGRAM, root) == plain
    assert len(set(looks)) > 1

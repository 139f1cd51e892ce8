"""Django's settings: `settings.NAME` is what the project's settings modules bind to it."""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.loading import is_settings
from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.solver.abstract_values import MODULE
from code_path_audit.callgraph.solver.ids import NO_SITE, Value
from code_path_audit.callgraph.solver.state import Read, State

SETTINGS = "django.conf.settings"

MARKS = ("INSTALLED_APPS", "DATABASES", "ROOT_URLCONF", "SECRET_KEY", "MIDDLEWARE")
"""A settings module binds two of these at least."""


class Settings:
    """The settings modules of the program."""

    def __init__(self) -> None:
        self.modules: tuple[str, ...] | None = None


def modules(s: State) -> tuple[str, ...]:
    """The settings modules: named so, and binding what settings bind."""
    found = s.tables[Settings]
    if found.modules is None:
        named = [name for name in sorted(s.program.modules) if is_settings(name)]
        found.modules = tuple(name for name in named if len(module_names(s, name) & frozenset(MARKS)) > 1)
        for name in found.modules:
            load(s, name, NO_SITE)
    return found.modules


def named(s: State, data: Read, base: Value) -> bool:
    """settings.NAME"""
    if s.rows[base].dotted != SETTINGS:
        return False
    is_bound = False
    for name in modules(s):
        if data.name in module_names(s, name):
            s.flow(s.field(s.of(MODULE, name), data.name), data.dst)
            is_bound = True
    return is_bound

"""What ran before the action began: the bodies of modules that are imported at the top of those of the entry points.

What they hand to Django (views to decorators and routes) it does not call in the action, but for what is known of it;
what they hand to another library is called there if nothing in the action uses it, unless both answer requests. It is
asked in each round of evidence, so only what came up since is looked at: modules and imports only come, a module that
the action imports stays one, and so does a use that the action makes.
"""

from __future__ import annotations

from itertools import islice

from code_path_audit.callgraph.library.summaries import Places
from code_path_audit.callgraph.solver.ids import Activation, Site
from code_path_audit.callgraph.solver.state import State


class BeforeAction:
    """What is known so far."""

    def __init__(self) -> None:
        self.bodies: set[Activation] = set()
        """The bodies of modules that were looked at."""
        self.seen_imports: int = 0
        """Imports that were looked at (`State.imported`)."""
        self.inside: set[Activation] = set()
        """Bodies that run in the action."""
        self.before: set[Activation] = set()
        """The others."""
        self.homes: dict[Activation, Activation] = {}
        """What `home` found."""
        self.used: set[int] = set()
        """The places of uses that the action makes."""
        self.idle: dict[Activation, list[int]] = {}
        """Those that a body makes which ran before."""


def loaded_before(s: State) -> set[Activation]:
    """The bodies of modules that ran before the action began; whoever asks leaves the set as it is."""
    table = s.tables[BeforeAction]
    if s.counts_imports:
        return table.before
    new = set(islice(s.module_aids.values(), len(table.bodies), None))
    table.bodies |= new
    table.before |= new
    todo = [s.module_aids[name] for name in s.started if name in s.module_aids]
    for aid, callee in islice(s.imported, table.seen_imports, None):
        if aid in table.inside or aid not in table.bodies:
            todo.append(callee)
    table.seen_imports = len(s.imported)
    for aid in todo:
        if aid not in table.inside:
            table.inside.add(aid)
            table.before.discard(aid)
            todo += s.imports.get(aid, ())
            use_places(s, table.idle.pop(aid, []))
    return table.before


def home(s: State, aid: Activation) -> Activation:
    """The body of the module around the body of a class, and around code that was evaluated; else the activation
    itself."""
    homes = s.tables[BeforeAction].homes
    found = homes.get(aid)
    if found is None:
        found = aid
        while s.a_function[found] in s.synthetic:
            found = s.synthetic[s.a_function[found]].activation
        while s.facts[s.a_function[found]].kind == "class" and s.a_env[found] >= 0:
            found = s.a_env[found]
        homes[aid] = found
    return found


def is_before(s: State, site: Site, before: set[Activation]) -> bool:
    """Whether a call site is one of a module's body, or of a class's in it, that ran before the action began."""
    return home(s, site.activation) in before


def used_in_action(s: State) -> set[int]:
    """The places of uses that call sites of the action make, or what runs at such a place; asked after
    `loaded_before`."""
    table, places = s.tables[BeforeAction], s.tables[Places]
    rows, places.noted = places.noted, []
    for site, place in rows:
        if site.activation == places.nobody:
            if site.place in table.used:
                use_places(s, [place])
        elif (aid := home(s, site.activation)) in table.before:
            table.idle.setdefault(aid, []).append(place)
        else:
            use_places(s, [place])
    return table.used


def use_places(s: State, todo: list[int]) -> None:
    """The action makes some uses, and those that are made at their places."""
    used, places = s.tables[BeforeAction].used, s.tables[Places]
    for place in todo:
        if place not in used:
            used.add(place)
            todo += places.used.get(Site(places.nobody, place), ())

"""Django's views: what runs around a function or a method that answers a request, though no call is written.

An entry point that is a view has the middleware of the settings around it; one that is a method of a class-based view
stands for what Django calls of that class, and for the template that it renders. These are further entry points of the
action. A request of a class, to which routes lead, begins with the method that is written for it
(`facts/generic_views.py`); what a view has of Django: `django_class_views.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from code_path_audit.callgraph.frameworks import (
    arq_workers,
    django_admin,
    django_settings,
    django_transactions,
    django_users,
    injected_dependencies,
    rest_framework,
    rest_requests,
    schemas,
    web_requests,
)
from code_path_audit.callgraph.frameworks.django_class_views import (
    RUN,
    context_of,
    is_view,
    queryset_of,
    template_modules,
)
from code_path_audit.callgraph.frameworks.loading import is_routing
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.frameworks.reporting import first_site
from code_path_audit.callgraph.functions.decorated_entries import standing_before
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.abstract_values import EXT, FUNC, INST, MODULE, STR
from code_path_audit.callgraph.solver.ids import BEFORE, NO_CLASS, NO_SITE, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.rest_views import MARKED

AROUND = ("__call__", "process_request", "process_view", "process_template_response", "process_response")
"""What Django calls of a middleware for each request."""

NEXT = "django.core.handlers.exception.convert_exception_to_response.inner"
"""What a middleware hands on to: the others, and at last the view."""

ROUTING = ("path", "re_path", "url")


class Views:
    """What is known of views."""

    def __init__(self) -> None:
        self.are_loaded = False
        self.requests = False
        """Whether the entry points answer requests."""
        self.contexts: dict[Value, Var] = {}
        """What a view gives to its template."""


# entry points


def prepare(s: State, roots: Iterable[str]) -> None:
    """What is known of the requests that entry points answer, before their code is read."""
    every = []
    for root in roots:
        cls, value = class_around(s, root), s.function_value(root)
        if cls is not None and is_view(s, cls):
            rest_requests.know(s, root, cls)
            every.append(is_view(s, cls, *rest_framework.VIEWS))
        else:
            every.append(value is not None and rest_requests.is_decorated(s, value))
    s.tables[django_users.Requests].is_asked_before = bool(every) and all(every)


def further_entries(s: State, roots: Iterable[str]) -> list[tuple[str, Value, Value]]:
    """What Django runs beside some entry points: the name of each function, its value, the object it is bound to."""
    found: list[tuple[str, Value, Value]] = []
    is_request = False
    for root in roots:
        facts = s.program.facts(root)
        cls = class_around(s, root)
        if cls is not None and is_view(s, cls):
            is_request = True
            name = facts.name.rpartition(".")[2]
            if name in RUN:
                found += of_class(s, cls, name)
            found += rest_entries(s, cls, "" if facts.kind == "class" else name)
            ask_before(s, root, cls)
        elif cls is not None and django_admin.is_admin(s, cls):
            is_request = True
            found += of_admin(s, cls, s.function_value(root))
        elif facts.kind == "function" and facts.params and facts.params[0].name == "request" and is_routed(s, root):
            is_request = True
            ask_before(s, root, None)
    if is_request:
        s.tables[Views].requests = True
        found += middleware(s)
        for row in found:
            django_users.give(s, *row[1:])
        for root in roots:
            give_request(s, root)
    asked: set[str] = set()
    for root in roots:
        arq_workers.give(s, root)
        if web_requests.is_handler(s, root):
            s.tables[Views].requests = True
            module = s.program.functions[root][0]
            if module not in asked and not web_requests.is_task(s, root):
                asked.add(module)
                found += web_requests.hooks(s, module, modules_before(s, root))
            found += injected_dependencies.dependencies(s, root)
            for row, returned in schemas.responses(s, root):
                s.tables[Views].contexts[row[2]] = returned
                found.append(row)
        else:
            found += injected_dependencies.fixtures(s, root)
    return found


def modules_before(s: State, root: str) -> list[str]:
    """The modules of what the decorators of an entry point give."""
    value = s.function_value(root)
    if value is None:
        return []
    return [s.modules[s.rows[function].function] for function, _ in standing_before(s, value)]


def ask_before(s: State, root: str, cls: Value | None) -> None:
    """What the REST framework asks before a view that does not say so itself."""
    value, facts = s.function_value(root), s.program.facts(root)
    name = facts.name.rpartition(".")[2]
    is_view_of = cls is not None and is_view(s, cls, *rest_framework.VIEWS) and not name.startswith(rest_requests.HOOKS)
    if value is None or facts.kind != "function" or name in MARKED:
        return
    if is_view_of or (cls is None and rest_requests.is_decorated(s, value)):
        first = first_site(s, s.activate(s.rows[value].function, s.rows[value].env, ()))
        if first is not None:
            rest_requests.before(s, first, cls)


def give_request(s: State, root: str) -> None:
    """An entry point that answers requests has one."""
    value = s.function_value(root)
    if value is not None:
        django_transactions.is_request(s, root)
        cls = class_around(s, root)
        django_users.give(s, value, NO_CLASS if cls is None else s.of(INST, cls, 0))
        django_users.guard(s, value, NO_CLASS if cls is None else cls)


def of_admin(s: State, cls: Value, asked: Value | None) -> list[tuple[str, Value, Value]]:
    """The columns of a list of the admin; what is asked of it may be an action on rows of the list."""
    admin = s.of(INST, cls, 0)
    out = s.field(admin, "#queryset")
    site = Site(s.module_aids[s.modules[s.rows[cls].function]], BEFORE)
    if not call_own(s, admin, cls, "get_queryset", Call(site, out, (), (), "call")):
        django_admin.listed_rows(s, cls, site, out)
    if asked is not None and s.kinds[asked] == FUNC:
        django_admin.acts(s, cls, asked, site)
    s.run(s.tables[Reading].begin)
    found, given = [], s.variable()
    for entry, rows in django_admin.columns(s, cls, s.holds(out)):
        found.append(entry)
        for row in rows:
            s.add(given, row)
            s.tables[Views].contexts[entry[2]] = given
    return found


def rest_entries(s: State, cls: Value, asked: str) -> list[tuple[str, Value, Value]]:
    """What the REST framework runs beside a method of one of its views, or the view itself."""
    if not is_view(s, cls, *rest_framework.VIEWS):
        return []
    found = []
    rows = queryset_of(s, s.of(INST, cls, 0), cls, NO_SITE)
    for entry, given in rest_framework.further(s, cls, asked, rows):
        if given is not None:
            s.tables[Views].contexts[entry[2]] = given
        found.append(entry)
    return found


def class_around(s: State, root: str) -> Value | None:
    """The class whose method a function is, or the class itself."""
    module, index = s.program.functions[root]
    functions = s.program.modules[module].functions
    parent = index if functions[index].kind == "class" else functions[index].parent
    if parent < 0 or functions[parent].kind != "class":
        return None
    return next((v for fid, v in s.made.items() if s.modules[fid] == module and s.indices[fid] == parent), None)


def is_routed(s: State, root: str) -> bool:
    """Whether a function stands in a URLconf of the program."""
    load_urls(s)
    value = s.function_value(root)
    if value is None:
        return False
    named = {value, *(function for function, _ in standing_before(s, value))}
    return not named.isdisjoint(s.holds(s.field(s.of(EXT, "django.urls.path"), "views")))


def load_urls(s: State) -> None:
    """The URLconfs: modules named `urls`, or that the settings name."""
    views = s.tables[Views]
    if views.are_loaded:
        return
    views.are_loaded = True
    for name in sorted(s.program.modules):
        if is_routing(name):
            load(s, name, NO_SITE)
    django_settings.modules(s)
    s.run(s.tables[Reading].begin)


def routes(s: State, call: Call, value: Value) -> bool:
    """path("orders/", view)"""
    views = s.field(s.of(EXT, "django.urls.path"), "views")
    for var, star in call.pos[1:2]:
        if not star:
            s.flow(var, views)
    for name, var in call.kw:
        if name == "view":
            s.flow(var, views)
    return False


def middleware(s: State) -> list[tuple[str, Value, Value]]:
    """The functions and methods of the settings' middleware that are of the source."""
    found: dict[tuple[str, Value, Value], None] = {}
    load_urls(s)
    for module in django_settings.modules(s):
        for box in s.holds(s.field(s.of(MODULE, module), "MIDDLEWARE")):
            for value in s.holds(s.field(box, "*")):
                if s.kinds[value] == STR:
                    for made in layers(s, s.rows[value].text):
                        found.update(dict.fromkeys(methods(s, made, AROUND)))
    return list(found)


def layers(s: State, dotted: str) -> list[Value]:
    """What a middleware's factory makes: a function, or an object."""
    module, _, name = dotted.rpartition(".")
    if module not in s.program.modules:
        return []
    load(s, module, NO_SITE)
    s.run(s.tables[Reading].begin)
    made = s.variable()
    given = s.variable()
    s.add(given, s.of(EXT, NEXT))
    aid = s.module_aids[module]
    call = Call(Site(aid, BEFORE), made, ((given, False),), (), "call")
    for value in s.holds(s.field(s.of(MODULE, module), name)):
        s.apply(s, call, value)
    s.run(s.tables[Reading].begin)
    return s.holds(made)


def methods(s: State, value: Value, names: Iterable[str]) -> list[tuple[str, Value, Value]]:
    """A function, or those of some methods that an object of the source has."""
    if s.kinds[value] == FUNC:
        return [(s.names[s.rows[value].function], value, NO_CLASS)]
    if s.kinds[value] != INST:
        return []
    found = []
    for name in names:
        method = classes.find(s, s.rows[value].cls, name)
        if isinstance(method, classes.Own):
            found += [(s.names[s.rows[v].function], v, value) for v in s.holds(method.var) if s.kinds[v] == FUNC]
    return found


# class-based views


def of_class(s: State, cls: Value, asked: str) -> list[tuple[str, Value, Value]]:
    """What else Django runs of a class whose method is an entry point."""
    view = s.of(INST, cls, 0)
    own = {name: isinstance(classes.find(s, cls, name), classes.Own) for name in RUN}
    names = [name for name in RUN[:2] if own[name]] or list(RUN[2:])
    # who names one of several methods means that one, but for what the class has of a mixin
    has_mixed_in = not any(f"{s.names[s.rows[cls].function]}.{name}" in s.program.functions for name in RUN[:2])
    found = methods(s, view, names) if asked in names or has_mixed_in else []
    if not (own["get"] or own["dispatch"]):
        context = context_of(s, view, cls)
        for module in template_modules(s, cls):
            load(s, module, NO_SITE)
            s.run(s.tables[Reading].begin)
            for template in s.holds(s.field(s.of(MODULE, module), "Template")):
                made = s.of(INST, template, 0)
                s.constructed[template] = None
                for row in methods(s, made, ("render",)):
                    found.append(row)
                    s.tables[Views].contexts[made] = context
    return found

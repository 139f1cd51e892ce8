"""Django's views: what runs around a function or a method that answers a request, though no call is written.

An entry point that is a view has the middleware of the settings around it; one that is a method of a class-based view
stands for what Django calls of that class, and for the template that it renders. These are further entry points of the
action. What a view inherits of Django (`super().get_context_data()`) is done here. Assumes that a list view lists, and
a detail view shows one row; a method that the class does not override runs nowhere that could be shown (ops too few:
the count of a paginated list whose class has no `get_context_data`).
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
    templates,
    web_requests,
)
from code_path_audit.callgraph.frameworks.django_models import all_rows, is_model, row_of
from code_path_audit.callgraph.frameworks.django_querysets import prefetch, query
from code_path_audit.callgraph.frameworks.loading import is_routing
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.frameworks.reporting import does, first_site
from code_path_audit.callgraph.frameworks.row_values import Query, Row, key_of, name_of, place
from code_path_audit.callgraph.functions.decorated_entries import standing_before
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import load
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, FUNC, INST, MODULE, STR
from code_path_audit.callgraph.solver.ids import BEFORE, NO_CLASS, NO_SITE, NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.rest_views import MARKED

LISTING = ("ListView", "ArchiveIndexView", "BaseListView", "MultipleObjectMixin", "DayArchiveView", "MonthArchiveView")
SHOWING = ("DetailView", "UpdateView", "DeleteView", "BaseDetailView", "SingleObjectMixin", "DateDetailView")
VIEWS = (*LISTING, *SHOWING, "View", "TemplateView", "CreateView", "FormView", "RedirectView", *rest_framework.VIEWS)
"""The last part of the names of Django's views."""

RUN = ("dispatch", "get", "get_queryset", "get_object", "get_context_data")
"""What Django calls of a class-based view that answers GET, of its own methods, in order."""

AROUND = ("__call__", "process_request", "process_view", "process_template_response", "process_response")
"""What Django calls of a middleware for each request."""

INHERITED = frozenset((*RUN, "render_to_response", *rest_framework.SHOWN_BY))
"""Methods of a view that Django has where the class does not."""

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


def is_view(s: State, cls: Value, *ends: str) -> bool:
    """Whether a class derives from one of Django's views."""
    return s.kinds[cls] == CLASS and any(
        name.rpartition(".")[2] in (ends or VIEWS) for name in classes.outside_names(s, cls)
    )


def is_object(s: State, value: Value) -> bool:
    """Whether a value is a view."""
    return s.kinds[value] == INST and is_view(s, s.rows[value].cls)


# entry points


def prepare(s: State, roots: Iterable[str]) -> None:
    """What is known of the requests that entry points answer, before their code is read."""
    every = []
    for root in roots:
        cls, value = class_around(s, root), s.function_value(root)
        if cls is not None and is_view(s, cls, *rest_framework.VIEWS):
            rest_requests.know(s, root, cls)
            every.append(True)
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
            found += of_admin(s, cls)
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


def of_admin(s: State, cls: Value) -> list[tuple[str, Value, Value]]:
    """The columns of a list of the admin."""
    admin = s.of(INST, cls, 0)
    out = s.field(admin, "#queryset")
    site = Site(s.module_aids[s.modules[s.rows[cls].function]], BEFORE)
    if not call_own(s, admin, cls, "get_queryset", Call(site, out, (), (), "call")):
        django_admin.listed_rows(s, cls, site, out)
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


def template_modules(s: State, cls: Value) -> list[str]:
    """The templates of a view: by `template_name`, or named for its model."""
    names = texts(s, cls, "template_name")
    if not names:
        suffix = "list" if is_view(s, cls, *LISTING) else "detail" if is_view(s, cls, *SHOWING) else ""
        given = texts(s, cls, "template_name_suffix")
        for model in models(s, cls) if suffix else ():
            package = s.modules[s.rows[model].function].rpartition(".models")[0].rpartition(".")[2]
            names.append(f"{package}/{name_of(s, model).lower()}{given[0] if given else '_' + suffix}.html")
    return [module for name in names for module in templates.named(s, name)]


def texts(s: State, cls: Value, name: str) -> list[str]:
    """The constant texts of a class attribute."""
    found = classes.find(s, cls, name)
    if not isinstance(found, classes.Own):
        return []
    return [s.rows[v].text for v in s.holds(found.var) if s.kinds[v] == STR]


def models(s: State, cls: Value) -> list[Value]:
    """The models of a view."""
    found = classes.find(s, cls, "model")
    direct = [v for v in s.holds(found.var) if s.kinds[v] == CLASS] if isinstance(found, classes.Own) else []
    queries = [key_of(s, v) for v in s.holds(queryset_of(s, s.of(INST, cls, 0), cls, NO_SITE))]
    keyed = [key.model for key in queries if isinstance(key, Query) and s.kinds[key.model] == CLASS]
    return list(dict.fromkeys((*direct, *keyed)))


def queryset_of(s: State, view: Value, cls: Value, site: Site) -> Var:
    """The variable of what a view lists, by its own `get_queryset`, its `queryset`, or its `model`."""
    out = s.field(view, "#queryset")
    aid = s.module_aids[s.modules[s.rows[cls].function]]
    if not call_own(s, view, cls, "get_queryset", Call(Site(aid, BEFORE), out, (), (), "call")):
        inherited_queryset(s, view, cls, out)
    elif site == NO_SITE:
        s.run(s.tables[Reading].begin)
    return out


def inherited_queryset(s: State, view: Value, cls: Value, out: Var) -> None:
    """What Django's own `get_queryset` gives."""
    found = classes.find(s, cls, "queryset")
    if isinstance(found, classes.Own):
        s.watch(found.var, on_queryset, out)
    model = classes.find(s, cls, "model")
    if isinstance(model, classes.Own):
        s.watch(model.var, on_model, out)


def on_queryset(s: State, out: Var, value: Value) -> None:
    """queryset = Order.objects.all(): copied for each request."""
    if isinstance(key_of(s, value), Query):
        s.add(out, value)


@sees(CLASS)
def on_model(s: State, out: Var, model: Value) -> None:
    """model = Order"""
    if is_model(s, model):
        all_rows(s, model, Site(s.module_aids[s.modules[s.rows[model].function]], BEFORE), out)


def context_of(s: State, view: Value, cls: Value) -> Var:
    """What a view gives to its template: its own `get_context_data`, or what that of Django gives."""
    out = s.variable()
    call = Call(Site(s.module_aids[s.modules[s.rows[cls].function]], BEFORE), out, (), (), "call")
    if not call_own(s, view, cls, "get_context_data", call):
        fill(s, call, view, cls)
    return out


def inherited(s: State, call: Call, name: str, view: Value) -> bool:
    """A method of a view that is Django's: super().get_context_data(), self.get_queryset()."""
    cls = s.rows[view].cls
    if name == "get_context_data":
        fill(s, call, view, cls)
    elif name == "get_queryset":
        inherited_queryset(s, view, cls, call.dst)
    elif name == "get_object" and is_view(s, cls, *rest_framework.VIEWS):
        rest_framework.find_object(s, call, view, on_one)
    elif name == "get_object":
        s.watch(queryset_of(s, view, cls, call.site), on_one, call)
    elif name in rest_framework.SHOWN_BY:
        rest_framework.inherited(s, call, name, view)
    elif name in ("get", "dispatch"):
        answer(s, call, view, cls)
    elif name == "render_to_response":
        for module in template_modules(s, cls):
            templates.run(s, module, templates.Rendering(call.site, call.pos[0][0] if call.pos else s.variable()))
    else:
        return False
    s.answer(call.site)
    return True


def answer(s: State, call: Call, view: Value, cls: Value) -> None:
    """super().get(): what Django calls of the class, and its template."""
    context = s.variable()
    for name in ("get_queryset", "get_object"):
        call_own(s, view, cls, name, Call(call.site, NOWHERE, (), (), "callback"))
    if not call_own(s, view, cls, "get_context_data", Call(call.site, context, (), (), "callback")):
        fill(s, call._replace(dst=context), view, cls)
    for module in template_modules(s, cls):
        templates.run(s, module, templates.Rendering(call.site, context))


def on_one(s: State, call: Call, value: Value) -> None:
    """get_object(): one row of what the view lists."""
    key = key_of(s, value)
    if isinstance(key, Query):
        does(s, call.site, "django.db.models.QuerySet.get", call.kind)
        prefetch(s, call.site, key, call.kind)
        s.add(call.dst, row_of(s, key.model, Row(place(s, call.site), "", key.fetched, key.only)))


def fill(s: State, call: Call, view: Value, cls: Value) -> None:
    """The context that Django makes for a template, and the queries that this takes."""
    box = s.box("dict", (view, "context", call.site))
    containers.all_field(s, box)
    for name, var in call.kw:
        if name is not None:
            containers.put(s, box, s.of(STR, name), var)
    this, request = s.variable(), s.variable()
    s.add(this, view)
    s.add(request, s.instance(django_users.REQUEST))
    containers.put(s, box, s.of(STR, "view"), this)
    containers.put(s, box, s.of(STR, "request"), request)
    django_users.show(s, box, request)
    s.add(call.dst, box)
    if is_view(s, cls, *LISTING):
        s.watch(queryset_of(s, view, cls, call.site), on_listed, (call, box, cls))
    elif is_view(s, cls, *SHOWING):
        s.watch(queryset_of(s, view, cls, call.site), on_shown, (call, box, cls))


def on_listed(s: State, data: tuple[Call, Value, Value], value: Value) -> None:
    """What a list view lists; a page of it, where it has pages."""
    call, box, cls = data
    key = key_of(s, value)
    if not isinstance(key, Query):
        return
    paged = classes.find(s, cls, "paginate_by")
    if isinstance(paged, classes.Own):
        does(s, call.site, "django.db.models.QuerySet.count", call.kind)
        value = query(s, key._replace(made=place(s, call.site))) if call.site.place >= 0 else value
    listed = s.variable()
    s.add(listed, value)
    default = f"{name_of(s, key.model).lower()}_list"
    for name in ("object_list", *(texts(s, cls, "context_object_name") or [default])):
        containers.put(s, box, s.of(STR, name), listed)
    if isinstance(paged, classes.Own):
        containers.put(s, box, s.of(STR, "page_obj"), listed)


def on_shown(s: State, data: tuple[Call, Value, Value], value: Value) -> None:
    """What a detail view shows: the row that `get` has fetched."""
    call, box, cls = data
    key = key_of(s, value)
    if not isinstance(key, Query):
        return
    shown = s.variable()
    view = s.of(INST, cls, 0)
    aid = s.module_aids[s.modules[s.rows[cls].function]]
    if not call_own(s, view, cls, "get_object", Call(Site(aid, BEFORE), shown, (), (), "call")):
        on_one(s, call._replace(dst=shown), value)
    for name in ("object", *(texts(s, cls, "context_object_name") or [name_of(s, key.model).lower()])):
        containers.put(s, box, s.of(STR, name), shown)
    s.flow(shown, s.field(view, "object"))

"""Django's class-based views: what they have of Django, and what each kind of them shows.

A generic view has the methods that `facts/generic_views.py` writes for it: their calls of its own methods are followed
like any others, and those of Django's are done here. An entry point that is another method of such a class stands for
what Django calls of the class, which `django_views.py` lists. Assumes that a list view lists, and a detail view shows
one row.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import django_users, rest_framework, rest_requests, templates
from code_path_audit.callgraph.frameworks.django_declared import is_model, may_be_there
from code_path_audit.callgraph.frameworks.django_models import all_rows, row_of
from code_path_audit.callgraph.frameworks.django_querysets import prefetch, query
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.frameworks.reporting import asks_in_turn, does
from code_path_audit.callgraph.frameworks.row_values import Query, Row, key_of, name_of, place
from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, INST, STR
from code_path_audit.callgraph.solver.ids import BEFORE, NO_SITE, NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts.generic_views import ASKED, GET, GOING, POST, VALID
from code_path_audit.facts.model_forms import FORM

LISTING = ("ListView", "ArchiveIndexView", "BaseListView", "MultipleObjectMixin", "DayArchiveView", "MonthArchiveView")
SHOWING = ("DetailView", "UpdateView", "DeleteView", "BaseDetailView", "SingleObjectMixin", "DateDetailView")
DATED = ("ArchiveIndexView", "BaseArchiveIndexView")
DATES = "django.db.models.QuerySet.__bool__"
"""Lists by date, and what asks for the dates that there are, as ops call it."""

SENDING = ("CreateView", "UpdateView", "DeleteView", "FormView", "FormMixin", "ModelFormMixin")
VIEWS = (*LISTING, *SHOWING, "View", "TemplateView", "CreateView", "FormView", "RedirectView", *rest_framework.VIEWS)
"""The last part of the names of Django's views."""

OF_DJANGO = ("django.", "rest_framework.")

RUN = ("dispatch", "get", "get_queryset", "get_object", "get_context_data")
"""What Django calls of a class-based view that answers GET, of its own methods, in order."""

NATIVE = {"get": GET, "post": POST, "form_valid": VALID}
"""Methods of a view that are written for it, by the names that they have in Django."""

SILENT = frozenset(("setup", GOING, "get_initial", "get_form_kwargs", "get_context_object_name", "get_paginate_by"))
"""Methods of Django's that ask for nothing."""

INHERITED = frozenset((
    *RUN, *NATIVE, *SILENT, "render_to_response", "get_form", "get_form_class", "get_success_url", "form_invalid",
    *rest_framework.SHOWN_BY,
))  # fmt: skip
"""Methods of a view that Django has where the class does not."""

SUFFIXES = (
    (("CreateView", "UpdateView"), "form"), (("DeleteView",), "confirm_delete"), (LISTING, "list"), (SHOWING, "detail"),
)  # fmt: skip
"""What the name of a template ends with, where a view says none, by what the view is."""


def is_view(s: State, cls: Value, *ends: str) -> bool:
    """Whether a class derives from one of Django's views, or from what is called like one by a library upon Django."""
    if s.kinds[cls] != CLASS:
        return False
    named = [name for name in classes.outside_names(s, cls) if name.rpartition(".")[2] in (ends or VIEWS)]
    return any(name.startswith(OF_DJANGO) for name in named) or (bool(named) and may_be_there(s))


def is_object(s: State, value: Value) -> bool:
    """Whether a value is a view."""
    return s.kinds[value] == INST and is_view(s, s.rows[value].cls)


def template_modules(s: State, cls: Value) -> list[str]:
    """The templates of a view: by `template_name`, or named for its model."""
    names = texts(s, cls, "template_name")
    if not names:
        suffix = next((suffix for kinds, suffix in SUFFIXES if is_view(s, cls, *kinds)), "")
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
    listed = (
        classes.held(s, cls, "queryset") if is_asked(s) else s.holds(queryset_of(s, s.of(INST, cls, 0), cls, NO_SITE))
    )
    queries = [key_of(s, v) for v in listed]
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
        return
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


def is_asked(s: State) -> bool:
    """Whether the action begins with a request, not with a single method of a view."""
    return any(s.names[s.a_function[aid]].endswith(tuple(ASKED.values())) for aid in s.entries)


def inherited(s: State, call: Call, name: str, view: Value) -> bool:
    """A method of a view that is Django's: super().get_context_data(), self.get_queryset()."""
    cls = s.rows[view].cls
    if name == "get_context_data":
        fill(s, call, view, cls)
    elif name == "get_queryset":
        inherited_queryset(s, view, cls, call.dst)
    elif name == "get_object" and is_view(s, cls, *rest_framework.VIEWS):
        rest_framework.find_object(s, call, view, on_one)
    elif name == "get_object" and is_asked(s):
        given = argument(call, 0, "queryset")
        s.watch(asked_queryset(s, call, view) if given is None else given, on_one, call)
    elif name == "get_object":
        s.watch(queryset_of(s, view, cls, call.site), on_one, call)
    elif name in rest_framework.SHOWN_BY:
        rest_framework.inherited(s, call, name, view)
    elif name == "dispatch" and is_asked(s):
        dispatch(s, call, view)
    elif name in NATIVE and rest_framework.acts(s, call, view, NATIVE[name]):
        pass
    elif name in ("get", "dispatch"):
        answer(s, call, view, cls)
    elif name == "render_to_response":
        render(s, call, cls)
    elif name == "get_form":
        make_form(s, call, view)
    elif name == "get_form_class":
        form_classes(s, cls, call.dst)
    elif name == "get_success_url":
        s.watch(s.field(view, "object"), on_saved, call)
    elif name == "form_invalid":
        show_again(s, call, view)
    elif name not in SILENT:
        return False
    s.answer(call.site)
    return True


def dispatch(s: State, call: Call, view: Value) -> None:
    """super().dispatch(request): the method of the view that answers the request, its own or Django's."""
    cls = s.rows[view].cls
    known = s.asked_for.get(s.names[s.rows[cls].function], {}) if s.kinds[cls] == CLASS else {}
    for method in sorted(known.get("method", ASKED)):
        name = method.lower()
        given = call._replace(kind="callback")
        if not call_own(s, view, cls, name, given) and name in NATIVE:
            rest_framework.acts(s, given, view, NATIVE[name])


def render(s: State, call: Call, cls: Value) -> None:
    """self.render_to_response(context): its template, with what context processors add for the request."""
    context = call.pos[0][0] if call.pos else s.variable()
    if is_asked(s):
        s.watch(context, on_context, call.site)
    named = s.variable()
    if asks_in_turn(s, call.site, s.of(INST, cls, 0), "get_template_names", dst=named):
        s.watch(named, templates.on_name, templates.Rendering(call.site, context))
        return
    for module in template_modules(s, cls):
        templates.run(s, module, templates.Rendering(call.site, context))


@sees(BOX)
def on_context(s: State, site: Site, box: Value) -> None:
    """The context of a template that is rendered for a request."""
    if s.rows[box].box_kind == "dict":
        templates.processors(s, site, rest_requests.request_of(s), box)


# forms


def form_classes(s: State, cls: Value, out: Var) -> None:
    """The class of the form of a view: the one that it names, or that is written for it."""
    for name in ("form_class", FORM):
        found = classes.find(s, cls, name)
        if isinstance(found, classes.Own):
            s.flow(found.var, out)
            return


def make_form(s: State, call: Call, view: Value) -> None:
    """self.get_form(): an object of that class."""
    made, cls = s.variable(), s.rows[view].cls
    for name in ("get_initial", "get_form_kwargs"):
        asks_in_turn(s, call.site, view, name)
    if not asks_in_turn(s, call.site, view, "get_form_class", dst=made):
        form_classes(s, cls, made)
    for var, _ in call.pos[:1]:
        s.flow(var, made)
    s.watch(made, on_form_class, call._replace(pos=(), kw=()))


@sees(CLASS)
def on_form_class(s: State, call: Call, cls: Value) -> None:
    """One class of forms."""
    s.apply(s, call, cls)


def on_saved(s: State, call: Call, value: Value) -> None:
    """self.get_success_url(): the row that was saved says where it is shown."""
    if s.kinds[value] == INST and s.kinds[s.rows[value].cls] == CLASS:
        call_own(s, value, s.rows[value].cls, "get_absolute_url", Call(call.site, NOWHERE, (), (), "callback"))


def show_again(s: State, call: Call, view: Value) -> None:
    """super().form_invalid(form): the form is shown with what is wrong."""
    cls, context = s.rows[view].cls, s.variable()
    named = tuple(("form", var) for var, _ in call.pos[:1])
    asked = Call(call.site, context, (), named, "callback")
    if not call_own(s, view, cls, "get_context_data", asked):
        fill(s, asked, view, cls)
    render(s, call._replace(pos=((context, False),), kw=()), cls)


# rows


def asked_queryset(s: State, call: Call, view: Value) -> Var:
    """The variable of the rows of a view, which its own method is asked for at a call site."""
    out = s.variable()
    if not asks_in_turn(s, call.site, view, "get_queryset", dst=out):
        inherited_queryset(s, view, s.rows[view].cls, out)
    return out


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
    if is_view(s, cls, *SENDING) and is_asked(s) and all(name != "form" for name, _ in call.kw):
        form = s.variable()
        containers.put(s, box, s.of(STR, "form"), form)
        asked = Call(call.site, form, (), (), "callback")
        if not call_own(s, view, cls, "get_form", asked):
            make_form(s, asked, view)
    if is_view(s, cls, *LISTING):
        listed = s.field(view, "object_list") if is_asked(s) else queryset_of(s, view, cls, call.site)
        s.watch(listed, on_listed, (call, box, cls))
    elif is_view(s, cls, *SHOWING) and is_asked(s):
        s.watch(s.field(view, "object"), on_object, (box, cls))
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
    if is_view(s, cls, *DATED):
        does(s, call.site, DATES, call.kind)
        default = "latest"
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


def on_object(s: State, data: tuple[Value, Value], value: Value) -> None:
    """The row that a view has fetched, or what else it calls its object."""
    box, cls = data
    shown = s.variable()
    s.add(shown, value)
    is_own = s.kinds[value] == INST and s.kinds[s.rows[value].cls] == CLASS
    named = texts(s, cls, "context_object_name") or ([name_of(s, s.rows[value].cls).lower()] if is_own else [])
    for name in ("object", *named):
        containers.put(s, box, s.of(STR, name), shown)

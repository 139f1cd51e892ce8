"""What Django's REST framework does around a view: who asks, whether they may, which rows, and which page of them.

Who it is is asked before each view, by the first of its authentication classes: its own, those of the settings, or the
framework's; then each of its permissions. These run where the view asks for them (`self.initial`, `self.get_object`):
a method of its own, which does not, has them at the first thing that it asks for itself. Assumes that the first of the
authentication classes knows who it is. Of programs without settings nothing of that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from code_path_audit.callgraph.frameworks import django_settings, django_users
from code_path_audit.callgraph.frameworks.django_querysets import begins, evaluate, query
from code_path_audit.callgraph.frameworks.reporting import asks_in_turn, does
from code_path_audit.callgraph.frameworks.row_values import Query, key_of, place
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.heap.modules import load, module_names
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, EXT, FUNC, INST, MODULE, STR
from code_path_audit.callgraph.solver.ids import NO_SITE, NOWHERE, Function, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State
from code_path_audit.facts.rest_views import ACTIONS, MARKED, PAGE

D = TypeVar("D")

SETTING = "REST_FRAMEWORK"

SESSION = "SessionAuthentication"

NAMED = {
    "authentication_classes": ("DEFAULT_AUTHENTICATION_CLASSES", ("rest_framework.authentication." + SESSION,)),
    "permission_classes": ("DEFAULT_PERMISSION_CLASSES", ()),
    "filter_backends": ("DEFAULT_FILTER_BACKENDS", ()),
    "pagination_class": ("DEFAULT_PAGINATION_CLASS", ()),
}  # fmt: skip
"""What a view names: the key of the settings that does so for all views, and what there is where neither does."""

ASKING = ("TokenAuthentication", "BasicAuthentication", "JWTAuthentication")
"""Classes that find out who asks, by the end of their name: those behind the first ask the database once each."""

AUTHENTICATED = "rest_framework.authentication"
"""What finds out who asks, as ops call it, with the name of the class behind it."""

MODEL_PERMISSIONS = ("DjangoModelPermissions", "DjangoObjectPermissions", "DjangoModelPermissionsOrAnonReadOnly")

COUNTED = "django.core.paginator.Paginator.count"
COUNTING = ("PageNumberPagination", "LimitOffsetPagination")
PAGING = (*COUNTING, "CursorPagination")
SIZES = ("page_size", "default_limit")

HOOKS = ("get_", "perform_", "check_", "filter_", "paginate_", "initial", "dispatch", "handle_", "finalize_")
"""How the names of methods begin that a view has for the framework: they answer no request by themselves."""

INHERITED = frozenset(("initial", "check_permissions", "check_object_permissions", "paginate_queryset", PAGE))


def know(s: State, root: str, cls: Value) -> None:
    """Remember which request an entry point answers that is a method of a view."""
    name = root.rpartition(".")[2]
    known: dict[str, frozenset[str]] = {}
    action = name.strip("<>") if name in MARKED else name
    method = name.strip("<>").upper()
    if action in ACTIONS:
        known = {"action": frozenset((action,)), "method": frozenset((ACTIONS[action],))}
    elif method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
        known = {"method": frozenset((method,))}
    elif not name.startswith(("_", *HOOKS)) and s.program.facts(root).kind == "function":
        known = {"action": frozenset((name,)), **s.asked_for.get(root, {})}
    for above in classes.order(s, cls):
        if s.kinds[above] == CLASS:
            around = s.names[s.rows[above].function]
            before = s.asked_for.get(around)
            # what one entry point of several leaves open is open
            s.asked_for[around] = (
                known if before is None else {key: before[key] | known[key] for key in known if key in before}
            )


def member(s: State, data: Read, base: Value) -> bool:
    """self.action"""
    if data.name != "action" or s.kinds[base] != INST or not s.asked_for:
        return False
    cls = s.rows[base].cls
    known = s.asked_for.get(s.names[s.rows[cls].function]) if s.kinds[cls] == CLASS else None
    for text in sorted((known or {}).get("action", ())):
        s.add(data.dst, s.of(STR, text))
    return bool(known) and "action" in (known or {})


# what views and settings name


def of_settings(s: State, key: str) -> list[Value] | None:
    """What REST_FRAMEWORK has under a key, as classes; None where it has not."""
    found: list[Value] | None = None
    for module in django_settings.modules(s):
        for box in s.holds(s.field(s.of(MODULE, module), SETTING)) if SETTING in module_names(s, module) else ():
            for name, var in containers.by_text(s, box) if s.kinds[box] == BOX else ():
                if name == key:
                    held = s.holds(var)
                    held += [v for v in held if s.kinds[v] == BOX for v in s.holds(s.field(v, "*"))]
                    found = [cls for v in held if s.kinds[v] == STR for cls in by_name(s, s.rows[v].text)]
    return found


def by_name(s: State, dotted: str) -> list[Value]:
    """The classes of a dotted name, of the source or outside."""
    module, _, name = dotted.rpartition(".")
    if module not in s.program.modules:
        return [s.of(EXT, dotted)]
    load(s, module, NO_SITE)
    return [v for v in s.holds(s.field(s.of(MODULE, module), name)) if s.kinds[v] == CLASS]


def named(s: State, cls: Value | None, attribute: str) -> list[Value]:
    """The classes that a view names, or the settings for it; those for a function are of the settings."""
    own = classes.find(s, cls, attribute) if cls is not None else None
    if isinstance(own, classes.Own):
        held = s.holds(own.var)
        held += [v for box in held if s.kinds[box] == BOX for v in s.holds(s.field(box, "*"))]
        return [v for v in held if s.kinds[v] in (CLASS, EXT)]
    key, others = NAMED[attribute]
    found = of_settings(s, key)
    if found is None:
        found = [s.of(EXT, name) for name in others] if django_settings.modules(s) else []
    return found


def ends(s: State, cls: Value, names: tuple[str, ...]) -> str:
    """Which of some names a class has, or one above it."""
    above = classes.outside_names(s, cls) if s.kinds[cls] == CLASS else [s.rows[cls].dotted]
    lasts = [name.rpartition(".")[2] for name in above]
    return next((name for name in names if name in lasts), "")


# before the view


def inherited(s: State, call: Call, name: str, view: Value) -> None:
    """self.initial(request), self.paginate_queryset(orders): what is the framework's."""
    cls = s.rows[view].cls
    if name == "initial":
        if is_asked_here(s, call.site):
            before(s, call.site, cls)
    elif name == "check_permissions":
        then(s, on_permissions, (call.site, cls, NOWHERE))
    elif name == "check_object_permissions":
        for var, _ in call.pos[1:2]:
            then(s, on_permissions, (call.site, cls, var))
    elif call.pos:
        then(s, on_page, (call, cls, name == PAGE))


def is_asked_here(s: State, site: Site) -> bool:
    """Whether what stands before a view is not told already at a method of its own that asks for what it inherits."""
    begun = [s.names[s.a_function[aid]] for aid in s.entries]
    is_unwritten = s.names[s.a_function[site.activation]].endswith(MARKED)
    return not is_unwritten or any(name.endswith(MARKED) for name in begun)


def then(s: State, handler: Callable[[State, D, None], None], data: D) -> None:
    """Does something once the settings are read, and what they name is loaded."""
    django_settings.modules(s)
    s.later(on_settings, (handler, data), None)


def on_settings(s: State, then: tuple[Callable[[State, D, None], None], D], _: None) -> None:
    """The settings are read: what they name is loaded."""
    for key, _others in NAMED.values():
        of_settings(s, key)
    handler, data = then
    s.later(handler, data, None)


def before(s: State, site: Site, cls: Value | None) -> None:
    """What is asked before a view, a class or (None) a function: who it is, and whether they may."""
    then(s, on_before, (site, cls))


def on_before(s: State, data: tuple[Site, Value | None], _: None) -> None:
    """The first of the classes that find out who it is, and the permissions."""
    site, cls = data
    for value in named(s, cls, "authentication_classes")[:1]:
        authenticate(s, site, value)
    if cls is not None:
        on_permissions(s, (site, cls, NOWHERE), None)


class Functions:
    """Functions that the framework makes a view of."""

    def __init__(self) -> None:
        self.views: set[Function] = set()


VIEW = "rest_framework.decorators.api_view"


def decorates(s: State, dotted: str, below: Var) -> None:
    """@api_view(["GET"])"""
    if dotted == VIEW:
        s.watch(below, on_view, None)


@sees(FUNC)
def on_view(s: State, _: None, value: Value) -> None:
    """The function below the decorator."""
    s.tables[Functions].views.add(s.rows[value].function)


def is_decorated(s: State, value: Value) -> bool:
    """Whether a function is a view by a decorator."""
    return s.rows[value].function in s.tables[Functions].views


def authenticate(s: State, site: Site, value: Value) -> None:
    """Who it is: asked by a class of the source, or one of the framework's."""
    if s.kinds[value] == CLASS:
        asked = s.of(INST, value, 0)
        for name in ("authenticate", "authenticate_credentials"):
            if asks_in_turn(s, site, asked, name, request_of(s)):
                s.constructed[value] = None
                return
    known = ends(s, value, (SESSION, *ASKING))
    if known == SESSION:
        django_users.ask_session(s, site)
    elif known:
        does(s, site, f"{AUTHENTICATED}.{known}", "callback")


def request_of(s: State) -> Var:
    """A variable with the request."""
    var = s.variable()
    s.add(var, s.instance(django_users.REQUEST))
    return var


def on_permissions(s: State, data: tuple[Site, Value, Var], _: None) -> None:
    """Whether they may: of one row, where that is given."""
    site, cls, _row = data
    view = s.of(INST, cls, 0)
    given = s.variable()
    if asks_in_turn(s, site, view, "get_permissions", dst=given):
        s.watch(given, on_permissions_given, data)
        return
    for value in named(s, cls, "permission_classes"):
        permit(s, data, value)


def on_permissions_given(s: State, data: tuple[Site, Value, Var], value: Value) -> None:
    """What `get_permissions` of a view gives: a list of objects."""
    if s.kinds[value] == BOX:
        s.watch(containers.all_field(s, value), on_permission, data)


def on_permission(s: State, data: tuple[Site, Value, Var], value: Value) -> None:
    """One of them."""
    if s.kinds[value] == INST:
        permit(s, data, s.rows[value].cls)


def permit(s: State, data: tuple[Site, Value, Var], value: Value) -> None:
    """One permission is asked."""
    site, cls, row = data
    if s.kinds[value] != CLASS:
        return
    view = s.variable()
    s.add(view, s.of(INST, cls, 0))
    s.constructed[value] = None
    asked = s.of(INST, value, 0)
    if row == NOWHERE:
        asks_in_turn(s, site, asked, "has_permission", request_of(s), view)
    else:
        asks_in_turn(s, site, asked, "has_object_permission", request_of(s), view, row)


# rows


def filtered(s: State, call: Call, cls: Value, rows: Var) -> None:
    """self.filter_queryset(orders): by what the source has for it, or as they are."""
    then(s, on_filters, (call, cls, rows))


def on_filters(s: State, data: tuple[Call, Value, Var], _: None) -> None:
    """What filters the rows of a view."""
    call, cls, rows = data
    view, out, is_own = s.variable(), s.variable(), False
    s.watch(out, on_filtered, call.dst)
    s.add(view, s.of(INST, cls, 0))
    for value in named(s, cls, "filter_backends"):
        if s.kinds[value] == CLASS:
            asked = s.of(INST, value, 0)
            is_own |= asks_in_turn(s, call.site, asked, "filter_queryset", request_of(s), rows, view, dst=out)
    if not is_own:
        s.flow(rows, call.dst)


def on_filtered(s: State, dst: Var, value: Value) -> None:
    """What a filter gives: rows."""
    if key_of(s, value) is not None or s.kinds[value] == BOX:
        s.add(dst, value)


def paging(s: State, cls: Value) -> str:
    """How a view is paged, by the class that does it; "" for not at all."""
    for value in named(s, cls, "pagination_class"):
        found = ends(s, value, PAGING)
        own = s.kinds[value] == CLASS and any(isinstance(classes.find(s, value, n), classes.Own) for n in SIZES)
        if found and (own or found == PAGING[-1] or has_size(s)):
            return found
    return ""


def has_size(s: State) -> bool:
    """Whether the settings say how long a page is."""
    return any(
        name == "PAGE_SIZE"
        for module in django_settings.modules(s)
        for box in (s.holds(s.field(s.of(MODULE, module), SETTING)) if SETTING in module_names(s, module) else ())
        for name, _ in (containers.by_text(s, box) if s.kinds[box] == BOX else ())
    )


def on_page(s: State, data: tuple[Call, Value, bool], _: None) -> None:
    """A page of the rows of a view; all of them, where there are no pages and that is asked for, or no settings."""
    call, cls, in_any_case = data
    how = paging(s, cls)
    if how:
        s.watch(call.pos[0][0], on_paged, (call, how in COUNTING))
    elif in_any_case or not django_settings.modules(s):
        s.flow(call.pos[0][0], call.dst)


def on_paged(s: State, data: tuple[Call, bool], value: Value) -> None:
    """What is cut: the rows of a queryset, or a list."""
    call, counts = data
    key = key_of(s, value)
    if isinstance(key, Query):
        if counts and not key.is_done:
            does(s, call.site, COUNTED, call.kind)
        begins(s, place(s, call.site), key.made)
        page = key._replace(made=place(s, call.site))
        evaluate(s, call.site, query(s, page), page, "__iter__", call.kind)
        s.add(call.dst, query(s, page._replace(is_done=True)))
    elif s.kinds[value] == BOX:
        s.add(call.dst, value)

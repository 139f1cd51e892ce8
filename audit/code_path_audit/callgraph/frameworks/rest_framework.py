"""Views of Django's REST framework: what they have of it, and what it runs beside their methods.

What a generic view does for a request is a function that `facts/rest_views.py` gives its class: its calls of methods of
the framework are carried out here, with those of the class. A view that is an entry point by another method has what
stands before it in front: see `rest_requests.py`. One that is named as a whole lists its queryset with its serializer:
that is a further entry point, and so are the methods of its permissions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from code_path_audit.callgraph.frameworks import rest_requests, rest_serializers
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.frameworks.reporting import asks_in_turn
from code_path_audit.callgraph.functions.invocation import bind_and_call, call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, FUNC, INST
from code_path_audit.callgraph.solver.ids import BEFORE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State
from code_path_audit.facts.rest_views import ACTIONS, MARKED, marked
from code_path_audit.facts.schemas import EACH

LISTING = ("ListAPIView", "ListCreateAPIView", "ModelViewSet", "ReadOnlyModelViewSet", "ListModelMixin")
VIEWS = (
    *LISTING, "APIView", "GenericAPIView", "CreateAPIView", "RetrieveAPIView", "UpdateAPIView", "DestroyAPIView",
    "RetrieveUpdateAPIView", "RetrieveDestroyAPIView", "RetrieveUpdateDestroyAPIView", "ViewSet", "GenericViewSet",
)  # fmt: skip
"""The last part of the names of the framework's views."""

ASKED = ("list", "get", "get_queryset", "get_serializer_class")
"""Methods of a view that stand for its list, where they are the entry point."""

GUARDS = {
    "permission_classes": ("has_permission", "has_object_permission"), "authentication_classes": ("authenticate",),
    "filter_backends": ("filter_queryset",), "throttle_classes": ("allow_request",),
}  # fmt: skip
"""What a view names beside its rows, and the methods of it that run for each request."""

FILTERING = "filter_queryset"
"""The method of those that is given the rows."""

PERFORMED = {"perform_create": "save", "perform_update": "save", "perform_destroy": "delete"}
"""Methods of a view that the framework has, and the method of what it is given that each calls."""

ANSWERING = ("get_paginated_response", "get_serializer_context", "get_success_headers", "finalize_response")
"""Methods of a view that the framework has, and that cost nothing."""

SHOWN_BY = frozenset((
    "get_serializer", "get_serializer_class", "filter_queryset", *PERFORMED, *ACTIONS, *ANSWERING,
    *rest_requests.INHERITED,
))  # fmt: skip
"""Methods of a view that the framework has."""

Entry = tuple[str, Value, Value]


def serializers_of(s: State, view: Value, cls: Value, site: Site) -> Var:
    """The variable of the classes that a view shows its rows with."""
    out = s.field(view, "#serializers")
    named = classes.find(s, cls, "serializer_class")
    is_own = call_own(s, view, cls, "get_serializer_class", Call(site, out, (), (), "callback"))
    if isinstance(named, classes.Own) and not is_own:
        s.flow(named.var, out)
    return out


def inherited(s: State, call: Call, name: str, view: Value) -> None:
    """self.get_serializer(orders, many=True), self.list(request): what is the framework's."""
    cls = s.rows[view].cls
    if name in ACTIONS:
        acts(s, call, view, marked(name))
    elif name in rest_requests.INHERITED:
        rest_requests.inherited(s, call, name, view)
    elif name == "get_serializer":
        s.watch(serializers_of(s, view, cls, call.site), on_serializer, call)
    elif name == "get_serializer_class":
        named = classes.find(s, cls, "serializer_class")
        if isinstance(named, classes.Own):
            s.flow(named.var, call.dst)
    elif name == "filter_queryset":
        for var, _ in call.pos[:1]:
            rest_requests.filtered(s, call, cls, var)
    elif name in PERFORMED:
        for var, _ in call.pos[:1]:
            s.watch(var, on_performed, (call, PERFORMED[name]))


def acts(s: State, call: Call, view: Value, name: str) -> bool:
    """super().list(request): what the framework does, by the function of the class that stands next to it, which has a
    name of its own: whether there is one."""
    cls = s.rows[view].cls
    for owner in reversed(classes.order(s, cls)):
        named = s.field(owner, name) if s.kinds[owner] == CLASS else None
        found = [s.rows[v].function for v in s.holds(named) if s.kinds[v] == FUNC] if named is not None else []
        if named is not None and found:
            if s.a_function[call.site.activation] not in found:
                s.watch(named, bind_and_call, (view, cls, call._replace(kind="callback")))
            return True
    return False


def on_performed(s: State, data: tuple[Call, str], value: Value) -> None:
    """self.perform_create(serializer): it is saved, or the row deleted."""
    call, name = data
    method = s.variable()
    s.read(s, Read(method, name, call.site), value)
    s.watch(method, s.apply, Call(call.site, call.dst, (), (), "call"))


def find_object(s: State, call: Call, view: Value, found: Callable[[State, Call, Value], None]) -> None:
    """self.get_object(): one of the rows that the view has, filtered, which they may be asked for."""
    cls, rows, filtered = s.rows[view].cls, s.variable(), s.variable()
    if not asks_in_turn(s, call.site, view, "get_queryset", dst=rows):
        method = s.variable()
        s.read(s, Read(method, "get_queryset", call.site), view)
        s.watch(method, s.apply, Call(call.site, rows, (), (), "call"))
    rest_requests.filtered(s, call._replace(dst=filtered), cls, rows)
    s.watch(filtered, found, call)
    rest_requests.then(s, rest_requests.on_permissions, (call.site, cls, call.dst))


@sees(CLASS)
def on_serializer(s: State, call: Call, cls: Value) -> None:
    """The class that a view shows its rows with."""
    if rest_serializers.is_serializer(s, cls):
        rest_serializers.constructs(s, call, cls)
        s.add(call.dst, rest_serializers.object_of(s, call, cls) or s.of(INST, cls, 0))


def further(s: State, cls: Value, asked: str, rows: Var) -> Iterator[tuple[Entry, Var | None]]:
    """What runs beside a method of a view, or the view itself (`asked` is ""): functions, and rows for them."""
    view = s.of(INST, cls, 0)
    if asked in MARKED:
        return  # it asks itself
    for name, methods in GUARDS.items() if asked in ("", *ASKED[2:]) else ():
        for box in classes.held(s, cls, name):
            for guard in s.holds(s.field(box, "*")) if s.kinds[box] == BOX else ():
                if s.kinds[guard] == CLASS:
                    for method in methods:
                        given = rows if method == FILTERING else None
                        yield from ((entry, given) for entry in of_method(s, guard, method))
    has_own = any(isinstance(classes.find(s, cls, name), classes.Own) for name in ("list", "get"))
    if has_own or asked not in ("", *ASKED) or not is_listing(s, cls):
        return
    around = s.module_aids[s.modules[s.rows[cls].function]]
    shown_with = serializers_of(s, view, cls, Site(around, BEFORE))
    s.run(s.tables[Reading].begin)
    for serializer in s.holds(shown_with):
        for value in classes.held(s, serializer, EACH) if s.kinds[serializer] == CLASS else ():
            if s.kinds[value] == FUNC:
                shown = s.of(INST, serializer, (s.rows[cls].function, -1))
                yield (s.names[s.rows[value].function], value, shown), rows


def is_listing(s: State, cls: Value) -> bool:
    """Whether a view lists rows."""
    return any(name.rpartition(".")[2] in LISTING for name in classes.outside_names(s, cls))


def of_method(s: State, cls: Value, name: str) -> Iterator[Entry]:
    """A method of an object that the framework makes of a class."""
    for value in classes.held(s, cls, name):
        if s.kinds[value] == FUNC:
            s.constructed[cls] = None
            yield s.names[s.rows[value].function], value, s.of(INST, cls, 0)

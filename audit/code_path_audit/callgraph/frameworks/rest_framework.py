"""Django's REST framework: serializers read the rows that they are given, generic views and viewsets do so themselves.

`OrderSerializer(orders, many=True)` reads each field of each row, by the functions that `facts/schemas.py` gives its
class; so does `self.get_serializer(...)` of a view. A view that has no method of its own for what is asked lists its
queryset with its serializer: that is a further entry point, and so are the methods of its permissions. Assumes that
whoever makes a serializer with rows asks for their data, and that a view without methods is asked for its list.
"""

from __future__ import annotations

from collections.abc import Iterator

from code_path_audit.callgraph.frameworks import django_forms
from code_path_audit.callgraph.frameworks.django_models import Models
from code_path_audit.callgraph.frameworks.reading import Reading
from code_path_audit.callgraph.frameworks.row_values import Manager, key_of
from code_path_audit.callgraph.frameworks.schemas import reads
from code_path_audit.callgraph.functions.arguments import argument, keyword, truth_of_keyword
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, FUNC, INST
from code_path_audit.callgraph.solver.ids import BEFORE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State
from code_path_audit.facts.schemas import BY_KEY_MARK, EACH, FIELDS, SERIALIZER

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

SHOWN_BY = frozenset(("get_serializer", "filter_queryset", "paginate_queryset"))
"""Methods of a view that the framework has."""

Entry = tuple[str, Value, Value]


def is_serializer(s: State, cls: Value) -> bool:
    """Whether a class is one of serializers."""
    return any(SERIALIZER in name.rpartition(".")[2] for name in classes.outside_names(s, cls))


def constructs(s: State, call: Call, cls: Value) -> None:
    """OrderSerializer(orders, many=True): what it is given is read, where it is one of serializers."""
    instance = argument(call, 0, "instance")
    if instance is not None and is_serializer(s, cls):
        shows(s, call, cls, instance)


def shows(s: State, call: Call, cls: Value, instance: Var) -> None:
    """The fields of what a serializer is given are read at a call."""
    is_one = keyword(call, "many") is None or truth_of_keyword(s, call, "many") is False
    reads(s, call.site, s.of(INST, cls, 0), FIELDS if is_one else EACH, instance)


def saves(s: State, call: Call, serializer: Value) -> bool:
    """serializer.save(): a row of the model that `Meta` names is saved, where the class does not say how itself."""
    if s.kinds[serializer] != INST:
        return False
    cls = s.rows[serializer].cls
    if s.kinds[cls] != CLASS or not is_serializer(s, cls):
        return False
    if any(isinstance(classes.find(s, cls, name), classes.Own) for name in ("create", "update")):
        return False
    return django_forms.save(s, call, serializer)


def serializers_of(s: State, view: Value, cls: Value, site: Site) -> Var:
    """The variable of the classes that a view shows its rows with."""
    out = s.field(view, "#serializers")
    call_own(s, view, cls, "get_serializer_class", Call(site, out, (), (), "callback"))
    named = classes.find(s, cls, "serializer_class")
    if isinstance(named, classes.Own):
        s.flow(named.var, out)
    return out


def inherited(s: State, call: Call, name: str, view: Value) -> None:
    """self.get_serializer(orders, many=True), self.filter_queryset(orders): what is the framework's."""
    cls = s.rows[view].cls
    if name == "get_serializer":
        instance = argument(call, 0, "instance")
        if instance is not None:
            s.watch(serializers_of(s, view, cls, call.site), on_serializer, (call, instance))
    else:
        for var, _ in call.pos[:1]:
            s.flow(var, call.dst)


@sees(CLASS)
def on_serializer(s: State, data: tuple[Call, Var], cls: Value) -> None:
    """The class that a view shows its rows with."""
    call, instance = data
    shows(s, call, cls, instance)
    s.add(call.dst, s.of(INST, cls, 0))


def further(s: State, cls: Value, asked: str, rows: Var) -> Iterator[tuple[Entry, Var | None]]:
    """What runs beside a method of a view, or the view itself (`asked` is ""): functions, and rows for them."""
    view = s.of(INST, cls, 0)
    for name, methods in GUARDS.items():
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


# fields that are shown by their key


def shown_by_key(s: State, data: Read, base: Value) -> bool:
    """A field that `Meta.fields` names: a relation to one is shown by the key that the row has, one to many by those of
    its rows, anything else as it is."""
    if not data.name.startswith(BY_KEY_MARK) or s.kinds[base] != INST:
        return False
    name = data.name.removeprefix(BY_KEY_MARK)
    relations = s.tables[Models].relations
    for value in classes.held(s, s.rows[base].cls, name):
        relation = relations.get(value)
        if relation is not None and relation.kind != "many":
            return True
    read = s.variable()
    s.read(s, Read(read, name, data.site), base)
    s.watch(read, on_shown_by_key, data)
    return True


def on_shown_by_key(s: State, data: Read, value: Value) -> None:
    """What a field gives: the rows of a manager."""
    if isinstance(key_of(s, value), Manager):
        bound = s.variable()
        s.read(s, Read(bound, "all", data.site), value)
        s.watch(bound, s.apply, Call(data.site, data.dst, (), (), "call"))

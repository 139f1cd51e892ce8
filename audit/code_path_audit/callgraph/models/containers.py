"""Models: containers and iterators: list, sorted, dict, zip, enumerate, max, next, itertools."""

from __future__ import annotations

from collections.abc import Sequence

from code_path_audit.callgraph.functions.arguments import keyword
from code_path_audit.callgraph.functions.invocation import call_back_into
from code_path_audit.callgraph.heap import classes, containers
from code_path_audit.callgraph.language.container_methods import on_hashed
from code_path_audit.callgraph.language.iteration import on_iterator
from code_path_audit.callgraph.language.operators import compared, truth
from code_path_audit.callgraph.language.special_methods import special
from code_path_audit.callgraph.library.awaitables import awaitable
from code_path_audit.callgraph.library.calls import gives_its_type
from code_path_audit.callgraph.library.default_factories import defaulting
from code_path_audit.callgraph.models.arguments import Iterated, element, plain
from code_path_audit.callgraph.solver.abstract_values import BOX, INST, NONE, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Iteration, Model, State


def container(kind: str) -> Model:
    """list(xs), set(xs), sorted(xs, key=f), reversed(xs) ...: a new container with the elements."""

    def model(s: State, call: Call, value: Value) -> bool:
        box = s.box(kind, call.site)
        out = s.field(box, "?")
        containers.all_field(s, box)
        s.open_boxes.add(box)
        for var in plain(call)[:1]:
            item = element(s, var, call)
            s.sized_by[box] = var
            s.flow(item, out)
            if s.rows[value].dotted == "builtins.sorted":
                ordered(s, call, item, "lt")
            if kind == "set":
                s.watch(item, on_hashed, call)
            if s.rows[value].dotted == "builtins.reversed":
                s.watch(var, on_reversed, call)
        s.add(call.dst, box)
        return True

    return model


def ordered(s: State, call: Call, item: Var, name: str) -> None:
    """sorted, max, min: elements are compared with one another, or what the key says of them."""
    key = keyword(call, "key")
    if key is None:
        compared(s, item, name, call.site)
    else:
        given = s.variable()
        s.watch(key, call_back_into, (call.site, (item,), given))
        s.watch(key, on_no_key, (item, name, call.site))
        compared(s, given, name, call.site)


@sees(NONE)
def on_no_key(s: State, data: tuple[Var, str, Site], value: Value) -> None:
    """key=None"""
    compared(s, *data)


def on_reversed(s: State, call: Call, value: Value) -> None:
    """reversed(): by __reversed__, or by length and index."""
    inner = Call(call.site, NOWHERE, (), (), "iterate")
    in_c = s.kinds[value] == INST and classes.is_walked_in_c(s, value)
    if not special(s, value, "__reversed__", inner) and not in_c:
        special(s, value, "__len__", inner)
        special(s, value, "__getitem__", inner)


def on_summed(s: State, data: tuple[Call, Var], value: Value) -> None:
    """sum() adds each element to what there is."""
    call, item = data
    inner = Call(call.site, call.dst, ((item, False),), (), "operator")
    special(s, value, "__radd__", inner)
    special(s, value, "__add__", inner)


def dictionary(s: State, call: Call, value: Value) -> bool:
    """dict(), OrderedDict(), UserDict(), defaultdict(factory)"""
    box = s.box("dict", call.site)
    containers.all_field(s, box)
    s.open_boxes.add(box)
    args = plain(call)
    if s.rows[value].dotted.endswith("defaultdict"):
        for var in args[:1]:
            defaulting(s, box, var, call.site)
        args = args[1:]
    containers.update(s, box, "dict", args, Call(call.site, NOWHERE, (), call.kw, call.kind, call.evidence))
    s.add(call.dst, box)
    return True


def counter(s: State, call: Call, value: Value) -> bool:
    """Counter(xs): the elements are the keys, and are hashed; Counter(mapping), Counter(name=1)"""
    box = s.box("dict", call.site)
    containers.all_field(s, box)
    s.open_boxes.add(box)
    s.add(s.field(box, "?"), s.instance("builtins.int"))
    for var in plain(call)[:1]:
        s.tables[Iterated].rows.append((var, call))
        s.watch(var, on_counted, (box, call))
    containers.update(s, box, "dict", [], call)
    return True


def on_counted(s: State, data: tuple[Value, Call], value: Value) -> None:
    """One value whose elements are counted, or a mapping of counts."""
    box, call = data
    mapping = classes.box_of(s, value) if s.kinds[value] == INST else value
    if mapping is not None and s.kinds[mapping] == BOX and s.rows[mapping].box_kind == "dict":
        containers.on_update(s, (box, "dict", call.site), value)
        return
    item = s.variable()
    s.on_iterate(s, Iteration(item, call.site, False), value)
    s.watch(item, on_hashed, call)
    s.flow(item, s.field(box, "keys"))


def from_keys(s: State, call: Call, value: Value) -> bool:
    """dict.fromkeys(keys, x): x under each key."""
    args = plain(call)
    box = s.box("dict", call.site)
    containers.all_field(s, box)
    s.open_boxes.add(box)
    for var in args[:1]:
        key, item = element(s, var, call), args[1] if len(args) > 1 else s.variable()
        containers.store(s, box, key, item, call.site)
    s.add(call.dst, box)
    return True


# one after the other


def iterator(s: State, call: Call, value: Value) -> bool:
    """iter(xs), aiter(xs); iter(f, sentinel) calls f."""
    args = plain(call)
    name = "__aiter__" if s.rows[value].dotted == "builtins.aiter" else "__iter__"
    if len(args) == 2:
        box = s.box("generator", call.site)
        containers.all_field(s, box)
        s.watch(args[0], call_back_into, (call.site, (), s.field(box, "?")))
        s.add(call.dst, box)
        return True
    for var in args[:1]:
        s.watch(var, on_iter, (name, call))
    return True


def on_iter(s: State, data: tuple[str, Call], value: Value) -> None:
    """iter() of one value: its iterator, or the value where it stands for it."""
    name, call = data
    if not special(s, value, name, Call(call.site, call.dst, (), (), "iterate")):
        s.add(call.dst, value)


def following(s: State, call: Call, value: Value) -> bool:
    """next(iterator, default); anext() gives something to await."""
    args = plain(call)
    is_async = s.rows[value].dotted == "builtins.anext"
    dst = call.dst
    if is_async:
        made, dst = awaitable(s, call.site)
        s.add(call.dst, made)
    for var in args[:1]:
        s.watch(var, on_iterator, Iteration(dst, call.site, is_async))
    for var in args[1:]:
        s.flow(var, dst)
    return True


def chosen(s: State, call: Call, value: Value) -> bool:
    """max, min, random.choice: an element, or one of several arguments."""
    args = plain(call)
    name = s.rows[value].dotted
    item = element(s, args[0], call) if len(args) == 1 else s.variable()
    for var in args if len(args) > 1 else ():
        s.flow(var, item)
    for var, star in call.pos:
        if star:
            s.flow(element(s, var, call), item)
    s.flow(item, call.dst)
    default = keyword(call, "default")
    if default is not None:
        s.flow(default, call.dst)
    if name in ("builtins.max", "builtins.min"):
        ordered(s, call, item, "gt" if name == "builtins.max" else "lt")
    return True


def consumed(s: State, call: Call, value: Value) -> bool:
    """any, all, sum, "".join ...: iterates its argument."""
    for var in plain(call)[:1]:
        item = element(s, var, call)
        if s.rows[value].dotted in ("builtins.any", "builtins.all"):
            s.watch(item, truth, call.site)
        if s.rows[value].dotted == "builtins.sum":
            s.flow(item, call.dst)
            s.watch(item, on_summed, (call, item))
    gives_its_type(s, call, value)
    return True


def heap_push(s: State, call: Call, value: Value) -> bool:
    """heapq.heappush(heap, item): its item is compared; heappushpop and heapreplace compare elements, too."""
    args = plain(call)
    for var in args[:1]:
        item = element(s, var, call)
        for pushed in args[1:2]:
            s.watch(var, on_pushed, pushed)
            compared(s, pushed, "lt", call.site, item)
        if not s.rows[value].dotted.endswith("heappush"):
            s.flow(item, call.dst)
            compared(s, item, "lt", call.site)
    return True


def on_pushed(s: State, item: Var, value: Value) -> None:
    """One heap."""
    if s.kinds[value] == BOX:
        containers.put(s, value, None, item)


def heap_pop(s: State, call: Call, value: Value) -> bool:
    """heapq.heappop(heap)"""
    for var in plain(call)[:1]:
        item = element(s, var, call)
        s.flow(item, call.dst)
        compared(s, item, "lt", call.site)
    return True


# combinations


def enumerated(s: State, call: Call, value: Value) -> bool:
    """enumerate(xs)"""
    tuples(s, call, [None, *plain(call)[:1]])
    for var in plain(call)[:1]:
        s.sized_by[s.box("generator", call.site)] = var
    return True


def zipped(s: State, call: Call, value: Value) -> bool:
    """zip(xs, ys), itertools.product, zip_longest"""
    tuples(s, call, list(plain(call)))
    return True


def tuples(s: State, call: Call, sources: Sequence[Var | None]) -> None:
    """A sequence of tuples with the elements of several sequences (None: a number)."""
    box = s.box("generator", call.site)
    row = s.box("tuple", (call.site, "row"))
    containers.all_field(s, box)
    s.add(s.field(box, "?"), row)
    for index, source in enumerate(sources):
        target = containers.key_field(s, row, f"=i:{index}")
        if source is None:
            s.add(target, s.instance("builtins.int"))
        else:
            s.flow(element(s, source, call), target)
    s.add(call.dst, box)


def grouped(s: State, call: Call, value: Value) -> bool:
    """itertools.groupby(xs, key): pairs of a key and the elements of a group."""
    box, row = s.box("generator", call.site), s.box("tuple", (call.site, "row"))
    group = s.box("generator", (call.site, "group"))
    containers.all_field(s, box)
    containers.all_field(s, group)
    s.add(s.field(box, "?"), row)
    keys = containers.key_field(s, row, "=i:0")
    s.add(containers.key_field(s, row, "=i:1"), group)
    args = plain(call)
    for var in args[:1]:
        item = element(s, var, call)
        s.flow(item, s.field(group, "?"))
        key = keyword(call, "key") or (args[1] if len(args) > 1 else None)
        if key is not None:
            s.watch(key, call_back_into, (call.site, (item,), keys))
    s.add(keys, s.of(XRES, "itertools.groupby()", 0))
    s.add(call.dst, box)
    return True


def chained(s: State, call: Call, value: Value) -> bool:
    """itertools.chain(xs, ys), chain.from_iterable(xss)"""
    box = s.box("generator", call.site)
    containers.all_field(s, box)
    for var in plain(call):
        item = element(s, var, call)
        s.flow(element(s, item, call) if "from_iterable" in s.rows[value].dotted else item, s.field(box, "?"))
    for var, star in call.pos:
        if star:
            s.flow(element(s, element(s, var, call), call), s.field(box, "?"))
    s.add(call.dst, box)
    return True


CONTAINER_MODELS: dict[str, Model] = {
    "builtins.list": container("list"), "builtins.tuple": container("list"), "builtins.set": container("set"),
    "builtins.frozenset": container("set"), "builtins.sorted": container("list"),
    "builtins.reversed": container("list"), "collections.deque": container("list"),
    "itertools.islice": container("generator"), "itertools.cycle": container("generator"),
    "builtins.dict": dictionary, "collections.OrderedDict": dictionary, "collections.defaultdict": dictionary,
    "collections.UserDict": dictionary,
    "collections.Counter": counter, "builtins.dict.fromkeys": from_keys, "weakref.WeakKeyDictionary": dictionary,
    "weakref.WeakValueDictionary": dictionary, "weakref.WeakSet": container("set"), "itertools.groupby": grouped,
    "builtins.enumerate": enumerated, "builtins.zip": zipped, "itertools.zip_longest": zipped,
    "itertools.product": zipped, "itertools.chain": chained, "itertools.chain.from_iterable": chained,
    "builtins.max": chosen, "builtins.min": chosen, "builtins.next": following, "random.choice": chosen,
    "heapq.heappush": heap_push, "heapq.heappushpop": heap_push, "heapq.heapreplace": heap_push,
    "heapq.heappop": heap_pop, "concurrent.futures.as_completed": container("generator"),
    "asyncio.as_completed": container("generator"),
    "builtins.anext": following, "builtins.any": consumed, "builtins.all": consumed, "builtins.sum": consumed,
    "builtins.str.join": consumed, "builtins.iter": iterator, "builtins.aiter": iterator,
}  # fmt: skip

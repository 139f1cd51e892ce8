"""Functions of the standard library that do with values what no type can say: getattr, partial, super, property ...

Each takes the state, the call and the value called, and says whether that is all there is to the call (else the stubs
are asked as well). `MODELS` is the one table of them.
"""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph import attributes, classes, containers
from code_path_audit.callgraph.attributes import bind_and_call
from code_path_audit.callgraph.calls import apply, call_back_into
from code_path_audit.callgraph.plugins import PLUGIN_MODELS
from code_path_audit.callgraph.protocols import formatted, iterate, on_wait, truth
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import (
    BOX, CLASS, CLASSM, CORO, CTXFUNC, EXT, FUNC, GEN, INST, MODULE, PARTIAL, PROPERTY, STATIC, STR, SUPER, UNKNOWN,
    XINST, XMETHOD, XRES,
)  # fmt: skip

Model = Callable[[State, Call, int], bool]


def plain(call: Call) -> list[int]:
    """The positional arguments up to the first unpacked one."""
    out = []
    for var, star in call.pos:
        if star:
            break
        out.append(var)
    return out


def keyword(call: Call, name: str) -> int | None:
    """A keyword argument."""
    return next((var for k, var in call.kw if k == name), None)


def place(s: State, call: Call) -> tuple[int, int]:
    """A call site of an activation: what a value that it makes is keyed by."""
    return call.aid, call.site


# identity and copies


def identity(s: State, call: Call, value: int) -> bool:
    """Returns its first argument."""
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
    return True


def second(s: State, call: Call, value: int) -> bool:
    """typing.cast(T, x)"""
    for var in plain(call)[1:2]:
        s.flow(var, call.dst)
    return True


def copied(s: State, call: Call, value: int) -> bool:
    """copy.copy and copy.deepcopy: the same abstract value; __copy__ and __deepcopy__ are called."""
    special = "__deepcopy__" if "deepcopy" in s.rows[value][1] else "__copy__"
    for var in plain(call)[:1]:
        s.flow(var, call.dst)
        s.watch(var, on_special, (special, call))
    return True


def on_special(s: State, data: tuple[str, Call], value: int) -> None:
    """A special method that a builtin calls, back from outside."""
    from code_path_audit.callgraph.protocols import special  # noqa: PLC0415

    name, call = data
    special(s, value, name, Call(call.aid, call.site, call.dst, (), (), "operator"))


def calls_special(*names: str) -> Model:
    """A builtin that calls the first special method of its argument that there is: len, hash, bool ..."""

    def model(s: State, call: Call, value: int) -> bool:
        for var in plain(call)[:1]:
            for name in names:
                s.watch(var, on_special, (name, Call(call.aid, call.site, 0, (), (), "operator")))
        return False

    return model


def text(method: str) -> Model:
    """str, repr, format, print: values are formatted."""

    def model(s: State, call: Call, value: int) -> bool:
        for var in plain(call):
            s.watch(var, formatted, (method, call.aid, call.site))
        return False

    return model


def boolean(s: State, call: Call, value: int) -> bool:
    """bool()"""
    for var in plain(call)[:1]:
        s.watch(var, truth, (call.aid, call.site))
    return False


# attributes by name


def get_attribute(s: State, call: Call, value: int) -> bool:
    """getattr(x, name, default): a constant name is an attribute; a name with a constant prefix, all that match."""
    args = plain(call)
    if len(args) < 2:
        return True
    s.watch(args[1], on_attribute_name, (call, args[0]))
    s.if_empty.append((args[1], on_no_attribute_name, (call, args[0])))
    for var in args[2:3]:
        s.flow(var, call.dst)
    return True


def on_attribute_name(s: State, data: tuple[Call, int], value: int) -> None:
    """One name."""
    call, base = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.read, (call.dst, s.rows[value][1], call.aid, call.site))
    elif s.kinds[value] == XINST and s.rows[value][2] and s.kinds[s.rows[value][2][0][0]] == STR:
        s.watch(base, on_prefix, (call, s.rows[s.rows[value][2][0][0]][1]))
        s.watch(base, on_outside_attribute, call)
    else:
        on_no_attribute_name(s, data, value)


def on_no_attribute_name(s: State, data: tuple[Call, int], _: int) -> None:
    """A name that is not constant."""
    call, base = data
    s.unresolved(call.aid, call.site, "getattr")
    s.watch(base, on_module_attribute, call)
    s.watch(base, on_outside_attribute, call)
    s.if_empty.append((call.dst, on_nothing_got, call))


def on_outside_attribute(s: State, call: Call, value: int) -> None:
    """An attribute of an unknown external stays an unknown external, whatever its name."""
    from code_path_audit.callgraph.externals import derived  # noqa: PLC0415

    if s.kinds[value] == XRES:
        s.add(call.dst, derived(s, value, f"{s.rows[value][1]}.*"))
    elif s.kinds[value] == XMETHOD:
        s.add(call.dst, derived(s, s.rows[value][2], f"{s.rows[value][1]}.*"))


def on_nothing_got(s: State, call: Call, _: int) -> None:
    """Nothing is known of the result."""
    s.add(call.dst, s.of(UNKNOWN, ""))


MAX_MODULE_FUNCTIONS = 64


def on_module_attribute(s: State, call: Call, value: int) -> None:
    """getattr(module, name): any public function or class that the module itself defines."""
    if s.kinds[value] != MODULE or s.rows[value][1] not in s.program.modules:
        return
    facts = s.program.modules[s.rows[value][1]]
    names = [f.name for f in facts.functions if f.parent == 0 and f.name[:1] not in ("_", "<")]
    if len(names) <= MAX_MODULE_FUNCTIONS:
        for name in names:
            attributes.read_module(s, (call.dst, name, call.aid, call.site), value)


def on_prefix(s: State, data: tuple[Call, str], value: int) -> None:
    """getattr(self, "visit_" + name): every method with the prefix."""
    call, prefix = data
    if s.kinds[value] not in (INST, CLASS) or len(prefix) < 2:
        return
    cls = s.rows[value][1] if s.kinds[value] == INST else value
    names = {n for e in classes.order(s, cls) if s.kinds[e] == CLASS for n in s.own[e] if n.startswith(prefix)}
    for name in sorted(names):
        attributes.read(s, (call.dst, name, call.aid, call.site), value)


def set_attribute(s: State, call: Call, value: int) -> bool:
    """setattr(x, name, value)"""
    args = plain(call)
    if len(args) == 3:
        s.watch(args[1], on_set_name, (call, args[0], args[2]))
    return True


def on_set_name(s: State, data: tuple[Call, int, int], value: int) -> None:
    """One name."""
    call, base, source = data
    if s.kinds[value] == STR:
        s.watch(base, attributes.write, (s.rows[value][1], source, call.aid, call.site))


# classes


def type_of(s: State, call: Call, value: int) -> bool:
    """type(x): its class. type(name, bases, namespace) is a new class that behaves like its bases."""
    args = plain(call)
    if len(args) == 1:
        s.watch(args[0], on_type, call.dst)
        return True
    if len(args) == 3:
        iterate(s, args[1], call.dst, call.aid, -1, False)
    return True


def on_type(s: State, dst: int, value: int) -> None:
    """The class of a value."""
    if s.kinds[value] == INST:
        s.add(dst, s.rows[value][1])
    elif s.kinds[value] == XINST:
        s.add(dst, s.of(EXT, s.rows[value][1]))
    elif s.kinds[value] == STR:
        s.add(dst, s.of(EXT, "builtins.str"))


def super_(s: State, call: Call, value: int) -> bool:
    """super(), and super(C, self)"""
    args = plain(call)
    if len(args) == 2:
        s.watch(args[0], on_super_class, (args[1], call.dst))
        return True
    aid = call.aid
    fid = s.a_function[aid]
    while s.facts[fid].kind not in ("class", "module") and s.facts[s.a_function[s.a_env[aid]]].kind not in ("class", "module"):
        aid = s.a_env[aid]
        fid = s.a_function[aid]
    env = s.a_env[aid]
    if env >= 0 and s.a_class[env] >= 0 and s.facts[fid].params:
        s.watch(s.a_base[aid], on_super_self, (s.a_class[env], call.dst))
    return True


def on_super_class(s: State, data: tuple[int, int], value: int) -> None:
    """super(C, ...)"""
    if s.kinds[value] == CLASS:
        s.watch(data[0], on_super_self, (value, data[1]))


def on_super_self(s: State, data: tuple[int, int], value: int) -> None:
    """super(..., self)"""
    cls, dst = data
    if s.kinds[value] in (INST, CLASS):
        s.add(dst, s.of(SUPER, cls, value))


def object_new(s: State, call: Call, value: int) -> bool:
    """object.__new__(cls)"""
    for var in plain(call)[:1]:
        s.watch(var, on_object_new, call.dst)
    return True


def on_object_new(s: State, dst: int, value: int) -> None:
    """An instance without a constructor."""
    if s.kinds[value] == CLASS:
        s.constructed[value] = None
        s.add(dst, s.of(INST, value, 0))


def subclasses(s: State, call: Call, value: int) -> bool:
    """C.__subclasses__()"""
    cls = s.rows[value][2]
    box = s.box("list", (cls, "subclasses"))
    for sub in s.subclasses.get(cls, ()):
        s.add(s.field(box, "?"), sub)
    containers.all_field(s, box)
    s.add(call.dst, box)
    return True


# decorators


def record_class(s: State, call: Call, value: int) -> bool:
    """dataclass, attr.s, define: with and without arguments."""
    args = plain(call)
    if not args:
        s.add(call.dst, value)
    for var in args[:1]:
        s.watch(var, on_record, call.dst)
    return True


def on_record(s: State, dst: int, value: int) -> None:
    """The class becomes a record."""
    if s.kinds[value] == CLASS:
        s.traits[value].add("record")
        classes.changed(s, value)
        s.add(dst, value)


def property_(s: State, call: Call, value: int) -> bool:
    """property(fget, fset), cached_property and their like."""
    made = s.of(PROPERTY, place(s, call))
    for var, name in zip(plain(call), ("fget", "fset", "fdel"), strict=False):
        s.flow(var, s.field(made, name))
    for name, var in call.kw:
        if name in ("fget", "fset", "fdel"):
            s.flow(var, s.field(made, name))
    s.add(call.dst, made)
    return True


def property_part(name: str) -> Model:
    """@x.setter"""

    def model(s: State, call: Call, value: int) -> bool:
        base = s.rows[value][2]
        for var in plain(call)[:1]:
            s.flow(var, s.field(base, name))
        s.add(call.dst, base)
        return True

    return model


def wrapper(kind: int) -> Model:
    """staticmethod, classmethod, contextmanager: the function in a wrapping."""

    def model(s: State, call: Call, value: int) -> bool:
        for var in plain(call)[:1]:
            s.watch(var, on_wrap, (kind, call.dst))
        return True

    return model


def type_variable(s: State, call: Call, value: int) -> bool:
    """TypeVar("T"): one value for each place, so that a class's parameters are told apart."""
    s.add(call.dst, s.of(XINST, "typing.TypeVar", (), (s.a_function[call.aid], call.site)))
    return True


def on_wrap(s: State, data: tuple[int, int], value: int) -> None:
    """One function."""
    s.add(data[1], s.of(data[0], value))


def wraps(s: State, call: Call, value: int) -> bool:
    """functools.wraps(f)(g) is g."""
    s.add(call.dst, s.of(EXT, "functools.update_wrapper"))
    return True


def caching(s: State, call: Call, value: int) -> bool:
    """lru_cache, cache, singledispatch without or with arguments: the function itself."""
    args = plain(call)
    for var in args[:1]:
        s.watch(var, on_caching, (call.dst, value))
    if not args:
        s.add(call.dst, value)
    return True


def on_caching(s: State, data: tuple[int, int], value: int) -> None:
    """lru_cache(f) is f; lru_cache(128) is a decorator."""
    dst, decorator = data
    s.add(dst, value if s.kinds[value] in (FUNC, CTXFUNC, STATIC, CLASSM, CLASS) else decorator)


def dispatched(s: State, call: Call, value: int) -> bool:
    """singledispatch: f.register(T) adds an implementation that a call of f may reach."""
    for var in plain(call)[:1]:
        made = s.of(PARTIAL, ("dispatch", *place(s, call)))
        s.partials[made] = ((), ())
        s.flow(var, s.field(made, "func"))
        s.add(s.field(made, "register"), s.of(XMETHOD, "functools.singledispatch.register", made))
        s.add(call.dst, made)
    return True


def register(s: State, call: Call, value: int) -> bool:
    """f.register(T), f.register(T, g), and @f.register by annotation."""
    base = s.rows[value][2]
    args = plain(call)
    for var in args[:2]:
        s.watch(var, on_register, (base, call.dst, value))
    return True


def on_register(s: State, data: tuple[int, int, int], value: int) -> None:
    """An implementation, or the type it is for."""
    base, dst, method = data
    if s.kinds[value] == FUNC:
        s.add(s.field(base, "func"), value)
        s.add(dst, value)
    else:
        s.add(dst, method)


# functions of functions


def partial(s: State, call: Call, value: int) -> bool:
    """functools.partial"""
    if not call.pos:
        return True
    made = s.of(PARTIAL, place(s, call))
    s.partials[made] = (call.pos[1:], call.kw)
    s.flow(call.pos[0][0], s.field(made, "func"))
    s.add(call.dst, made)
    return True


def mapped(s: State, call: Call, value: int) -> bool:
    """map(f, xs): f is called with elements; the result has what it returns."""
    args = plain(call)
    if not args:
        return True
    elements = [element(s, var, call) for var in args[1:]]
    box = s.box("generator", place(s, call))
    containers.all_field(s, box)
    s.watch(args[0], call_back_into, (call.aid, call.site, tuple(elements), s.field(box, "?")))
    s.add(call.dst, box)
    return True


def filtered(s: State, call: Call, value: int) -> bool:
    """filter(f, xs)"""
    args = plain(call)
    if len(args) == 2:
        item = element(s, args[1], call)
        box = s.box("generator", place(s, call))
        containers.all_field(s, box)
        s.flow(item, s.field(box, "?"))
        s.watch(args[0], call_back_into, (call.aid, call.site, (item,), s.variable()))
        s.add(call.dst, box)
    return True


def reduced(s: State, call: Call, value: int) -> bool:
    """functools.reduce"""
    args = plain(call)
    if len(args) >= 2:
        item = element(s, args[1], call)
        so_far = s.variable()
        s.flow(item, so_far)
        for var in args[2:]:
            s.flow(var, so_far)
        s.flow(so_far, call.dst)
        s.watch(args[0], call_back_into, (call.aid, call.site, (so_far, item), so_far))
    return True


def element(s: State, var: int, call: Call) -> int:
    """A variable with the elements of an argument."""
    item = s.variable()
    iterate(s, var, item, call.aid, call.site, False)
    return item


def container(kind: str) -> Model:
    """list(xs), set(xs), sorted(xs, key=f), reversed(xs) ...: a new container with the elements."""

    def model(s: State, call: Call, value: int) -> bool:
        box = s.box(kind, place(s, call))
        out = s.field(box, "?")
        containers.all_field(s, box)
        s.open_boxes.add(box)
        for var in plain(call)[:1]:
            item = element(s, var, call)
            s.sized_by[box] = var
            s.flow(item, out)
            key = keyword(call, "key")
            if key is not None:
                s.watch(key, call_back_into, (call.aid, call.site, (item,), s.variable()))
            if kind == "set":
                s.watch(item, on_hashed, call)
            s.watch(item, on_compared, call) if "sorted" in s.rows[value][1] and key is None else None
        s.add(call.dst, box)
        return True

    return model


def on_compared(s: State, call: Call, value: int) -> None:
    """sorted() compares the elements."""
    on_special(s, ("__lt__", Call(call.aid, call.site, 0, (), (), "operator")), value)


def on_hashed(s: State, call: Call, value: int) -> None:
    """A set hashes and compares its elements."""
    for name in ("__hash__", "__eq__"):
        on_special(s, (name, Call(call.aid, call.site, 0, (), (), "operator")), value)


def chosen(s: State, call: Call, value: int) -> bool:
    """max, min, next, sum ...: an element, or one of several arguments."""
    args = plain(call)
    name = s.rows[value][1]
    if name == "builtins.next":
        for var in args[:1]:
            from code_path_audit.callgraph.protocols import on_iterator  # noqa: PLC0415

            s.watch(var, on_iterator, (call.dst, call.aid, call.site, False))
        for var in args[1:]:
            s.flow(var, call.dst)
        return True
    items = [element(s, args[0], call)] if len(args) == 1 else args
    for item in items:
        s.flow(item, call.dst)
    default, key = keyword(call, "default"), keyword(call, "key")
    if default is not None:
        s.flow(default, call.dst)
    if key is not None:
        s.watch(key, call_back_into, (call.aid, call.site, tuple(items[:1]), s.variable()))
    return True


def consumed(s: State, call: Call, value: int) -> bool:
    """any, all, sum, "".join ...: iterates its argument."""
    for var in plain(call)[:1]:
        item = element(s, var, call)
        if s.rows[value][1] in ("builtins.any", "builtins.all"):
            s.watch(item, truth, (call.aid, call.site))
        if s.rows[value][1] == "builtins.sum":
            s.flow(item, call.dst)
    return False


def iterator(s: State, call: Call, value: int) -> bool:
    """iter(xs); iter(f, sentinel) calls f."""
    args = plain(call)
    if len(args) == 2:
        box = s.box("generator", place(s, call))
        containers.all_field(s, box)
        s.watch(args[0], call_back_into, (call.aid, call.site, (), s.field(box, "?")))
        s.add(call.dst, box)
        return True
    for var in args[:1]:
        s.watch(var, on_iter, call)
    return True


def on_iter(s: State, call: Call, value: int) -> None:
    """iter() of one value: its iterator, or the value where it stands for it."""
    from code_path_audit.callgraph.protocols import special  # noqa: PLC0415

    if not special(s, value, "__iter__", Call(call.aid, call.site, call.dst, (), (), "iterate")):
        s.add(call.dst, value)


def enumerated(s: State, call: Call, value: int) -> bool:
    """enumerate(xs)"""
    tuples(s, call, [None, *plain(call)[:1]])
    for var in plain(call)[:1]:
        s.sized_by[s.box("generator", place(s, call))] = var
    return True


def zipped(s: State, call: Call, value: int) -> bool:
    """zip(xs, ys), itertools.product, zip_longest"""
    tuples(s, call, list(plain(call)))
    return True


def tuples(s: State, call: Call, sources: list[int | None]) -> None:
    """A sequence of tuples with the elements of several sequences (None: a number)."""
    box = s.box("generator", place(s, call))
    row = s.box("tuple", (place(s, call), "row"))
    containers.all_field(s, box)
    s.add(s.field(box, "?"), row)
    for index, source in enumerate(sources):
        target = containers.key_field(s, row, f"=i:{index}")
        if source is None:
            s.add(target, s.instance("builtins.int"))
        else:
            s.flow(element(s, source, call), target)
    s.add(call.dst, box)


def grouped(s: State, call: Call, value: int) -> bool:
    """itertools.groupby(xs, key): pairs of a key and the elements of a group."""
    box, row = s.box("generator", place(s, call)), s.box("tuple", (place(s, call), "row"))
    group = s.box("generator", (place(s, call), "group"))
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
            s.watch(key, call_back_into, (call.aid, call.site, (item,), keys))
    s.add(keys, s.of(XRES, "itertools.groupby()", 0))
    s.add(call.dst, box)
    return True


def chained(s: State, call: Call, value: int) -> bool:
    """itertools.chain(xs, ys), chain.from_iterable(xss)"""
    box = s.box("generator", place(s, call))
    containers.all_field(s, box)
    for var in plain(call):
        item = element(s, var, call)
        s.flow(element(s, item, call) if "from_iterable" in s.rows[value][1] else item, s.field(box, "?"))
    for var, star in call.pos:
        if star:
            s.flow(element(s, element(s, var, call), call), s.field(box, "?"))
    s.add(call.dst, box)
    return True


def dictionary(s: State, call: Call, value: int) -> bool:
    """dict(), OrderedDict(), defaultdict(factory), Counter()"""
    box = s.box("dict", place(s, call))
    containers.all_field(s, box)
    s.open_boxes.add(box)
    args = plain(call)
    if s.rows[value][1].endswith("defaultdict") and args:
        s.watch(args[0], call_back_into, (call.aid, call.site, (), s.field(box, "?")))
        args = args[1:]
    containers.update(s, box, "dict", args, Call(call.aid, call.site, 0, (), call.kw, call.kind))
    s.add(call.dst, box)
    return True


# the rest


def import_module(s: State, call: Call, value: int) -> bool:
    """importlib.import_module("name"), __import__("name")"""
    for var in plain(call)[:1]:
        s.watch(var, on_import_name, call)
        s.if_empty.append((var, on_no_import_name, call))
    return True


def on_import_name(s: State, call: Call, value: int) -> None:
    """One module name."""
    if s.kinds[value] != STR:
        on_no_import_name(s, call, value)
        return
    from code_path_audit.callgraph.instructions import load  # noqa: PLC0415

    name = s.rows[value][1]
    if name.startswith("."):
        name = s.modules[s.a_function[call.aid]].rpartition(".")[0] + name
    load(s, name, call.aid, call.site)
    s.add(call.dst, s.module_value(name))


def on_no_import_name(s: State, call: Call, _: int) -> None:
    """A module name that is not constant."""
    s.unresolved(call.aid, call.site, "dynamic import")
    s.add(call.dst, s.of(XRES, "importlib.import_module()", 0))


def evaluate(s: State, call: Call, value: int) -> bool:
    """eval and exec of a constant string are read; of anything else they are unresolved."""
    for var in plain(call)[:1]:
        s.watch(var, on_code, call)
        s.if_empty.append((var, on_code_unknown, call))
    return True


def on_code(s: State, call: Call, value: int) -> None:
    """One piece of code."""
    if s.kinds[value] != STR:
        on_code_unknown(s, call, value)
        return
    from code_path_audit.callgraph.instructions import run_text  # noqa: PLC0415

    if not run_text(s, call, s.rows[value][1]):
        on_code_unknown(s, call, value)


def on_code_unknown(s: State, call: Call, _: int) -> None:
    """Code made at run time."""
    s.unresolved(call.aid, call.site, "eval/exec")


def run_coroutine(s: State, call: Call, value: int) -> bool:
    """asyncio.run(c), create_task(c), wait_for(c): what awaiting it gives."""
    name = s.rows[value][1].rpartition(".")[2]
    for var in plain(call)[:1]:
        if name in ("run", "run_until_complete"):
            s.watch(var, on_wait, (call.dst, call.aid, call.site))
        else:
            s.flow(var, call.dst)
    return True


def gathered(s: State, call: Call, value: int) -> bool:
    """asyncio.gather(*cs): a list of results, once awaited."""
    box = s.box("list", place(s, call))
    containers.all_field(s, box)
    for var, star in call.pos:
        source = element(s, var, call) if star else var
        s.watch(source, on_wait, (s.field(box, "?"), call.aid, call.site))
    s.add(call.dst, box)
    return True


def generator_method(s: State, call: Call, value: int) -> bool:
    """next(), send(), throw() of a generator."""
    base = s.rows[value][2]
    if s.kinds[base] != GEN:
        return s.kinds[base] == CORO
    aid = s.rows[base][1]
    for var in plain(call)[:1]:
        s.flow(var, s.a_send[aid])
    s.flow(s.a_yield[aid], call.dst)
    return True


def namespace(s: State, call: Call, value: int) -> bool:
    """globals() and vars(): the module's names; vars(x) and x.__dict__ are not followed."""
    if s.rows[value][1] == "builtins.globals":
        module = s.of(MODULE, s.modules[s.a_function[call.aid]])
        box = s.box("dict", (module, "globals"))
        for name in sorted(attributes.module_names(s, s.modules[s.a_function[call.aid]])):
            s.flow(s.field(module, name), containers.key_field(s, box, "=s:" + name))
        containers.all_field(s, box)
        s.add(call.dst, box)
    elif call.pos:
        s.watch(call.pos[0][0], on_vars, call)
    return True


def on_vars(s: State, call: Call, value: int) -> None:
    """vars(x)"""
    if s.kinds[value] in (XINST, XRES):
        from code_path_audit.callgraph.externals import derived  # noqa: PLC0415

        s.add(call.dst, derived(s, value, f"{s.rows[value][1]}.__dict__"))
    else:
        attributes.read(s, (call.dst, "__dict__", call.aid, call.site), value)


def method_type(s: State, call: Call, value: int) -> bool:
    """types.MethodType(f, self)"""
    args = plain(call)
    if len(args) == 2:
        made = s.of(PARTIAL, place(s, call))
        s.partials[made] = (((args[1], False),), ())
        s.flow(args[0], s.field(made, "func"))
        s.add(call.dst, made)
    return True


def weak(s: State, call: Call, value: int) -> bool:
    """weakref.ref(x): calling it gives x; weakref.proxy(x) stands for x."""
    args = plain(call)
    if s.rows[value][1].endswith("proxy"):
        return identity(s, call, value)
    made = s.of(PARTIAL, place(s, call))
    s.partials[made] = ((), ())
    if args:
        inner = s.of(PARTIAL, ("value", *place(s, call)))
        s.flow(args[0], s.field(inner, "value"))
        s.add(call.dst, s.of(XMETHOD, "weakref.ref.__call__", inner))
    return True


def weak_call(s: State, call: Call, value: int) -> bool:
    """ref()"""
    s.flow(s.field(s.rows[value][2], "value"), call.dst)
    return True


def attribute_getter(s: State, call: Call, value: int) -> bool:
    """operator.attrgetter("a"), methodcaller("m"): a function of one argument."""
    made = s.of(XMETHOD, s.rows[value][1] + ".__call__", s.of(PARTIAL, place(s, call)))
    for var in plain(call)[:1]:
        s.flow(var, s.field(s.of(PARTIAL, place(s, call)), "name"))
    s.add(call.dst, made)
    return True


def attribute_got(s: State, call: Call, value: int) -> bool:
    """attrgetter("a")(x)"""
    base = s.rows[value][2]
    for var in plain(call)[:1]:
        out = s.variable() if "methodcaller" in s.rows[value][1] else call.dst
        inner = Call(call.aid, call.site, out, (), (), call.kind)
        s.watch(s.field(base, "name"), on_attribute_name, (inner, var))
        if out != call.dst:
            s.watch(out, apply, Call(call.aid, call.site, call.dst, (), (), call.kind))
    return True


def entered(s: State, call: Call, value: int) -> bool:
    """ExitStack.enter_context(cm), closing(x)"""
    from code_path_audit.callgraph.protocols import enter  # noqa: PLC0415

    for var in plain(call)[:1]:
        s.watch(var, enter, (call.dst, call.aid, call.site, "async" in s.rows[value][1]))
    return True


MODELS: dict[str, Model] = {
    "builtins.getattr": get_attribute, "builtins.setattr": set_attribute, "builtins.super": super_,
    "builtins.type": type_of, "builtins.object.__new__": object_new, "builtins.type.__subclasses__": subclasses,
    "builtins.property": property_, "functools.cached_property": property_, "abc.abstractproperty": property_,
    "builtins.property.setter": property_part("fset"), "builtins.property.getter": property_part("fget"),
    "builtins.property.deleter": property_part("fdel"),
    "builtins.staticmethod": wrapper(STATIC), "builtins.classmethod": wrapper(CLASSM),
    "contextlib.contextmanager": wrapper(CTXFUNC), "contextlib.asynccontextmanager": wrapper(CTXFUNC),
    "functools.wraps": wraps, "functools.update_wrapper": identity, "functools.total_ordering": identity,
    "functools.lru_cache": caching, "functools.cache": caching, "functools.singledispatch": dispatched,
    "functools.singledispatchmethod": caching, "functools.singledispatch.register": register,
    "functools.partial": partial, "functools.partialmethod": partial, "functools.reduce": reduced,
    "abc.abstractmethod": identity, "typing.overload": identity, "typing.final": identity,
    "typing.runtime_checkable": identity, "typing.no_type_check": identity, "typing.override": identity,
    "typing.cast": second, "typing.assert_type": identity, "typing.NewType": second, "enum.unique": identity,
    "types.MethodType": method_type, "types.coroutine": identity, "atexit.register.__wrapped__": identity,
    "copy.copy": copied, "copy.deepcopy": copied, "dataclasses.replace": identity,
    "dataclasses.dataclass": record_class, "attr.s": record_class, "attr.attrs": record_class,
    "attr.define": record_class, "attrs.define": record_class, "attr.frozen": record_class,
    "attrs.frozen": record_class, "attr.mutable": record_class, "attrs.mutable": record_class,
    "pydantic.dataclasses.dataclass": record_class, "typing.dataclass_transform": identity,
    "typing.TypeVar": type_variable, "builtins.map": mapped, "builtins.filter": filtered, "itertools.filterfalse": filtered,
    "itertools.takewhile": filtered, "itertools.dropwhile": filtered, "itertools.starmap": mapped,
    "builtins.list": container("list"), "builtins.tuple": container("list"), "builtins.set": container("set"),
    "builtins.frozenset": container("set"), "builtins.sorted": container("list"),
    "builtins.reversed": container("list"), "collections.deque": container("list"),
    "itertools.islice": container("generator"), "itertools.cycle": container("generator"),
    "builtins.dict": dictionary, "collections.OrderedDict": dictionary, "collections.defaultdict": dictionary,
    "collections.Counter": dictionary, "types.MappingProxyType": identity, "collections.ChainMap": identity,
    "weakref.WeakKeyDictionary": dictionary, "weakref.WeakValueDictionary": dictionary,
    "weakref.WeakSet": container("set"),
    "itertools.groupby": grouped, "builtins.enumerate": enumerated, "builtins.zip": zipped, "itertools.zip_longest": zipped,
    "itertools.product": zipped, "itertools.chain": chained, "itertools.chain.from_iterable": chained,
    "builtins.max": chosen, "builtins.min": chosen, "builtins.next": chosen, "random.choice": chosen,
    "builtins.anext": chosen,
    "builtins.any": consumed, "builtins.all": consumed, "builtins.sum": consumed, "builtins.str.join": consumed,
    "builtins.iter": iterator, "builtins.aiter": iterator,
    "builtins.len": calls_special("__len__"), "builtins.hash": calls_special("__hash__"),
    "builtins.abs": calls_special("__abs__"), "builtins.int": calls_special("__int__"),
    "builtins.float": calls_special("__float__"), "builtins.dir": calls_special("__dir__"),
    "os.fspath": calls_special("__fspath__"), "builtins.bool": boolean,
    "builtins.str": text("__str__"), "builtins.repr": text("__repr__"), "builtins.format": text("__format__"),
    "builtins.print": text("__str__"), "builtins.str.format": text("__format__"),
    "builtins.isinstance": lambda s, call, value: s.add(call.dst, s.instance("builtins.bool")) is None,
    "builtins.issubclass": lambda s, call, value: s.add(call.dst, s.instance("builtins.bool")) is None,
    "builtins.callable": lambda s, call, value: s.add(call.dst, s.instance("builtins.bool")) is None,
    "builtins.hasattr": lambda s, call, value: s.add(call.dst, s.instance("builtins.bool")) is None,
    "builtins.id": lambda s, call, value: s.add(call.dst, s.instance("builtins.int")) is None,
    "builtins.globals": namespace, "builtins.vars": namespace, "builtins.locals": namespace,
    "importlib.import_module": import_module, "builtins.__import__": import_module,
    "builtins.eval": evaluate, "builtins.exec": evaluate,
    "asyncio.run": run_coroutine, "asyncio.create_task": run_coroutine, "asyncio.ensure_future": run_coroutine,
    "asyncio.wait_for": run_coroutine, "asyncio.shield": run_coroutine, "asyncio.gather": gathered,
    "asyncio.AbstractEventLoop.run_until_complete": run_coroutine,
    "typing.Generator.send": generator_method, "typing.Generator.__next__": generator_method,
    "typing.Generator.throw": generator_method, "typing.Generator.close": generator_method,
    "typing.Generator.asend": generator_method,
    "weakref.ref": weak, "weakref.proxy": weak, "weakref.ref.__call__": weak_call, "weakref.WeakMethod": weak,
    "operator.attrgetter": attribute_getter, "operator.methodcaller": attribute_getter,
    "operator.attrgetter.__call__": attribute_got, "operator.methodcaller.__call__": attribute_got,
    "contextlib.ExitStack.enter_context": entered, "contextlib.AsyncExitStack.enter_async_context": entered,
    "contextlib.AsyncExitStack.enter_context": entered,
    **PLUGIN_MODELS,
}  # fmt: skip

__all__ = ["BOX", "MODELS", "bind_and_call"]

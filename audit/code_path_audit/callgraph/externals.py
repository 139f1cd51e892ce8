"""What lies outside the source: what it returns (stubs), what it calls back, what it keeps to call later.

An object from outside that may keep callables (a parser, an executor, a click group) is one value for each place that
made it, and holds the callables and objects that were handed to it; any later use of it may call them. A decorator of an
unknown library is taken to return a thing that can be called like the function itself. Both assume that a library does
with what it is given what libraries do; edges that follow have the kind callback.
"""

from __future__ import annotations

from code_path_audit.callgraph import classes
from code_path_audit.callgraph.attributes import Read, bind_and_call
from code_path_audit.callgraph.calls import call_back, call_back_into, construct
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import (
    BMETHOD, BOUND, BOX, CALLABLES, CLASS, CTXFUNC, EXT, FUNC, GEN, INST, INT, MODULE, NONE, PARTIAL, PROPERTY, STR, UNKNOWN,
    XINST, XMETHOD, XRES,
)  # fmt: skip
from code_path_audit.program.stub_model import ANY, Resolved, StubClass, StubFunction, StubVar

PATH_LIMIT = 120
"""Longer names of unknown externals are cut: a().b().c() ... ends somewhere."""

PLAIN = frozenset(
    "builtins typing types pathlib os posixpath io re datetime json collections string decimal fractions time math "
    "random hashlib uuid struct base64 urllib zipfile tarfile tempfile shutil csv itertools operator enum abc "
    "configparser sqlite3 http email sys platform stat locale copy pickle ast inspect textwrap dataclasses numbers "
    "importlib tokenize token difflib fnmatch glob shlex html mimetypes ipaddress secrets codecs unicodedata traceback "
    "linecache dis array bisect heapq zlib gzip bz2 lzma tomllib subprocess contextvars getpass".split()
)
"""Modules of the standard library whose objects keep no callables of their users."""

GLOBAL_HOLDERS = frozenset(("logging", "atexit", "signal", "warnings"))
"""Modules whose objects are one registry: what is handed to one logger may be called through another."""

CALLED_PROTOCOLS = (
    "__call__", "__iter__", "__next__", "__len__", "__str__", "__fspath__", "__enter__", "__exit__", "__getitem__",
    "__contains__", "__hash__", "__eq__", "__lt__", "__format__", "__repr__", "__bool__", "__index__", "__int__",
    "__html__", "keys", "read", "readline", "write", "flush", "close",
)  # fmt: skip
"""What code outside calls on any object that it is given."""


STREAM_PROTOCOLS = (
    "__iter__", "__next__", "__fspath__", "__enter__", "__exit__", "read", "readline", "write", "flush", "close",
)  # fmt: skip
"""What functions of the standard library call on objects that they take for streams, paths and iterables."""


# names


def named(s: State, dotted: str, dst: int) -> None:
    """A name outside the source: a variable has its type's values, anything else stands for itself."""
    dotted = s.stubs.canonical(dotted) or dotted
    if dotted in s.program.modules:
        s.add(dst, s.of(MODULE, dotted))
        return
    entry = s.stubs.lookup(dotted)
    if isinstance(entry, StubVar):
        add_type(s, s.stubs.returns(entry), dst, path=dotted)
    else:
        s.add(dst, s.of(EXT, dotted[:PATH_LIMIT]))


# types and values


def type_of_value(s: State, value: int, depth: int = 0) -> Resolved:
    """A value as a type of the stubs; values of the source pass through as opaque names.

    `depth`: how far into containers their elements are told.
    """
    kind = s.kinds[value]
    row = s.rows[value]
    if kind == STR:
        return ("literal", row[1])
    if kind == INT:
        return ("literal", row[1])
    if kind == NONE:
        return ("none",)
    if kind == XINST:
        args = tuple(union_of(s, held) for held in row[2])
        return ("tuple", args, False) if row[1] == "builtins.tuple" and len(args) != 1 else ("inst", row[1], args)
    if kind == EXT and isinstance(s.stubs.lookup(row[1]), StubClass):
        return ("class_of", ("inst", row[1], ()))
    if kind == BOX and row[1] in ("list", "set", "tuple", "generator"):
        inner = union_of(s, tuple(sorted(s.pts[s.field(value, "*")] or ())[:12])) if depth else ANY
        name = {"generator": "typing.Iterator"}.get(row[1], "builtins." + row[1])
        return ("tuple", (inner,), True) if row[1] == "tuple" else ("inst", name, (inner,))
    if kind == BOX and row[1] == "dict":
        return ("inst", "builtins.dict", ())
    if kind in (XRES, UNKNOWN, EXT):
        return ANY
    return ("inst", f"value:{value}", ())


def union_of(s: State, held: tuple[int, ...], depth: int = 0) -> Resolved:
    """The union of some values as a type."""
    types = tuple(dict.fromkeys(type_of_value(s, v, depth) for v in held))
    return types[0] if len(types) == 1 else ("union", types) if types else ANY


def values_of(s: State, type_: Resolved, path: str = "", key: object = 0) -> list[int]:
    """The values of a type; of ("any",) what an external named `path` returned."""
    tag = type_[0]
    if tag == "inst":
        name = type_[1]
        if name.startswith("value:"):
            return [int(name[6:])]
        if name == "types.NoneType":
            return [s.of(NONE)]
        args = tuple(tuple(values_of(s, a)) for a in type_[2]) if type_[2] else ()
        return [s.of(XINST, name, args, holder_key(name, key))]
    if tag == "union":
        return [v for member in type_[1][:8] for v in values_of(s, member, path, key)]
    if tag == "none":
        return [s.of(NONE)]
    if tag == "literal":
        if isinstance(type_[1], str):
            return [s.instance("builtins.str")]
        return [s.instance("builtins." + type(type_[1]).__name__)]
    if tag == "tuple":
        args = tuple(tuple(values_of(s, a)) for a in type_[1])
        if type_[2]:
            return [s.of(XINST, "builtins.tuple", args[:1], 0)]
        return [s.of(XINST, "builtins.tuple", args, 0)]
    if tag == "class_of":
        inner = type_[1]
        if inner[0] == "inst" and not inner[1].startswith("value:"):
            return [s.of(EXT, inner[1])]
        return [v for v in values_of(s, inner) if s.kinds[v] == CLASS]
    if tag == "module":
        return [s.of(EXT, type_[1])]
    if path:
        return [s.of(XRES, path[:PATH_LIMIT], key)]
    return []


def add_type(s: State, type_: Resolved, dst: int, path: str = "", key: object = 0) -> None:
    """A variable holds the values of a type."""
    if dst:
        for value in values_of(s, type_, path, key):
            s.add(dst, value)


def holder_key(dotted: str, key: object) -> object:
    """0 for classes whose instances keep no callables, else where it was made."""
    top = dotted.partition(".")[0]
    if top in PLAIN:
        return 0
    return top if top in GLOBAL_HOLDERS else key


# attributes


def read_external(s: State, data: Read, base: int) -> None:
    """An attribute of an object from outside."""
    kind = s.kinds[base]
    dotted = {STR: "builtins.str", INT: "builtins.int"}.get(kind) or s.rows[base][1]
    member(s, dotted, data[1], base, data[0])


def member(s: State, dotted: str, name: str, base: int, dst: int) -> None:
    """A member of a class outside, read from an object (of the source too, where it inherits it)."""
    found = s.stubs.member(dotted, name)
    if found is None:
        path = f"{dotted}.{name}"[:PATH_LIMIT]
        known = bool(s.stubs.mro(dotted))
        if known and s.kinds[base] in (XINST, STR, INT):
            if s.stubs.member(dotted, "__getattr__") is not None and s.kinds[base] == XINST:
                s.add(dst, derived(s, base, path))
            return
        s.add(dst, s.of(XMETHOD, path, base))
        return
    entry = found[1]
    if isinstance(entry, StubFunction) and not entry.is_property:
        s.add(dst, s.of(XMETHOD, f"{dotted}.{name}"[:PATH_LIMIT], base))
    elif isinstance(entry, StubClass):
        s.add(dst, s.of(EXT, entry.name))
    else:
        receiver = type_of_value(s, base) if s.kinds[base] == XINST else ("inst", dotted, ())
        key = s.rows[base][3] if s.kinds[base] == XINST else 0
        for value in values_of(s, s.stubs.returns(entry, receiver), f"{dotted}.{name}", key):
            belongs(s, value, base)
            s.add(dst, value)


MAX_DERIVED = 4
"""Steps from something unknown to what is got from it, before it is taken for itself."""


def derived(s: State, base: int, path: str) -> int:
    """Something that was got from an external, and belongs to it."""
    row = s.rows[base]
    if row[0] == XRES and s.derived.get(base, 0) >= MAX_DERIVED:
        return base
    key = row[2] if row[0] == XRES else row[3] if row[0] == XINST else 0
    value = s.of(XRES, path[:PATH_LIMIT], key)
    s.derived.setdefault(value, s.derived.get(base, 0) + 1)
    belongs(s, value, base)
    return value


def belongs(s: State, value: int, parent: int) -> None:
    """What came out of an object from outside shares what that holds."""
    if s.kinds[value] in (XRES, XINST) and value != parent and s.kinds[parent] in (XRES, XINST) and (
        s.kinds[value] == XRES or s.rows[value][3]
    ):
        s.parents.setdefault(value, parent)


def content(s: State, value: int) -> int:
    """The variable of what the callbacks that an external called gave it: it may hand them on."""
    return s.field(value, "()")


# calls


def call_outside(s: State, call: Call, value: int) -> None:
    """Call something outside the source."""
    from code_path_audit.callgraph.models import MODELS  # noqa: PLC0415

    kind = s.kinds[value]
    row = s.rows[value]
    if kind in (XRES, XINST):
        s.late.append((call_unknown, call, value))
    elif kind == EXT:
        model = MODELS.get(row[1])
        s.calls_external(call.aid, call.site, row[1], call.kind)
        if model is not None and model(s, call, value):
            return
        call_named(s, call, row[1], s.stubs.lookup(row[1]), None)
    elif kind == XMETHOD:
        if s.kinds[row[2]] in (GEN, CLASS) or row[1] in MODELS:
            model = MODELS.get(row[1])
            if model is not None and model(s, call, value):
                s.calls_external(call.aid, call.site, row[1], call.kind)
                return
        s.receivers.setdefault((call.aid, call.site), row[2])
        s.calls_external(call.aid, call.site, row[1], call.kind)
        owner, _, name = row[1].rpartition(".")
        found = s.stubs.member(owner, name)
        if s.kinds[row[2]] == INST and found:
            overridden(s, row[2], call.aid, call.site)
        call_named(s, call, row[1], found[1] if found else None, row[2])


def call_unknown(s: State, call: Call, value: int) -> None:
    """Call what an unknown external returned; asked when nothing else is going on, and only where nothing else is called."""
    callee = s.callees.get((call.aid, call.site)) if call.kind in ("call", "decorator") else None
    if callee is not None and any(s.kinds[v] in CALLABLES or s.kinds[v] in (BMETHOD, INST) for v in s.holds(callee)):
        return
    row = s.rows[value]
    path = row[1] if row[0] == XRES else f"{row[1]}.__call__"
    s.calls_external(call.aid, call.site, path, call.kind)
    found = s.stubs.member(row[1], "__call__") if row[0] == XINST else None
    call_named(s, call, path, found[1] if found else None, value)


def call_named(s: State, call: Call, dotted: str, entry: object, receiver: int | None) -> None:
    """The general case: callbacks, what is kept, the result."""
    key = (s.a_function[call.aid], call.site)
    unknown = entry is None
    known_return = s.returns.get(dotted)
    dst = call.dst or s.variable()
    if known_return is not None:
        s.add(dst, s.of(XINST, known_return, (), holder_key(known_return, key)))
    elif isinstance(entry, StubFunction | StubClass):
        receiver_type = type_of_value(s, receiver) if receiver is not None else None
        if receiver is not None and s.kinds[receiver] in (INST, CLASS):
            receiver_type = ("inst", dotted.rpartition(".")[0], ())
        args, keywords = argument_types(s, call)
        unpacked = any(star for _, star in call.pos) or any(k is None for k, _ in call.kw)
        returned = s.stubs.returns(entry, receiver_type, args, keywords, unpacked)
        add_type(s, returned, dst, f"{dotted}()", key)
        if any(s.kinds[v] == BOX for var, _ in call.pos for v in s.holds(var)):
            s.late.append((again, (call, entry, receiver_type, dst, f"{dotted}()", key), 0))
        callbacks(s, call, entry, receiver_type, args, keywords, dst)
    elif entry is None and is_class_name(dotted):
        s.add(dst, s.of(XINST, dotted, (), key))
    else:
        made = s.of(XRES, f"{dotted}()"[:PATH_LIMIT], key)
        if receiver is not None and s.kinds[receiver] == XRES and s.rows[receiver][2]:
            made = derived(s, receiver, f"{dotted}()")
        if len(call.pos) == 1 and not call.kw and (call.kind == "decorator" or dotted.endswith("()")):
            s.watch(call.pos[0][0], on_decorated, (dst, made, receiver, dotted.rpartition(".")[2]))
        else:
            s.add(dst, made)
    hand_over(s, call, dst, receiver, unknown, is_constructor=isinstance(entry, StubClass) or is_class_name(dotted))
    if receiver is not None:
        s.watch(dst, on_descendant, receiver)
        if s.kinds[receiver] == XRES:
            s.flow(content(s, receiver), dst)
        if call.kind != "decorator" and not is_common(s, dotted.rpartition(".")[2]):
            fire(s, receiver, call.aid, call.site, dst)


COMMON = ("builtins.str", "builtins.list", "builtins.dict", "builtins.set", "builtins.bytes", "io.TextIOWrapper",
          "pathlib.Path", "re.Match", "re.Pattern", "logging.Logger", "datetime.datetime")  # fmt: skip
"""Classes whose methods' names say nothing of a receiver: it will often be one of these."""


def is_common(s: State, name: str) -> bool:
    """Whether a builtin class has a method of that name."""
    known = s.common.get(name)
    if known is None:
        known = s.common[name] = any(s.stubs.member(c, name) is not None for c in COMMON)
    return known


def again(s: State, data: tuple[Call, StubFunction | StubClass, Resolved | None, int, str, object], _: int) -> None:
    """What a call returns, asked once more when the elements of its arguments are known."""
    call, entry, receiver_type, dst, path, key = data
    args, keywords = argument_types(s, call)
    unpacked = any(star for _, star in call.pos) or any(k is None for k, _ in call.kw)
    add_type(s, s.stubs.returns(entry, receiver_type, args, keywords, unpacked), dst, path, key)


def is_class_name(dotted: str) -> bool:
    """Whether an unknown name looks like a class: requests.Session, but not numpy.array or logging.INFO."""
    last = dotted.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


def argument_types(s: State, call: Call) -> tuple[tuple[Resolved, ...], tuple[tuple[str, Resolved], ...]]:
    """What is known of the types of the arguments so far."""
    args = tuple(types_now(s, var) for var, star in call.pos if not star)
    return args, tuple((name, types_now(s, var)) for name, var in call.kw if name is not None)


def types_now(s: State, var: int) -> Resolved:
    """What a variable holds now, as a type."""
    held = s.pts[var]
    return union_of(s, tuple(sorted(held)[:6]), 1) if held else ANY


def on_decorated(s: State, data: tuple[int, int, int | None, str], value: int) -> None:
    """What an unknown decorator returns is what it was given, with another face: `cli.command` after `@click.group()`."""
    dst, made, receiver, name = data
    if s.kinds[value] not in CALLABLES:
        s.add(dst, made)
        return
    if name.lower().endswith("property"):
        prop = s.of(PROPERTY, value)
        s.add(s.field(prop, "fget"), value)
        s.add(dst, prop)
        return
    s.add(dst, value)
    if s.kinds[value] == FUNC:
        s.add(s.field(s.of(MODULE, s.modules[s.rows[value][1]]), "#marked"), value)
        s.faces.setdefault(value, {})[made] = None
        if receiver is not None:
            belongs(s, made, receiver)


def callbacks(s: State, call: Call, entry: object, receiver: Resolved | None, args: tuple, keywords: tuple, dst: int) -> None:
    """Parameters that the stubs say are called."""
    if not isinstance(entry, StubFunction | StubClass):
        return
    for row in s.stubs.callback_params(entry, receiver, args, keywords):
        var = argument(call, row.position, row.name)
        if var is None:
            continue
        if row.passes == "args":
            handed = tuple(v for v, star in call.pos[row.position + 1 :] if not star)
        elif row.passes == "tuple":
            handed = unpacked_argument(s, call)
        elif row.passes == "elements":
            handed = tuple(elements_of(s, v) for v, star in call.pos[row.position + 1 :] if not star)
        else:
            handed = tuple(typed_variable(s, t) for t in row.params or ())
        out = s.variable()
        s.watch(var, call_back_into, (call.aid, call.site, handed, out))
        s.watch(out, on_callback_result, dst)


def on_callback_result(s: State, dst: int, value: int) -> None:
    """What a callback returned may be what the object that called it hands out: future.result()."""
    if s.kinds[value] in CALLABLES or s.kinds[value] in (INST,):
        for owner in s.holds(dst):
            if s.kinds[owner] == XINST:
                s.add(s.field(owner, "()"), value)


def argument(call: Call, index: int, name: str) -> int | None:
    """The variable passed for a parameter."""
    for keyword, var in call.kw:
        if keyword == name:
            return var
    plain = call.pos[: index + 1]
    if 0 <= index < len(call.pos) and not any(star for _, star in plain):
        return call.pos[index][0]
    return None


def unpacked_argument(s: State, call: Call) -> tuple[int, ...]:
    """The elements of args=(...) of a Thread."""
    for keyword, var in call.kw:
        if keyword == "args":
            parts = tuple(s.variable() for _ in range(4))
            from code_path_audit.callgraph.protocols import unpack  # noqa: PLC0415

            s.watch(var, unpack, (parts, -1, call.aid, -1))
            return parts
    return ()


def elements_of(s: State, var: int) -> int:
    """A variable with the elements of what another holds."""
    from code_path_audit.callgraph.protocols import iterate  # noqa: PLC0415

    out = s.variable()
    iterate(s, var, out, 0, -1, False)
    return out


def typed_variable(s: State, type_: Resolved) -> int:
    """A variable that holds the values of a type."""
    var = s.variable()
    add_type(s, type_, var)
    return var


# what is kept, and called later


def hand_over(s: State, call: Call, dst: int, receiver: int | None, unknown: bool, is_constructor: bool) -> None:
    """Arguments escape: what can be called is kept by the receiver and by the result; an unknown function calls it now."""
    now = unknown and not is_constructor and call.kind != "decorator"
    for var, _ in call.pos:
        s.watch(var, on_handed, (call.aid, call.site, dst, receiver, now, unknown))
    for _, var in call.kw:
        s.watch(var, on_handed, (call.aid, call.site, dst, receiver, now, unknown))


def on_handed(s: State, data: tuple[int, int, int, int | None, bool, bool], value: int) -> None:
    """One value that goes outside."""
    aid, site, dst, receiver, now, unknown = data
    kind = s.kinds[value]
    if kind in CALLABLES or kind == INST:
        if receiver is not None:
            keep(s, receiver, value)
        s.watch(dst, on_keeper, value)
        if now:
            escape(s, aid, site, value)
        elif kind == INST:
            protocols_called(s, value, aid, site, unknown)
            if unknown:
                methods_called(s, value, aid, site)
    elif kind == BOX and (unknown or receiver is not None):
        s.watch(s.field(value, "*"), on_handed, data)
    elif kind == MODULE and unknown:
        hand_module(s, data, value)
    elif kind == STR and unknown and "." in s.rows[value][1]:
        hand_name(s, data, s.rows[value][1])
    elif kind in (XINST, XRES) and unknown and receiver != value:
        fire(s, value, aid, site)


def on_keeper(s: State, value: int, keeper: int) -> None:
    """The result of the call keeps what was handed over."""
    if s.kinds[keeper] in (XINST, XRES):
        keep(s, keeper, value)


MAX_PARENTS = 12
"""How far back an object from outside is traced to what it came from."""


def keep(s: State, holder: int, value: int) -> None:
    """An object from outside holds a value."""
    if s.kinds[holder] not in (XINST, XRES, INST) or (s.kinds[holder] == XINST and not s.rows[holder][3]):
        return
    current: int | None = holder
    for _ in range(MAX_PARENTS):
        if current is None or (current, value) in s.kept:
            return
        s.kept.add((current, value))
        s.add(held(s, current), value)
        current = s.parents.get(current)


def hold(s: State, holder: int, source: int) -> None:
    """An object from outside holds what a variable holds."""
    s.watch(source, on_hold, holder)


def on_hold(s: State, holder: int, value: int) -> None:
    """One value that an object from outside is given."""
    if s.kinds[value] in CALLABLES or s.kinds[value] == INST:
        keep(s, holder, value)


def held(s: State, holder: int) -> int:
    """The variable of what an object from outside holds."""
    var = s.held.get(holder)
    if var is None:
        var = s.held[holder] = s.variable()
    return var


def on_descendant(s: State, parent: int, value: int) -> None:
    """What a method of an object returned belongs to that object."""
    belongs(s, value, parent)
    if s.kinds[value] == XRES and s.kinds[parent] == XRES:
        s.flow(content(s, parent), content(s, value))


def hand_name(s: State, data: tuple[int, int, int, int | None, bool, bool], text: str) -> None:
    """The dotted name of a class or function of the source, handed to a library: it loads it and uses it."""
    place = s.program.functions.get(text.replace(":", "."))
    if place is None or s.program.modules[place[0]].functions[place[1]].parent != 0:
        return
    from code_path_audit.callgraph.instructions import load  # noqa: PLC0415

    load(s, place[0], data[0], data[1])
    s.watch(s.field(s.of(MODULE, place[0]), text.replace(":", ".").rpartition(".")[2]), on_handed, (*data[:4], True, True))


def hand_module(s: State, data: tuple[int, int, int, int | None, bool, bool], value: int) -> None:
    """A module that is registered with a library: its functions that a decorator from outside marked are handed over."""
    s.watch(s.field(value, "#marked"), on_handed, data)


def fire(s: State, holder: int, aid: int, site: int, dst: int = 0) -> None:
    """A use of an object from outside: what it, or what it came from, holds may be called; it may return the results."""
    current: int | None = holder
    for _ in range(MAX_PARENTS):
        if current is None or (current, aid, site, dst) in s.fired:
            return
        s.fired.add((current, aid, site, dst))
        if s.kinds[current] in (XRES, INST) or (s.kinds[current] == XINST and s.rows[current][3]):
            s.watch(held(s, current), on_fire, (aid, site, dst))
        current = s.parents.get(current)


def on_fire(s: State, data: tuple[int, int, int], value: int) -> None:
    """One held value."""
    key = (data[0], data[1], value)
    if key not in s.linked:
        s.linked.add(key)
        if s.kinds[value] == INST:
            overridden(s, value, data[0], data[1])
            found = classes.find(s, s.rows[value][1], "__call__")
            if found is not None and found[0] == "own":
                call = Call(data[0], data[1], 0, (), (), "callback?")
                s.watch(found[2], bind_and_call, (value, s.rows[value][1], call))
        else:
            escape(s, data[0], data[1], value, data[2])


def escape(s: State, aid: int, site: int, value: int, dst: int = 0) -> None:
    """Code outside does with a value what it can: calls it, constructs it, uses its protocols, methods and overrides."""
    kind = s.kinds[value]
    out = s.variable()
    if dst:
        s.watch(dst, on_result_holder, out)
    if kind == INST:
        protocols_called(s, value, aid, site)
        overridden(s, value, aid, site)
        methods_called(s, value, aid, site)
    elif kind == CLASS:
        construct(s, Call(aid, site, out, (), (), "callback?"), value)
        overridden(s, s.of(INST, value, 0), aid, site)
    elif kind in CALLABLES:
        call_back_into(s, (aid, site, (), out), value)


def on_result_holder(s: State, out: int, value: int) -> None:
    """What callbacks returned is in what the library returned."""
    if s.kinds[value] == XRES:
        s.flow(out, content(s, value))


MAX_METHODS = 24
"""Objects with more public methods than this are too large for all of them to be called by a library."""


def methods_called(s: State, value: int, aid: int, site: int) -> None:
    """A library of which nothing is known may call the public methods of a small object that it was given."""
    key = ("methods", aid, site, value)
    if key in s.linked:
        return
    s.linked.add(key)
    cls = s.rows[value][1]
    names = {n for e in classes.order(s, cls) if s.kinds[e] == CLASS for n in s.own[e] if not n.startswith("_")}
    if len(names) <= MAX_METHODS:
        for name in sorted(names):
            found = classes.find(s, cls, name)
            if found is not None and found[0] == "own":
                s.watch(found[2], on_override, (value, cls, Call(aid, site, 0, (), (), "callback?")))


def protocols_called(s: State, value: int, aid: int, site: int, unknown: bool = True) -> None:
    """The special methods of an object that code outside was given; the standard library names what else it calls."""
    key = ("protocols", aid, site, value)
    if key in s.linked:
        return
    s.linked.add(key)
    cls = s.rows[value][1]
    for name in CALLED_PROTOCOLS if unknown else STREAM_PROTOCOLS:
        found = classes.find(s, cls, name)
        if found is not None and found[0] == "own":
            s.watch(found[2], bind_and_call, (value, cls, Call(aid, site, 0, (), (), "callback?")))


def overridden(s: State, value: int, aid: int, site: int) -> None:
    """What a class of the source overrides of its bases outside: their code calls it."""
    key = ("overridden", aid, site, value)
    if key in s.linked:
        return
    s.linked.add(key)
    cls = s.rows[value][1]
    outside = classes.outside_bases(s, cls)
    if not outside:
        return
    seen: set[str] = set()
    for entry in classes.order(s, cls):
        if s.kinds[entry] != CLASS:
            continue
        for name in sorted(s.own[entry] - seen):
            seen.add(name)
            if name in ("__init__", "__new__", "__init_subclass__"):
                continue
            if any(classes.outside_has(s, o, name) or calls_by_prefix(s, o, name) for o in outside):
                call = Call(aid, site, 0, (), (), "callback?")
                s.watch(s.field(entry, name), on_override, (value, cls, call))


BY_PREFIX = {
    "ast.NodeVisitor": ("visit_",), "ast.NodeTransformer": ("visit_",), "html.parser.HTMLParser": ("handle_",),
    "cmd.Cmd": ("do_", "help_", "complete_"), "unittest.TestCase": ("test", "setUp", "tearDown"),
    "unittest.case.TestCase": ("test", "setUp", "tearDown"), "http.server.BaseHTTPRequestHandler": ("do_",),
    "socketserver.BaseRequestHandler": ("handle",),
}  # fmt: skip
"""Classes of the standard library that call methods by a composed name."""


def calls_by_prefix(s: State, outside: int, name: str) -> bool:
    """Whether a base class outside finds its methods by a prefix."""
    if s.kinds[outside] != EXT:
        return False
    order = s.stubs.mro(s.rows[outside][1]) or (s.rows[outside][1],)
    return any(name.startswith(prefix) for base in order for prefix in BY_PREFIX.get(base, ()))


def on_override(s: State, data: tuple[int, int, Call], value: int) -> None:
    """A method that overrides one from outside is called; a plain attribute is not."""
    if s.kinds[value] in (FUNC, CTXFUNC):
        bind_and_call(s, data, value)


# classes of the source with bases outside


def construct_outside(s: State, made: Call, outside: int, instance: int) -> None:
    """The constructor of a base class from outside gets the arguments."""
    dotted = s.rows[outside][1]
    if dotted in ("builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC"):
        return
    if s.kinds[outside] == EXT and not dotted.endswith(("Error", "Exception", "Warning")):
        s.calls_external(made.aid, made.site, dotted, made.kind)
        entry = s.stubs.lookup(dotted)
        args, keywords = argument_types(s, made)
        callbacks(s, made, entry, ("inst", dotted, ()), args, keywords, s.variable())
        for var in (*(v for v, _ in made.pos), *(v for _, v in made.kw)):
            hold(s, instance, var)
        if entry is None:
            # of a library that nothing is known of: what it overrides counts where the object is made
            overridden(s, instance, made.aid, made.site)


def call_inherited(s: State, call: Call, outside: int, name: str, instance: int) -> None:
    """A method that an object of the source has from outside."""
    dotted = f"{s.rows[outside][1]}.{name}"
    found = s.stubs.member(s.rows[outside][1], name) if s.kinds[outside] == EXT else None
    s.calls_external(call.aid, call.site, dotted, call.kind)
    if found:
        overridden(s, instance, call.aid, call.site)
    call_named(s, call, dotted, found[1] if found else None, instance)


# operators


def operator(s: State, data: tuple[int, str, int, int, int], value: int) -> None:
    """A binary operator whose left operand is from outside: `path / "x"`."""
    dst, name, right, aid, site = data
    kind = s.kinds[value]
    dotted = {STR: "builtins.str", INT: "builtins.int"}.get(kind) or s.rows[value][1]
    if kind in (STR, INT):
        if name in ("add", "iadd") and kind == STR:
            s.watch(right, on_concatenated, (value, dst))
        elif name == "mod" and kind == STR and s.rows[value][1].partition("%")[0]:
            s.add(dst, s.of(XINST, dotted, ((s.of(STR, s.rows[value][1].partition("%")[0]),),), 0))
        else:
            s.add(dst, s.instance(dotted))
        if name == "mod" and kind == STR:
            from code_path_audit.callgraph.protocols import formatted  # noqa: PLC0415

            s.watch(right, formatted, ("__str__", aid, site))
        return
    plain = name[1:] if name.startswith("i") and name not in ("invert",) else name
    found = s.stubs.member(dotted, f"__{plain}__")
    if found is None:
        s.add(dst, value)
        return
    add_type(s, s.stubs.returns(found[1], type_of_value(s, value)), dst, f"{dotted}.__{plain}__()")


def on_concatenated(s: State, data: tuple[int, int], value: int) -> None:
    """"a" + "b"; a constant in front of something else is kept as a prefix."""
    left, dst = data
    if s.kinds[value] == STR and len(s.rows[left][1]) + len(s.rows[value][1]) <= PATH_LIMIT:
        s.add(dst, s.of(STR, s.rows[left][1] + s.rows[value][1]))
    else:
        s.add(dst, s.of(XINST, "builtins.str", ((left,),), 0))


__all__ = ["BOUND", "GEN", "PARTIAL", "named"]

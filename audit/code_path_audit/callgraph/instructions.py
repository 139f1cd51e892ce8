"""The body of an activation: each instruction of the facts becomes what it means for the variables."""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.callgraph import attributes, classes, containers, protocols
from code_path_audit.callgraph.calls import apply, apply_with, construct, star_box
from code_path_audit.callgraph.narrowing import narrow, narrow_callable
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import BOX, CLASS, EXT, FUNC, INST, INT, MODULE, NONE, STR, XINST
from code_path_audit.facts import code as op
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.program.link import unique_names
from code_path_audit.program.names import exported


def begin(s: State, aid: int) -> None:
    """Read the body of an activation."""
    facts = s.facts[s.a_function[aid]]
    base = s.a_base[aid]
    for index, param in enumerate(facts.params):
        if param.kind in ("star", "starstar"):
            box = star_box(s, aid, param.kind)
            containers.all_field(s, box)
            s.add(base + index, box)
    returns = False
    for row in facts.code:
        returns = returns or row[0] == op.RETURN
        HANDLERS[row[0]](s, aid, base, row)
    if not returns:
        s.add(s.a_return[aid], s.of(NONE))


# modules


def load(s: State, dotted: str, aid: int, site: int) -> None:
    """Import a module, and the packages around it."""
    parts = dotted.split(".")
    for count in range(1, len(parts) + 1):
        name = ".".join(parts[:count])
        if name in s.program.modules:
            target = module_activation(s, name)
            if site >= 0:
                s.edge(Call(aid, site, 0, (), (), "import"), target)


def module_activation(s: State, name: str) -> int:
    """The activation of a module's body."""
    aid = s.module_aids.get(name)
    if aid is None:
        aid = s.module_aids[name] = s.activate(s.function(name), -1, ())
    return aid


def import_(s: State, aid: int, base: int, row: tuple) -> None:
    """import a.b"""
    _, reg, dotted, first, site = row
    load(s, dotted, aid, site)
    s.add(base + reg, s.module_value(dotted.partition(".")[0] if first else dotted))


def import_from(s: State, aid: int, base: int, row: tuple) -> None:
    """from a import b"""
    _, reg, module, name, site = row
    child = f"{module}.{name}"
    if module not in s.program.modules:
        if child in s.program.modules:
            load(s, child, aid, site)
            s.add(base + reg, s.of(MODULE, child))
        else:
            from code_path_audit.callgraph.externals import named  # noqa: PLC0415

            named(s, child, base + reg)
        return
    load(s, module, aid, site)
    names = attributes.module_names(s, module)
    if child in s.program.modules and (name not in names or module == s.modules[s.a_function[aid]]):
        load(s, child, aid, site)
        s.add(base + reg, s.of(MODULE, child))
    else:
        attributes.read_module(s, (base + reg, name, aid, site), s.of(MODULE, module))


def import_star(s: State, aid: int, base: int, row: tuple) -> None:
    """from a import *"""
    _, module, site = row
    if module not in s.program.modules:
        return
    load(s, module, aid, site)
    here, there = s.of(MODULE, s.modules[s.a_function[aid]]), s.of(MODULE, module)
    for name in sorted(exported(s.program, module)):
        child = f"{module}.{name}"
        if child in s.program.modules and name not in attributes.module_names(s, module):
            load(s, child, aid, site)
            s.add(s.field(here, name), s.of(MODULE, child))
        s.flow(s.field(there, name), s.field(here, name))


def global_(s: State, aid: int, base: int, row: tuple) -> None:
    """A name that is no local: of the module, or a builtin."""
    _, reg, name = row
    module = s.modules[s.a_function[aid]]
    if name in attributes.module_names(s, module):
        s.flow(s.field(s.of(MODULE, module), name), base + reg)
    elif name == "__name__":
        s.add(base + reg, s.of(STR, module))
    elif name in ("__file__", "__doc__", "__package__"):
        s.add(base + reg, s.instance("builtins.str"))
    elif s.stubs.lookup(f"builtins.{name}") is not None:
        from code_path_audit.callgraph.externals import named  # noqa: PLC0415

        named(s, f"builtins.{name}", base + reg)
    else:
        star_from_outside(s, module, name, base + reg)


def star_from_outside(s: State, module: str, name: str, dst: int) -> None:
    """A name that can only come from `from library import *`."""
    for row in s.program.modules[module].functions[0].code:
        if row[0] == op.IMPORT_STAR and row[1] not in s.program.modules:
            from code_path_audit.callgraph.externals import named  # noqa: PLC0415

            named(s, f"{row[1]}.{name}", dst)


def store_global(s: State, aid: int, base: int, row: tuple) -> None:
    """A global of the module is bound."""
    s.flow(base + row[2], s.field(s.of(MODULE, s.modules[s.a_function[aid]]), row[1]))


# scopes


def owner_base(s: State, aid: int, index: int) -> int:
    """The registers of the activation around this one that belongs to a function of the module; -1 if there is none."""
    env = s.a_env[aid]
    while env >= 0:
        if s.indices[s.a_function[env]] == index:
            return s.a_base[env]
        env = s.a_env[env]
    return -1


def free(s: State, aid: int, base: int, row: tuple) -> None:
    """A variable of a function around this one."""
    owner = owner_base(s, aid, row[2])
    if owner >= 0:
        s.flow(owner + row[3], base + row[1])


def store_free(s: State, aid: int, base: int, row: tuple) -> None:
    """nonlocal"""
    owner = owner_base(s, aid, row[1])
    if owner >= 0:
        s.flow(base + row[3], owner + row[2])


def store_name(s: State, aid: int, base: int, row: tuple) -> None:
    """A name of a class body."""
    cls = s.a_class[aid]
    if cls >= 0:
        s.flow(base + row[2], s.field(cls, row[1]))
        s.watch(base + row[2], on_class_attribute, (cls, row[1], aid))


def on_class_attribute(s: State, data: tuple[int, str, int], value: int) -> None:
    """A descriptor in a class body is told its name."""
    if s.kinds[value] != INST:
        return
    found = classes.find(s, s.rows[value][1], "__set_name__")
    if found is not None and found[0] == "own":
        cls, name, aid = data
        owner, text = s.variable(), s.variable()
        s.add(owner, cls)
        s.add(text, s.of(STR, name))
        call = Call(aid, -1, 0, ((owner, False), (text, False)), (), "construct")
        s.watch(found[2], attributes.bind_and_call, (value, s.rows[value][1], call))


def numbered(s: State, aid: int, index: int) -> int:
    """The number of a function of the same module by its index there, -1 if its name is taken by a module."""
    fid = s.a_function[aid]
    module = s.modules[fid]
    names = s.unique.get(module)
    if names is None:
        names = s.unique[module] = unique_names(s.program.modules[module])
    if fid in s.synthetic or s.program.functions.get(names[index]) != (module, index):
        return -1
    return s.function(names[index])


def function(s: State, aid: int, base: int, row: tuple) -> None:
    """def, lambda"""
    _, reg, index, defaults = row
    fid = numbered(s, aid, index)
    if fid < 0:
        return
    value = s.of(FUNC, fid, aid)
    s.made.setdefault(fid, value)
    table = s.defaults.setdefault(value, {})
    for name, default in defaults:
        table[name] = base + default
    s.add(base + reg, value)


def class_(s: State, aid: int, base: int, row: tuple) -> None:
    """class"""
    _, reg, index, bases, keywords, site = row
    fid = numbered(s, aid, index)
    if fid < 0:
        return
    value = s.of(CLASS, fid, aid)
    s.made.setdefault(fid, value)
    body = s.activate(fid, aid, ())
    classes.make(s, value, body)
    s.edge(Call(aid, site, 0, (), (), "construct"), body)
    for place, source in enumerate(bases):
        s.watch(base + (~source if source < 0 else source), classes.add_base, (value, place))
    for name, source in keywords:
        if name == "metaclass":
            s.metaclass[value] = base + source
    s.add(base + reg, value)
    keyword_vars = tuple((k, base + r) for k, r in keywords if k != "metaclass")
    hook(s, (aid, site, keyword_vars), value)


def hook(s: State, data: tuple[int, int, tuple[tuple[str, int], ...]], value: int) -> None:
    """What the bases do when a class is made: __init_subclass__, and the metaclass."""
    aid, site, keywords = data
    classes.depends(s, value, hook, data, value)
    found = classes.find(s, value, "__init_subclass__", value)
    if found is not None and found[0] == "own":
        s.watch(found[2], apply_with, (Call(aid, site, 0, (), keywords, "construct"), value))
    for entry in classes.order(s, value):
        meta = s.metaclass.get(entry)
        if meta is not None:
            s.metaclass.setdefault(value, meta)
            s.watch(meta, on_metaclass, (aid, site, value))
            break


def on_metaclass(s: State, data: tuple[int, int, int], meta: int) -> None:
    """A metaclass makes the class."""
    aid, site, value = data
    if s.kinds[meta] != CLASS:
        return
    args = tuple((s.variable(), False) for _ in range(3))
    first = s.variable()
    s.add(first, value)
    for name in ("__new__", "__init__"):
        found = classes.find(s, meta, name)
        if found is not None and found[0] == "own":
            receiver = meta if name == "__new__" else value
            s.watch(found[2], apply_with, (Call(aid, site, 0, args, (), "construct"), receiver))


# values


def string(s: State, aid: int, base: int, row: tuple) -> None:
    """A string; a long one is only a str of its length."""
    text = row[2]
    if len(text) <= 200:
        s.add(base + row[1], s.of(STR, text))
    else:
        s.add(base + row[1], s.instance("builtins.str"))


def integer(s: State, aid: int, base: int, row: tuple) -> None:
    """A number."""
    s.add(base + row[1], s.of(INT, row[2]))


def primitive(s: State, aid: int, base: int, row: tuple) -> None:
    """Another literal; a string that begins with constant text keeps it, for getattr."""
    dotted = row[2]
    if dotted == "builtins.None":
        s.add(base + row[1], s.of(NONE))
    elif dotted == "builtins.str" and len(row) > 3 and row[3]:
        s.add(base + row[1], s.of(XINST, dotted, ((s.of(STR, row[3]),),), 0))
    else:
        s.add(base + row[1], s.instance(dotted))


def sequence(kind: str) -> Callable[[State, int, int, tuple], None]:
    """[...], (...), {...}"""

    def handler(s: State, aid: int, base: int, row: tuple) -> None:
        box = s.box(kind, (aid, row[1]))
        containers.all_field(s, box)
        place: int | None = 0
        for reg in row[2]:
            if reg < 0:
                containers.extend(s, box, base + ~reg)
                place = None
            elif place is None:
                containers.put(s, box, None, base + reg)
            else:
                containers.put(s, box, s.of(INT, place) if kind != "set" else None, base + reg)
                place += 1
        if kind == "set":
            s.open_boxes.discard(box)
        if place is not None:
            s.lengths[box] = len(row[2])
        s.add(base + row[1], box)

    return handler


def dictionary(s: State, aid: int, base: int, row: tuple) -> None:
    """{k: v, **d}"""
    box = s.box("dict", (aid, row[1]))
    containers.all_field(s, box)
    s.lengths[box] = len(row[2])
    for key, value in row[2]:
        if key < 0:
            s.watch(base + value, containers.on_update, (box, "dict"))
            s.lengths.pop(box, None)
        else:
            containers.store(s, box, base + key, base + value)
    s.open_boxes.discard(box)
    s.add(base + row[1], box)


def comprehension(s: State, aid: int, base: int, row: tuple) -> None:
    """[... for ...]"""
    _, reg, kind, key, value = row
    box = s.box(kind, (aid, reg))
    if key >= 0:
        containers.store(s, box, base + key, base + value)
    else:
        containers.put(s, box, None, base + value)
    s.open_boxes.add(box)
    s.add(base + reg, box)


def slice_(s: State, aid: int, base: int, row: tuple) -> None:
    """x[a:b]"""
    s.watch(base + row[2], on_slice, (base + row[1], aid, row[3]))


def on_slice(s: State, data: tuple[int, int, int], value: int) -> None:
    """A part of a sequence is taken for the whole."""
    dst, aid, site = data
    if s.kinds[value] == INST:
        key = s.variable()
        s.add(key, s.instance("builtins.slice"))
        protocols.item(s, (dst, key, aid, site), value)
    elif s.kinds[value] == STR:
        s.add(dst, s.instance("builtins.str"))
    elif s.kinds[value] == BOX:
        part = s.box(s.rows[value][1], ("slice", value))
        containers.all_field(s, part)
        s.flow(containers.all_field(s, value), s.field(part, "?"))
        s.open_boxes.add(part)
        s.add(dst, part)
    else:
        s.add(dst, value)


def typed(s: State, aid: int, base: int, row: tuple) -> None:
    """What an annotation says counts where the value is not known."""
    _, reg, source, stated = row
    if source >= 0:
        s.flow(base + source, base + reg)
    s.annotated.append((base + reg, stated, aid))


def call(s: State, aid: int, base: int, row: tuple) -> None:
    """A call."""
    _, reg, callee, positional, keywords, site = row
    pos = tuple((base + ~r, True) if r < 0 else (base + r, False) for r in positional)
    kw = tuple((name, base + r) for name, r in keywords)
    kind = s.facts[s.a_function[aid]].sites[site].kind
    s.callees[aid, site] = base + callee
    s.watch(base + callee, apply, Call(aid, site, base + reg, pos, kw, kind))


def raise_(s: State, aid: int, base: int, row: tuple) -> None:
    """raise C makes an instance."""
    s.watch(base + row[1], on_raise, (aid, row[2]))


def on_raise(s: State, data: tuple[int, int], value: int) -> None:
    """A class that is raised."""
    if s.kinds[value] == CLASS:
        construct(s, Call(data[0], data[1], s.variable(), (), (), "construct"), value)


def catch(s: State, aid: int, base: int, row: tuple) -> None:
    """except C as e"""
    s.watch(base + row[2], on_catch, base + row[1])


def on_catch(s: State, dst: int, value: int) -> None:
    """An instance of the class that is caught, or of a class below it."""
    kind = s.kinds[value]
    if kind == CLASS:
        s.add(dst, s.of(INST, value, 0))
        s.typed_sinks.append((dst, value))
    elif kind == EXT:
        s.add(dst, s.instance(s.rows[value][1]))
    elif kind == BOX:
        s.watch(containers.all_field(s, value), on_catch, dst)


def match_attribute(s: State, aid: int, base: int, row: tuple) -> None:
    """case C(x): the attribute that C.__match_args__ names for a place."""
    _, reg, subject, index, cls = row
    s.watch(base + cls, on_match_class, (base + reg, base + subject, index, aid))


def on_match_class(s: State, data: tuple[int, int, int, int], value: int) -> None:
    """One class of a pattern."""
    dst, subject, index, aid = data
    if s.kinds[value] == EXT:
        s.flow(subject, dst)
    if s.kinds[value] != CLASS:
        return
    names = classes.record_fields(s, value)
    found = classes.find(s, value, "__match_args__")
    if found is not None and found[0] == "own":
        for box in s.holds(found[2]):
            if s.kinds[box] == BOX:
                texts = s.holds(s.field(box, f"=i:{index}"))
                for text in texts:
                    if s.kinds[text] == STR:
                        s.watch(subject, attributes.read, (dst, s.rows[text][1], aid, -1))
        return
    if index < len(names):
        s.watch(subject, attributes.read, (dst, names[index], aid, -1))


def narrowed(s: State, aid: int, base: int, row: tuple) -> None:
    """isinstance, callable"""
    _, reg, source, polarity, against = row
    if against < 0:
        s.watch(base + source, narrow_callable, (base + reg, polarity))
    else:
        s.watch(base + source, narrow, (base + reg, polarity, base + against))


def run_text(s: State, caller: Call, text: str) -> bool:
    """eval and exec of a constant: its code runs in the module of the caller, and counts as the caller's."""
    module = s.modules[s.a_function[caller.aid]]
    try:
        facts = extract_module(text.strip().encode(), module).functions
    except Unparsable:
        return False
    fid = len(s.names)
    s.names.append(s.names[s.a_function[caller.aid]])
    s.facts.append(facts[0])
    s.modules.append(module)
    s.indices.append(-1)
    s.synthetic[fid] = (caller.aid, caller.site)
    aid = s.activate(fid, caller.aid, ())
    s.edge(Call(caller.aid, caller.site, 0, (), (), "call"), aid)
    for row in facts[0].code:
        if row[0] == op.STORE_GLOBAL:
            s.module_names[module] = attributes.module_names(s, module) | {row[1]}
    if facts[0].code and facts[0].code[-1][0] == op.CALL:
        s.flow(s.a_base[aid] + facts[0].code[-1][1], caller.dst)
    return True


Handler = Callable[[State, int, int, tuple], None]

HANDLERS: dict[int, Handler] = {
    op.STR: string, op.INT: integer, op.PRIM: primitive, op.FUNC: function, op.CLASS: class_,
    op.COPY: lambda s, a, b, r: s.flow(b + r[2], b + r[1]),
    op.GLOBAL: global_, op.FREE: free, op.STORE_GLOBAL: store_global, op.STORE_FREE: store_free,
    op.STORE_NAME: store_name,
    op.ATTR: lambda s, a, b, r: s.watch(b + r[2], attributes.read, (b + r[1], r[3], a, r[4])),
    op.STORE_ATTR: lambda s, a, b, r: s.watch(b + r[1], attributes.write, (r[2], b + r[3], a, r[4])),
    op.ITEM: lambda s, a, b, r: s.watch(b + r[2], protocols.item, (b + r[1], b + r[3], a, r[4])),
    op.STORE_ITEM: lambda s, a, b, r: s.watch(b + r[1], protocols.store_item, (b + r[2], b + r[3], a, r[4])),
    op.DEL_ITEM: lambda s, a, b, r: s.watch(b + r[1], protocols.delete_item, (b + r[2], a, r[3])),
    op.CALL: call,
    op.UNARY: lambda s, a, b, r: s.watch(b + r[3], on_unary, (f"__{r[2]}__", Call(a, r[4], b + r[1], (), (), "operator"))),
    op.FORMAT: lambda s, a, b, r: s.watch(b + r[2], protocols.formatted, (r[1], a, r[3])),
    op.TRUTH: lambda s, a, b, r: s.watch(b + r[1], protocols.truth, (a, r[2])),
    op.ITER: lambda s, a, b, r: protocols.iterate(s, b + r[2], b + r[1], a, r[4], r[3]),
    op.UNPACK: lambda s, a, b, r: s.watch(b + r[1], protocols.unpack, (tuple(b + t for t in r[2]), r[3], a, r[4])),
    op.ENTER: lambda s, a, b, r: s.watch(b + r[2], protocols.enter, (b + r[1], a, r[4], r[3])),
    op.AWAIT: lambda s, a, b, r: protocols.wait(s, b + r[2], b + r[1], a, r[3]),
    op.RETURN: lambda s, a, b, r: s.flow(b + r[1], s.a_return[a]),
    op.RAISE: raise_, op.CATCH: catch, op.LIST: sequence("list"), op.TUPLE: sequence("tuple"),
    op.SET: sequence("set"), op.DICT: dictionary, op.IMPORT: import_, op.IMPORT_FROM: import_from,
    op.IMPORT_STAR: import_star, op.NARROW: narrowed, op.TYPED: typed, op.SLICE: slice_,
    op.MATCH_ATTR: match_attribute, op.DELETE_ATTR: lambda s, a, b, r: None, op.COMPREHENSION: comprehension,
}  # fmt: skip


def binary(s: State, aid: int, base: int, row: tuple) -> None:
    """left + right"""
    _, reg, name, left, right, site = row
    s.watch(base + left, protocols.binary, (base + reg, name, base + right, aid, site))
    s.watch(base + right, protocols.reflected, (base + reg, name, base + left, aid, site))


def compare(s: State, aid: int, base: int, row: tuple) -> None:
    """left < right"""
    _, reg, name, left, right, site = row
    s.watch(base + left, protocols.compare, (base + reg, name, base + right, aid, site))
    if name != "contains":
        s.watch(base + right, protocols.reflected, (base + reg, name, base + left, aid, site))


def on_unary(s: State, data: tuple[str, Call], value: int) -> None:
    """-x, ~x"""
    if not protocols.special(s, value, data[0], data[1]) and s.kinds[value] not in (INST, CLASS):
        s.add(data[1].dst, value)


def yield_(s: State, aid: int, base: int, row: tuple) -> None:
    """yield"""
    s.flow(base + row[2], s.a_yield[aid])
    s.flow(s.a_send[aid], base + row[1])


def yield_from(s: State, aid: int, base: int, row: tuple) -> None:
    """yield from"""
    s.watch(base + row[2], protocols.on_delegate, (base + row[1], aid, row[3], s.a_yield[aid]))


HANDLERS.update({op.BINARY: binary, op.COMPARE: compare, op.YIELD: yield_, op.YIELD_FROM: yield_from})

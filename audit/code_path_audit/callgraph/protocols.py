"""What the language calls without a call being written: iteration, with, await, operators, unpacking, conditions."""

from __future__ import annotations

from code_path_audit.callgraph import classes, containers, plugins
from code_path_audit.callgraph.attributes import bind_and_call
from code_path_audit.callgraph.containers import unknown_element
from code_path_audit.callgraph.state import Call, State
from code_path_audit.callgraph.values import (
    BOX, CLASS, CORO, CTX, EXT, GEN, INST, INT, STR, UNKNOWN, XINST, XRES,
)  # fmt: skip

REFLECTED = {
    "add": "radd", "sub": "rsub", "mul": "rmul", "matmul": "rmatmul", "truediv": "rtruediv", "mod": "rmod",
    "pow": "rpow", "lshift": "rlshift", "rshift": "rrshift", "or": "ror", "xor": "rxor", "and": "rand",
    "floordiv": "rfloordiv", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne",
}  # fmt: skip


def special(s: State, value: int, name: str, call: Call) -> bool:
    """Call a special method of an object, if its class is of the source and has it."""
    if s.kinds[value] == CLASS:
        meta = s.metaclass.get(value)
        if meta is not None:
            s.watch(meta, on_metaclass_special, (value, name, call))
        return False
    if s.kinds[value] != INST:
        return False
    cls = s.rows[value][1]
    found = classes.find(s, cls, name)
    if found is None or found[0] != "own":
        return False
    s.answered.add((call.aid, call.site))
    s.watch(found[2], bind_and_call, (value, cls, call))
    return True


def on_metaclass_special(s: State, data: tuple[int, str, Call], value: int) -> None:
    """A special method of a class, from its metaclass."""
    cls, name, call = data
    if s.kinds[value] == CLASS:
        found = classes.find(s, value, name)
        if found is not None and found[0] == "own":
            s.watch(found[2], bind_and_call, (cls, value, call))


# iteration


def iterate(s: State, source: int, target: int, aid: int, site: int, is_async: bool) -> None:
    """The elements of what a variable holds."""
    s.watch(source, on_iterate, (target, aid, site, is_async))


def on_iterate(s: State, data: tuple[int, int, int, bool], value: int) -> None:
    """The elements of one value."""
    target, aid, site, is_async = data
    kind = s.kinds[value]
    if kind == BOX:
        if s.rows[value][1] == "dict":
            s.flow(s.field(value, "keys"), target)
        else:
            s.flow(containers.all_field(s, value), target)
    elif kind == GEN:
        s.flow(s.a_yield[s.rows[value][1]], target)
        resume(s, aid, site, s.rows[value][1])
    elif kind == INST:
        iterate_instance(s, data, value)
    elif kind == CLASS:
        if classes.is_enum(s, value):
            s.add(target, s.of(INST, value, 0))
        special(s, value, "__iter__", Call(aid, site, target, (), (), "iterate"))
    elif kind == STR:
        s.add(target, s.instance("builtins.str"))
    elif kind == XINST and plugins.is_group(s, value):
        plugins.elements(s, value, target)
    elif kind == XINST:
        from code_path_audit.callgraph.externals import add_type, type_of_value  # noqa: PLC0415

        add_type(s, s.stubs.iter_type(type_of_value(s, value), is_async), target)
        from code_path_audit.callgraph.externals import fire  # noqa: PLC0415

        fire(s, value, aid, site)
    elif kind == XRES:
        s.add(target, unknown_element(s, value, "[]"))
        from code_path_audit.callgraph.externals import content  # noqa: PLC0415

        s.watch(content(s, value), on_content, target)
    elif kind == UNKNOWN:
        s.add(target, s.of(UNKNOWN, ""))


def resume(s: State, aid: int, site: int, generator: int) -> None:
    """The body of a generator runs where it is iterated."""
    if site >= 0:
        s.edge(Call(aid, site, 0, (), (), "resume"), generator)


def on_content(s: State, target: int, value: int) -> None:
    """What callbacks returned comes out of a library as it is, or element by element."""
    s.add(target, value)
    if s.kinds[value] == BOX and s.rows[value][1] != "dict":
        s.flow(containers.all_field(s, value), target)


def iterate_instance(s: State, data: tuple[int, int, int, bool], value: int) -> None:
    """An object: __iter__ and then __next__; or __getitem__."""
    target, aid, site, is_async = data
    made = s.variable()
    if special(s, value, "__aiter__" if is_async else "__iter__", Call(aid, site, made, (), (), "iterate")):
        s.watch(made, on_iterator, data)
    elif special(s, value, "__next__", Call(aid, site, target, (), (), "iterate")):
        return
    elif special(s, value, "__getitem__", Call(aid, site, target, (), (), "iterate")):
        return
    elif (box := classes.box_of(s, value)) is not None:
        on_iterate(s, data, box)
    else:
        fields_of_tuple(s, value, target)
        for outside in classes.outside_bases(s, s.rows[value][1]):
            from code_path_audit.callgraph.externals import call_inherited  # noqa: PLC0415

            call_inherited(s, Call(aid, site, target, (), (), "iterate"), outside, "__iter__", value)


def fields_of_tuple(s: State, value: int, target: int) -> None:
    """A named tuple is iterated over its fields."""
    cls = s.rows[value][1]
    if classes.has_outside(s, cls, "typing.NamedTuple"):
        for name in classes.record_fields(s, cls):
            s.flow(s.field(value, name), target)


def on_iterator(s: State, data: tuple[int, int, int, bool], value: int) -> None:
    """What __iter__ returned."""
    target, aid, site, is_async = data
    if s.kinds[value] == INST:
        result = s.variable() if is_async else target
        special(s, value, "__anext__" if is_async else "__next__", Call(aid, site, result, (), (), "iterate"))
        if is_async:
            wait(s, result, target, aid, site)
    else:
        on_iterate(s, data, value)


def unpack(s: State, data: tuple[tuple[int, ...], int, int, int], value: int) -> None:
    """a, *b = value"""
    targets, star, aid, site = data
    if s.kinds[value] == INST and classes.has_outside(s, s.rows[value][1], "typing.NamedTuple"):
        for target, name in zip(targets, classes.record_fields(s, s.rows[value][1]), strict=False):
            s.flow(s.field(value, name), target)
        return
    if s.kinds[value] == XINST and s.rows[value][1] == "builtins.tuple" and star < 0 and len(s.rows[value][2]) == len(targets):
        for target, held in zip(targets, s.rows[value][2], strict=True):
            for element in held:
                s.add(target, element)
        return
    if s.kinds[value] != BOX or s.rows[value][1] not in containers.SEQUENCES:
        element = s.variable()
        on_iterate(s, (element, aid, site, False), value)
        for index, target in enumerate(targets):
            if index == star:
                box = s.box("list", ("star", target))
                containers.put(s, box, None, element)
                s.add(target, box)
            else:
                s.flow(element, target)
        return
    for index, target in enumerate(targets):
        if star < 0 or index < star:
            containers.get(s, value, s.of(INT, index), target)
        elif index == star:
            box = s.box("list", ("star", target))
            rest = s.variable()
            known = [n for o, n in s.fields if o == value and n.startswith("=i:")]
            for name in known:
                if int(name[3:]) >= star:
                    s.flow(s.fields[value, name], rest)
            s.flow(s.field(value, "?"), rest)
            containers.put(s, box, None, rest)
            s.add(target, box)
        else:
            containers.get(s, value, None, target)


# with, await, yield from


def enter(s: State, data: tuple[int, int, int, bool], value: int) -> None:
    """with value as target"""
    target, aid, site, is_async = data
    kind = s.kinds[value]
    if kind == CTX:
        s.flow(s.a_yield[s.rows[value][1]], target)
    elif kind == INST:
        names = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        result = s.variable() if is_async else target
        if special(s, value, names[0], Call(aid, site, result, (), (), "context")):
            if is_async:
                wait(s, result, target, aid, site)
        else:
            s.add(target, value)
            inherited_call(s, value, names[0], Call(aid, site, target, (), (), "context"))
        args = tuple((s.variable(), False) for _ in range(3))
        if not special(s, value, names[1], Call(aid, site, 0, args, (), "context")):
            inherited_call(s, value, names[1], Call(aid, site, 0, (), (), "context"))
    elif kind == XINST:
        from code_path_audit.callgraph.externals import add_type, fire, type_of_value  # noqa: PLC0415

        entered = s.stubs.enter_type(type_of_value(s, value), is_async)
        if entered in (("self",), type_of_value(s, value)):
            s.add(target, value)
        else:
            add_type(s, entered, target)
        s.calls_external(aid, site, f"{s.rows[value][1]}.{'__aenter__' if is_async else '__enter__'}", "context")
        fire(s, value, aid, site)
    elif kind in (XRES, UNKNOWN):
        s.add(target, value)


def inherited_call(s: State, value: int, name: str, call: Call) -> None:
    """A special method that a class of the source inherits from outside."""
    from code_path_audit.callgraph.externals import call_inherited  # noqa: PLC0415

    found = classes.find(s, s.rows[value][1], name)
    if found is not None and found[0] == "ext":
        call_inherited(s, call, found[1], name, value)


def wait(s: State, source: int, target: int, aid: int, site: int) -> None:
    """await"""
    s.watch(source, on_wait, (target, aid, site))


def on_wait(s: State, data: tuple[int, int, int], value: int) -> None:
    """await of one value."""
    target, aid, site = data
    kind = s.kinds[value]
    if kind == CORO:
        s.flow(s.a_return[s.rows[value][1]], target)
    elif kind == INST:
        made = s.variable()
        if special(s, value, "__await__", Call(aid, site, made, (), (), "call")):
            s.watch(made, on_delegate, (target, aid, site, made))
    elif kind == XINST:
        from code_path_audit.callgraph.externals import add_type, type_of_value  # noqa: PLC0415

        add_type(s, s.stubs.await_type(type_of_value(s, value)), target)
    elif kind in (XRES, UNKNOWN, BOX):
        s.add(target, value)


def on_delegate(s: State, data: tuple[int, int, int, int], value: int) -> None:
    """yield from: what the inner generator returns is the result; what it yields is yielded."""
    target, aid, site, yielded = data
    if s.kinds[value] == GEN:
        inner = s.rows[value][1]
        s.flow(s.a_return[inner], target)
        s.flow(s.a_yield[inner], yielded)
        s.flow(s.a_send[aid], s.a_send[inner])
    else:
        on_iterate(s, (yielded, aid, site, False), value)


# operators


def binary(s: State, data: tuple[int, str, int, int, int], value: int) -> None:
    """The left operand of a binary operator, one value of it."""
    dst, name, right, aid, site = data
    kind = s.kinds[value]
    if kind == INST:
        plain = name[1:] if name.startswith("i") and name[1:] in REFLECTED and name not in REFLECTED else name
        call = Call(aid, site, dst, ((right, False),), (), "operator")
        if not special(s, value, f"__{name}__", call) and plain != name:
            special(s, value, f"__{plain}__", call)
    elif kind == BOX:
        s.add(dst, value)
        if name in ("add", "iadd", "or", "ior"):
            s.watch(right, on_concatenate, value)
    elif kind in (XINST, STR, INT):
        from code_path_audit.callgraph.externals import operator  # noqa: PLC0415

        operator(s, data, value)
    elif kind in (XRES, EXT):
        s.add(dst, s.of(XRES, f"{s.rows[value][1]}"[:120], 0))
    elif kind == CLASS:
        s.add(dst, value)
        s.flow(right, dst)
        special(s, value, f"__{name}__", Call(aid, site, dst, ((right, False),), (), "operator"))


def on_concatenate(s: State, box: int, value: int) -> None:
    """list + list, dict | dict: the left one is taken to hold both. Assumes that aliasing them adds few false values."""
    if s.kinds[value] == BOX and value != box:
        if s.rows[box][1] == "dict" and s.rows[value][1] == "dict":
            containers.merge(s, box, value)
        else:
            s.flow(containers.all_field(s, value), s.field(box, "?"))
            containers.all_field(s, box)
            s.open_boxes.add(box)


def reflected(s: State, data: tuple[int, str, int, int, int], value: int) -> None:
    """The right operand: the reflected method is called where the left one has none."""
    dst, name, left, aid, site = data
    other = REFLECTED.get(name)
    if other is not None and s.kinds[value] == INST:
        if name in ("eq", "ne") and any(s.kinds[v] == INST for v in s.holds(left)):
            return
        special(s, value, f"__{other}__", Call(aid, site, dst, ((left, False),), (), "operator"))


def compare(s: State, data: tuple[int, str, int, int, int], value: int) -> None:
    """A comparison, one value of its left operand (of the container, for `in`)."""
    dst, name, right, aid, site = data
    if s.kinds[value] not in (INST, CLASS):
        return
    call = Call(aid, site, dst, ((right, False),), (), "operator")
    if special(s, value, f"__{name}__", call):
        return
    if name == "contains":
        iterate_instance(s, (s.variable(), aid, site, False), value) if s.kinds[value] == INST else None
    elif name == "ne":
        special(s, value, "__eq__", call)


def truth(s: State, data: tuple[int, int], value: int) -> None:
    """A value as a condition."""
    if s.kinds[value] == INST:
        call = Call(data[0], data[1], 0, (), (), "operator")
        if not special(s, value, "__bool__", call):
            special(s, value, "__len__", call)


def formatted(s: State, data: tuple[str, int, int], value: int) -> None:
    """A value in an f-string, in str() or in repr()."""
    name, aid, site = data
    if s.kinds[value] == INST:
        call = Call(aid, site, 0, (), (), "operator")
        order = {"__format__": ("__format__", "__str__", "__repr__"), "__str__": ("__str__", "__repr__")}
        for candidate in order.get(name, (name,)):
            if special(s, value, candidate, call):
                return


def item(s: State, data: tuple[int, int, int, int], value: int) -> None:
    """value[key]"""
    dst, key, aid, site = data
    kind = s.kinds[value]
    if kind == BOX:
        containers.load(s, value, key, dst)
    elif kind == INST:
        call = Call(aid, site, dst, ((key, False),), (), "operator")
        if not special(s, value, "__getitem__", call):
            box = classes.box_of(s, value)
            if box is not None:
                containers.load(s, box, key, dst)
            else:
                fields_of_tuple(s, value, dst)
                inherited_call(s, value, "__getitem__", call)
            special(s, value, "__missing__", call)
    elif kind == CLASS:
        subscript_class(s, data, value)
    elif kind == XINST and plugins.is_group(s, value):
        plugins.elements(s, value, dst)
        s.add(dst, value)
    elif kind in (XINST, STR):
        from code_path_audit.callgraph.externals import add_type, type_of_value  # noqa: PLC0415

        add_type(s, s.stubs.item_type(type_of_value(s, value)), dst)
    elif kind == XRES:
        s.add(dst, unknown_element(s, value, "[]"))
    elif kind == EXT:
        s.add(dst, value)
    elif kind == UNKNOWN:
        s.add(dst, s.of(UNKNOWN, ""))


def subscript_class(s: State, data: tuple[int, int, int, int], value: int) -> None:
    """C[key]: an enumeration's member, __class_getitem__, or a generic alias, which is the class."""
    dst, key, aid, site = data
    if classes.is_enum(s, value):
        s.add(dst, s.of(INST, value, 0))
        return
    found = classes.find(s, value, "__class_getitem__")
    call = Call(aid, site, dst, ((key, False),), (), "operator")
    if found is not None and found[0] == "own":
        s.watch(found[2], bind_and_call, (value, value, call))
        return
    special(s, value, "__getitem__", call)
    s.add(dst, value)


def store_item(s: State, data: tuple[int, int, int, int], value: int) -> None:
    """value[key] = source"""
    key, source, aid, site = data
    kind = s.kinds[value]
    if kind == BOX:
        containers.store(s, value, key, source)
    elif kind == INST:
        stored = special(s, value, "__setitem__", Call(aid, site, 0, ((key, False), (source, False)), (), "operator"))
        box = None if stored else classes.box_of(s, value)
        if box is not None:
            containers.store(s, box, key, source)
    elif kind in (XINST, XRES):
        from code_path_audit.callgraph.externals import hold  # noqa: PLC0415

        hold(s, value, source)


def delete_item(s: State, data: tuple[int, int, int], value: int) -> None:
    """del value[key]"""
    key, aid, site = data
    if s.kinds[value] == INST:
        special(s, value, "__delitem__", Call(aid, site, 0, ((key, False),), (), "operator"))

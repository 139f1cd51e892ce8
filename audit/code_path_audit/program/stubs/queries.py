"""What calls outside the source return, from typeshed: one object that answers everything the solver asks of stubs."""

from typing import cast

from code_path_audit.program.stubs.binding import Args, Call, Keywords, StubBinding
from code_path_audit.program.stubs.classes import SourceBases
from code_path_audit.program.stubs.model import (
    ANY,
    NEVER,
    NONE,
    Callback,
    Resolved,
    StubClass,
    StubEntry,
    StubFunction,
    StubSignature,
    StubVar,
)
from code_path_audit.program.stubs.names import Tables
from code_path_audit.program.stubs.types import (
    MAX_DEPTH,
    clipped,
    has_self,
    instance,
    members,
    substitute,
    type_variables,
    union,
)

_NOT_CALLED = frozenset({
    "functools.update_wrapper", "functools.wraps", "inspect.signature", "inspect.unwrap", "typing.get_type_hints",
    "builtins.callable", "inspect.getclosurevars", "weakref.WeakMethod",
})  # fmt: skip
"""What takes a callable and does not call it."""

_CALLED_WITH_TUPLE = ("args", "kwargs", "kwds", "func_args", "function_args")
_ASYNC_GENERATORS = ("typing.AsyncGenerator", "typing.AsyncIterator", "typing.AsyncIterable")
_DEPTH = 4
_BETTER: dict[str, Resolved] = {
    "urllib.request.urlopen": instance("http.client.HTTPResponse"),
    "urllib.request.OpenerDirector.open": instance("http.client.HTTPResponse"),
}
"""What is Any in the stubs for the type checkers' convenience, though it is known."""


class Stubs(StubBinding):
    """All stubs, loaded one module at a time. Every method is total: what is unknown is None or ("any",).

    `tables` are parsed stub modules by name, as `used` or `to_table` of another object gave them; what is not among
    them is parsed when it is needed. `source_bases` gives the resolved bases of classes of the source, so that members
    are found through them. Nothing here depends on the machine, nor on the order of questions.
    """

    def __init__(self, tables: Tables | None = None, source_bases: SourceBases | None = None) -> None:
        super().__init__(tables, source_bases)
        # programs make the same calls again and again; the entry is kept, so that no other has its id
        self._answered: dict[tuple[int, str], tuple[StubEntry | None, Resolved]] = {}
        self._answered_callbacks: dict[tuple[int, str], tuple[StubEntry | None, tuple[Callback, ...]]] = {}

    def keep(self) -> None:
        """Writes down what was parsed, where tables are kept; here they are not."""

    def attribute(self, receiver: Resolved, name: str) -> Resolved:
        """The type of `receiver.name` when read: what a property returns, ("callable", None, result) for a method."""
        return clipped(union([self._attribute(member, name) for member in members(receiver)]))

    def _attribute(self, receiver: Resolved, name: str) -> Resolved:
        if receiver[0] == "module":
            return self.value(self.lookup(f"{receiver[1]}.{name}"))
        if receiver[0] in ("any", "never", "self", "typevar"):
            return ANY
        of_class = receiver[0] == "class_of" and receiver[1][0] == "inst"
        holder = receiver[1] if of_class else self.as_instance(receiver)
        found = self.member(holder[1], name)
        if found is None and of_class:
            holder = self.as_instance(receiver)
            found = self.member(holder[1], name)
        if found is None:
            return ANY
        entry = found[1]
        if isinstance(entry, StubVar) or (isinstance(entry, StubFunction) and entry.is_property):
            return self.returns(entry, holder)
        return self.value(entry, receiver)

    def value(self, entry: StubEntry | None, receiver: Resolved | None = None) -> Resolved:
        """The type of what a name stands for: ("class_of", ...), ("callable", ...), ("module", ...), a variable's."""
        match entry:
            case StubClass():
                return ("class_of", ("inst", entry.name, ()))
            case StubFunction():
                return ("callable", None, self.returns(entry, receiver))
            case StubVar():
                return self.returns(entry, receiver)
            case None:
                return ANY
        return ("module", entry.name)

    def returns(
        self,
        entry: StubEntry | None,
        receiver: Resolved | None = None,
        args: Args | None = None,
        keywords: Keywords = (),
        unpacked: bool = False,
    ) -> Resolved:
        """What a call returns, a class constructs, reading a property or variable gives.

        `receiver` is what the method is called on (for a class method its class will do, or ("class_of", ...)); `args`
        are the types of the positional arguments, ("literal", value) for constants, None where nothing is known;
        `unpacked`: there are `*a` or `**k` too. The union over the overloads that may be meant.
        """
        if receiver is not None and receiver[0] == "union":
            return union([self.returns(entry, member, args, keywords, unpacked) for member in receiver[1]])
        call = Call(receiver, args, keywords, unpacked)
        if isinstance(entry, StubVar):
            return self._returned(entry, call)
        # as text, since True equals 1
        key = (id(entry), repr(call))
        found = self._answered.get(key)
        if found is None:
            found = self._answered[key] = (entry, self._returned(entry, call))
        return found[1]

    def _returned(self, entry: StubEntry | None, call: Call) -> Resolved:
        receiver = call.receiver
        match entry:
            case StubFunction() if entry.name in _BETTER:
                return _BETTER[entry.name]
            case StubFunction():
                if receiver is None and entry.owner:
                    call = call._replace(receiver=("inst", entry.owner, ()))
                return clipped(self._result(entry, call))
            case StubClass():
                return clipped(self._constructed(entry, call))
            case StubVar():
                binding = self.receiver_binding(entry.owner, receiver)
                return clipped(self._closed(self.resolve(entry.type, entry.module), binding, receiver))
        return ANY

    def call(
        self, type: Resolved, args: Args | None = None, keywords: Keywords = (), unpacked: bool = False
    ) -> Resolved:
        """What calling a value of a type returns."""
        results = []
        for member in members(type):
            if member[0] == "callable":
                results.append(member[2])
            elif member[0] == "class_of" and member[1][0] == "inst":
                entry = self.class_entry(member[1][1])
                results.append(self.returns(entry, None, args, keywords, unpacked) if entry else member[1])
            elif member[0] == "inst" and (found := self.member(member[1], "__call__")):
                results.append(self.returns(found[1], member, args, keywords, unpacked))
            elif member != NONE:
                results.append(ANY)
        return union(results) if results else ANY

    def _result(self, entry: StubFunction, call: Call) -> Resolved:
        outer = self.receiver_binding(entry.owner, call.receiver)
        results = []
        for signature, binding in self.choose(entry, call):
            result = self._closed(self.resolve(signature.returns, entry.module), {**binding, **outer}, call.receiver)
            results.append(result)
        result = union(results)
        if entry.is_async and not self._is_generator(entry):
            return instance("typing.Coroutine", ANY, ANY, result)
        if entry.is_context_manager:
            is_async = result[0] == "inst" and result[1] in _ASYNC_GENERATORS
            name = "AbstractAsyncContextManager" if is_async else "AbstractContextManager"
            return instance(f"contextlib.{name}", self.iter_type(result, is_async), ANY)
        return result

    def _is_generator(self, entry: StubFunction) -> bool:
        """Whether an `async def` returns what it says, and no coroutine: stubs show no `yield`."""
        types = [self.resolve(signature.returns, entry.module) for signature in entry.overloads]
        return any(type[0] == "inst" and type[1] in _ASYNC_GENERATORS for type in types)

    def _closed(self, type: Resolved, binding: dict[str, Resolved], receiver: Resolved | None) -> Resolved:
        """A type with its variables filled: from the binding, else by default, else ("any",)."""
        self_type = None
        if receiver is not None and has_self(type):
            self_type = receiver[1] if receiver[0] == "class_of" else receiver
        type = substitute(type, binding, self_type)
        free = type_variables(type)
        if not free and not has_self(type):
            return type
        return substitute(type, {name: self.default_of(name) for name in free}, self_type or ANY)

    def _constructed(self, entry: StubClass, call: Call) -> Resolved:
        own = ("inst", entry.name, tuple([("typevar", param) for param in entry.type_params]))
        maker = self.constructor(entry.name)
        results = []
        if maker is not None:
            for signature, binding in self.choose(maker, call._replace(receiver=None)):
                results.append(self._closed(self._made(maker, signature, own, binding), binding, None))
        made_of = union(results) if results else self._closed(own, {}, None)
        return ("inst", entry.name, ()) if _empty(made_of) else made_of

    def _made(
        self, maker: StubFunction, signature: StubSignature, own: Resolved, binding: dict[str, Resolved]
    ) -> Resolved:
        """The instance as one signature has it: what `__new__` returns, or what `self` is annotated with."""
        if maker.is_class:
            made = substitute(self.resolve(signature.returns, maker.module), binding, own)
            known = made[0] == "inst" and made[1] != "builtins.object"
        else:
            made = self.resolve(signature.params[0].type, maker.module) if signature.params else ANY
            known = made[0] == "inst" and made[1] == own[1]
        return made if known else own

    def constructor(self, class_dotted: str) -> StubFunction | None:
        """What runs when a class is called: `__init__` or `__new__`, whichever is defined first; not object's."""
        found = []
        order = self.mro(class_dotted)
        for name in ("__init__", "__new__"):
            member = self.member(class_dotted, name)
            if member and isinstance(member[1], StubFunction) and member[0] != "builtins.object":
                found.append((order.index(member[0]), member[1]))
        return min(found, key=lambda item: item[0])[1] if found else None

    # --- protocols of the language

    def iter_type(self, type: Resolved, is_async: bool = False) -> Resolved:
        """What `for x in type`, or `async for`, gives."""
        return clipped(union([self._iterated(member, is_async) for member in members(type) if member != NONE]))

    def _iterated(self, type: Resolved, is_async: bool) -> Resolved:
        if type[0] == "tuple" and not is_async:
            return union(type[1])
        if type[0] in ("any", "never", "self", "typevar"):
            return ANY
        holder = self.as_instance(type)
        if type[0] == "class_of" and self.is_subclass(holder[1], "enum.EnumMeta"):
            return cast(Resolved, type[1])
        name = "typing.AsyncIterable" if is_async else "typing.Iterable"
        args = self.super_args(holder[1], name)
        if args:
            return substitute(args[0], self.arguments(holder))
        iterator = self._method(holder, "__aiter__" if is_async else "__iter__")
        if iterator is not None:
            item = union([self._method(m, "__anext__" if is_async else "__next__") or ANY for m in members(iterator)])
            return self.await_type(item) if is_async else item
        return (None if is_async else self._method(holder, "__getitem__")) or ANY

    def enter_type(self, type: Resolved, is_async: bool = False) -> Resolved:
        """What `with type as x`, or `async with`, gives."""
        name = "__aenter__" if is_async else "__enter__"
        found = [self._method(self.as_instance(member), name) or ANY for member in members(type) if member != NONE]
        result = clipped(union(found))
        return self.await_type(result) if is_async else result

    def await_type(self, type: Resolved) -> Resolved:
        """What `await type` gives."""
        found = []
        for member in members(type):
            holder = self.as_instance(member)
            args = self.super_args(holder[1], "typing.Awaitable")
            if args:
                found.append(substitute(args[0], self.arguments(holder)))
                continue
            generator = self._method(holder, "__await__")
            args = self.super_args(generator[1], "typing.Generator") if generator and generator[0] == "inst" else None
            found.append(substitute(args[2], self.arguments(generator)) if generator and args else ANY)
        return clipped(union(found)) if found else ANY

    def item_type(self, type: Resolved, key: Resolved = ANY) -> Resolved:
        """What `type[key]` gives."""
        return clipped(union([self._item(member, key) for member in members(type) if member != NONE]))

    def _item(self, type: Resolved, key: Resolved) -> Resolved:
        if type[0] == "tuple" and not type[2] and key[0] == "literal" and isinstance(key[1], int):
            items: tuple[Resolved, ...] = type[1]
            return items[key[1]] if -len(items) <= key[1] < len(items) else NEVER
        if type[0] == "class_of":
            return type[1] if self.is_subclass(self.as_instance(type)[1], "enum.EnumMeta") else ANY
        return self._method(self.as_instance(type), "__getitem__", (key,)) or ANY

    def _method(self, receiver: Resolved, name: str, args: Args = ()) -> Resolved | None:
        found = self.member(receiver[1], name) if receiver[0] == "inst" else None
        return None if found is None else self.returns(found[1], receiver, args)

    # --- callbacks

    def callback_params(
        self,
        entry: StubEntry | None,
        receiver: Resolved | None = None,
        args: Args | None = None,
        keywords: Keywords = (),
    ) -> tuple[Callback, ...]:
        """The parameters of a function, or of a class's constructor, that take something to call; see `Callback`.

        With `args`, the types that the callbacks are called with are filled from the other arguments.
        """
        key = (id(entry), repr((receiver, args, keywords)))
        found = self._answered_callbacks.get(key)
        if found is None:
            call = Call(receiver, args, keywords, True)
            found = self._answered_callbacks[key] = (entry, self._callbacks(entry, call))
        return found[1]

    def _callbacks(self, entry: StubEntry | None, call: Call) -> tuple[Callback, ...]:
        receiver = call.receiver
        if isinstance(entry, StubClass):
            receiver = ("inst", entry.name, tuple([("typevar", param) for param in entry.type_params]))
            entry = self.constructor(entry.name)
        if not isinstance(entry, StubFunction) or entry.name in _NOT_CALLED or entry.is_property or _only_tells(entry):
            return ()
        outer = self.receiver_binding(entry.owner, receiver)
        found: dict[str, Callback] = {}
        for signature, binding in self.choose(entry, call._replace(receiver=receiver)):
            params = signature.params
            if entry.owner and not entry.is_static:
                params = params[1:]
            filled = {name: type for name, type in binding.items() if type != ("typevar", name)} | outer
            for index, param in enumerate(params):
                called = self._called(self.resolve(param.type, entry.module))
                if called is not None and param.kind != "star":
                    _, types, result = clipped(self._closed(called, filled, receiver), MAX_DEPTH + 1)
                    position = index if param.kind in ("pos", "normal") else -1
                    callback = Callback(position, param.name, types, result, _passes(called, signature))
                    before = found.get(param.name)
                    if before is None or (before.params is None and types is not None):
                        found[param.name] = callback
        return tuple(found.values())

    def _called(self, type: Resolved, depth: int = _DEPTH) -> Resolved | None:
        """The callable in a parameter's type: itself, in a union, or a protocol that consists of `__call__`."""
        for member in members(type):
            if member[0] == "callable":
                return member
            if member[0] == "inst" and depth > 0:
                entry = self.class_entry(member[1])
                method = entry.members.get("__call__") if entry is not None and entry.is_protocol else None
                if isinstance(method, StubFunction):
                    binding = self.arguments(member)
                    first = method.overloads[0]
                    types = [
                        self.resolve(p.type, method.module) for p in first.params[1:] if p.kind in ("pos", "normal")
                    ]
                    result = self.resolve(first.returns, method.module)
                    return substitute(("callable", tuple(types), result), binding)
        return None


def _only_tells(entry: StubFunction) -> bool:
    """Whether a function says of what it is given what that is, and so calls nothing: inspect.iscoroutinefunction."""
    returned = [signature.returns for signature in entry.overloads]
    return any(type[0] == "sub" and type[1][-1] in ("TypeGuard", "TypeIs") for type in returned)


def _passes(called: Resolved, signature: StubSignature) -> str:
    names = {other.name: other for other in signature.params}
    star = next((other for other in signature.params if other.kind == "star"), None)
    if called[1] is not None:
        return ""
    if star is not None:
        head = star.type[1] if star.type[0] == "sub" else star.type
        return "elements" if head[-1] == "Iterable" else "args"
    return "tuple" if any(name in names for name in _CALLED_WITH_TUPLE) else ""


def _empty(type: Resolved) -> bool:
    return type[0] == "inst" and bool(type[2]) and all(arg == ANY for arg in type[2])


PARSED = Stubs()
"""The stubs for whoever has no store that keeps their tables: parsed when they are needed."""

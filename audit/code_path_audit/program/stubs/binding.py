"""Arguments against the signatures of stubs: which overloads take them, and what that makes of the type variables."""

from typing import NamedTuple

from code_path_audit.program.stubs.classes import SourceBases, StubClasses
from code_path_audit.program.stubs.model import ANY, Resolved, StubFunction, StubParam, StubSignature
from code_path_audit.program.stubs.names import Tables
from code_path_audit.program.stubs.types import instance, members, substitute, union, widened

Args = tuple[Resolved, ...]
Keywords = tuple[tuple[str, Resolved], ...]

NO, MAYBE, YES = 0, 1, 2

_DEPTH = 5
_PROMOTED = {"builtins.int": ("builtins.float", "builtins.complex"), "builtins.float": ("builtins.complex",)}


class Call(NamedTuple):
    """What is known of a call; `args` None: nothing. `unpacked`: it has `*a` or `**k` as well."""

    receiver: Resolved | None
    args: Args | None
    keywords: Keywords
    unpacked: bool


class StubBinding(StubClasses):
    """Binds arguments to parameters; see `stubs.Stubs`."""

    def __init__(self, kept: Tables | None = None, source_bases: SourceBases | None = None) -> None:
        super().__init__(kept, source_bases)
        self._verdicts: dict[tuple[Resolved, Resolved, int], int] = {}

    def choose(self, entry: StubFunction, call: Call) -> list[tuple[StubSignature, dict[str, Resolved]]]:
        """The overloads that may be meant, with the type variables as bound: the first sure one ends the list."""
        matches = []
        for signature in entry.overloads:
            pairs = self.pairs(entry, signature, call)
            if pairs is not None:
                matches.append((signature, pairs))
        differing = _differing([pairs for _, pairs in matches])
        outer = self.receiver_binding(entry.owner, call.receiver)
        found = []
        for signature, pairs in matches:
            verdict = YES
            for place, (param, arg) in enumerate(pairs):
                if arg[0] == "any":
                    verdict = min(verdict, MAYBE if place in differing else YES)
                else:
                    wanted = substitute(self.resolve(param.type, entry.module), outer)
                    verdict = min(verdict, self.accepts(wanted, arg))
                if verdict == NO:
                    break
            if verdict != NO:
                found.append((signature, self._bound_pairs(entry, pairs)))
            if verdict == YES and call.args is not None:
                break
        if not found:  # better what it returns in any case than nothing
            found = [(signature, self._bound_pairs(entry, pairs)) for signature, pairs in matches]
        return found or [(signature, {}) for signature in entry.overloads]

    def receiver_binding(self, owner: str, receiver: Resolved | None) -> dict[str, Resolved]:
        """The type variables of a method's class, as the type arguments of its receiver fill them."""
        if not owner or receiver is None:
            return {}
        holder = receiver[1] if receiver[0] == "class_of" else self.as_instance(receiver)
        if holder[0] != "inst" or (receiver[0] == "class_of" and not holder[2]):
            return {}
        return self.arguments(holder, owner)

    def bind(
        self,
        entry: StubFunction,
        signature: StubSignature,
        args: Args,
        keywords: Keywords = (),
        receiver: Resolved | None = None,
    ) -> dict[str, Resolved]:
        """The type variables of a signature of a function, as a call's arguments fill them."""
        pairs = self.pairs(entry, signature, Call(receiver, args, keywords, True))
        return {} if pairs is None else self._bound_pairs(entry, pairs)

    def _bound_pairs(self, entry: StubFunction, pairs: list[tuple[StubParam, Resolved]]) -> dict[str, Resolved]:
        binding: dict[str, Resolved] = {}
        for param, arg in pairs:
            self.unify(self.resolve(param.type, entry.module), arg, binding)
        return binding

    def pairs(
        self, entry: StubFunction, signature: StubSignature, call: Call
    ) -> list[tuple[StubParam, Resolved]] | None:
        """Each parameter with the argument it takes, the receiver too where its type is written; None: no match."""
        params = signature.params
        found: list[tuple[StubParam, Resolved]] = []
        if entry.owner and not entry.is_static and params and params[0].kind in ("pos", "normal"):
            first, params = params[0], params[1:]
            if call.receiver is not None and first.type != ("unknown",):
                of_class = entry.is_class and call.receiver[0] != "class_of"
                found.append((first, ("class_of", call.receiver) if of_class else call.receiver))
        if call.args is None:
            return found
        given = {name for name, _ in call.keywords}
        rest = list(call.args)
        star = None
        keywords = dict(call.keywords)
        for param in params:
            if param.kind in ("pos", "normal"):
                if rest:
                    found.append((param, rest.pop(0)))
                elif param.kind == "normal" and param.name in given:
                    found.append((param, keywords.pop(param.name)))
                elif not param.default and not call.unpacked:
                    return None
            elif param.kind == "star":
                star = param
                found += [(param, arg) for arg in rest]
                rest = []
            elif param.kind == "kwonly":
                if param.name in given:
                    found.append((param, keywords.pop(param.name)))
                elif not param.default and not call.unpacked:
                    return None
            else:
                found += [(param, arg) for arg in keywords.values()]
                keywords = {}
        if (rest and star is None and not call.unpacked) or keywords:
            return None
        return found

    # --- does a parameter take an argument

    def accepts(self, param: Resolved, arg: Resolved, depth: int = _DEPTH) -> int:
        """Whether a parameter of a type takes an argument: NO, MAYBE or YES."""
        if param[0] in ("any", "self") or param == ("inst", "builtins.object", ()) or depth <= 0:
            return YES
        if param[0] == "typevar":
            bound = self.bound_of(param[1])
            return YES if bound == ANY else self.accepts(bound, arg, depth - 1)
        if arg[0] in ("any", "typevar", "self"):
            return MAYBE
        if arg[0] == "union":
            verdicts = {self.accepts(param, member, depth - 1) for member in arg[1]}
            return verdicts.pop() if len(verdicts) == 1 else MAYBE
        if param[0] == "union":
            return max(self.accepts(member, arg, depth - 1) for member in param[1])
        if param == arg:
            return YES
        if "none" in (param[0], arg[0]):
            return NO
        if param[0] == "literal":
            if arg[0] == "literal":
                return NO
            return MAYBE if arg == widened(param) else NO
        return self._accepts_shape(param, arg, depth)

    def _accepts_shape(self, param: Resolved, arg: Resolved, depth: int) -> int:
        if param[0] == "callable":
            if arg[0] in ("callable", "class_of"):
                return YES
            return self._known(arg, NO) if self.member(self.as_instance(arg)[1], "__call__") is None else YES
        if param[0] == "class_of":
            if arg[0] == "class_of":
                return self.accepts(param[1], arg[1], depth - 1)
            return MAYBE if arg[0] == "callable" else NO
        if param[0] == "tuple" and arg[0] == "tuple" and not param[2] and not arg[2]:
            if len(param[1]) != len(arg[1]):
                return NO
            return min([self.accepts(p, a, depth - 1) for p, a in zip(param[1], arg[1], strict=True)], default=YES)
        wanted = self.as_instance(param)
        given = self.as_instance(arg)
        if given[1] in ("types.FunctionType", "builtins.type") and wanted[1] != given[1]:
            entry = self.class_entry(wanted[1])
            return MAYBE if entry is not None and entry.is_protocol else NO
        # asked for each call, of few classes
        question = (wanted, given, depth)
        verdict = self._verdicts.get(question)
        if verdict is None:
            verdict = self._verdicts[question] = self._accepts_instance(wanted, given, depth)
        return verdict

    def _accepts_instance(self, param: Resolved, arg: Resolved, depth: int) -> int:
        if param[1] in _PROMOTED.get(arg[1], ()):
            return YES
        args = self.super_args(arg[1], param[1])
        if args is not None:
            if not param[2] or not args:
                return YES
            own = self.arguments(arg)
            verdicts = [
                max(MAYBE if a[0] == "union" else NO, self.accepts(p, a, depth - 1))
                for p, a in zip(param[2], [substitute(item, own) for item in args], strict=False)
            ]
            # an argument's own arguments are guesses where a container was empty or grew: rule out, but never confirm
            return min(verdicts, default=YES)
        entry = self.class_entry(param[1])
        if entry is None or not entry.is_protocol:
            return self._known(arg, NO)
        names = self._protocol_members(param[1])
        if all(self.member(arg[1], name) is not None for name in names):
            return YES
        return self._known(arg, NO)

    def _known(self, type: Resolved, verdict: int) -> int:
        """A verdict on a class of the stubs; of another class too little is known to say no."""
        return verdict if type[0] != "inst" or self.class_entry(type[1]) is not None else MAYBE

    def _protocol_members(self, name: str) -> list[str]:
        found: dict[str, None] = {}
        for base in self.mro(name):
            entry = self.class_entry(base)
            if entry is not None and entry.is_protocol:
                found.update(dict.fromkeys(entry.members))
        return [member for member in found if member not in ("__slots__", "__hash__", "__class_getitem__")]

    # --- what an argument makes of type variables

    def unify(self, param: Resolved, arg: Resolved, binding: dict[str, Resolved], depth: int = _DEPTH) -> None:
        """Add to `binding` what an argument's type says of the type variables in a parameter's."""
        if depth <= 0 or arg[0] == "any":
            return
        if param[0] == "typevar":
            value = widened(arg)
            known = binding.get(param[1])
            binding[param[1]] = value if known is None else union([known, value])
        elif param[0] == "union":
            self._unify_union(param, arg, binding, depth)
        elif arg[0] == "union":
            for member in arg[1]:
                self.unify(param, member, binding, depth)
        elif param[0] == "class_of":
            if arg[0] == "class_of":
                self.unify(param[1], arg[1], binding, depth - 1)
        elif param[0] == "callable":
            self._unify_callable(param, arg, binding, depth)
        elif param[0] == "tuple" and arg[0] == "tuple" and not param[2] and not arg[2]:
            for wanted, given in zip(param[1], arg[1], strict=False):
                self.unify(wanted, given, binding, depth - 1)
        elif param[0] in ("inst", "tuple") and arg[0] not in ("none", "never", "typevar", "self"):
            self._unify_instance(self.as_instance(param), self.as_instance(arg), binding, depth)

    def _unify_union(self, param: Resolved, arg: Resolved, binding: dict[str, Resolved], depth: int) -> None:
        bare = [member for member in param[1] if member[0] == "typevar"]
        others = [member for member in param[1] if member[0] != "typevar"]
        for member in members(arg):
            fitting = [other for other in others if self.accepts(other, member, depth - 1) == YES]
            for other in fitting or bare:
                self.unify(other, member, binding, depth - 1)

    def _unify_callable(self, param: Resolved, arg: Resolved, binding: dict[str, Resolved], depth: int) -> None:
        if arg[0] == "callable":
            self.unify(param[2], arg[2], binding, depth - 1)
        elif arg[0] == "class_of":
            self.unify(param[2], arg[1], binding, depth - 1)

    def _unify_instance(self, param: Resolved, arg: Resolved, binding: dict[str, Resolved], depth: int) -> None:
        if not param[2]:
            return
        args = self.super_args(arg[1], param[1])
        if args is not None:
            own = self.arguments(arg)
            for wanted, given in zip(param[2], args, strict=False):
                self.unify(wanted, substitute(given, own), binding, depth - 1)
            return
        entry = self.class_entry(param[1])
        if entry is None or not entry.is_protocol:
            return
        filled = self.arguments(param)
        for name in self._protocol_members(param[1]):
            wanted_member, given_member = self.member(param[1], name), self.member(arg[1], name)
            if wanted_member and given_member:
                if not isinstance(wanted_member[1], StubFunction) or not isinstance(given_member[1], StubFunction):
                    continue
                wanted = self._plain_return(wanted_member[1], param, filled)
                given = self._plain_return(given_member[1], arg, self.arguments(arg, given_member[0]))
                self.unify(wanted, given, binding, depth - 1)

    def _plain_return(self, entry: StubFunction, receiver: Resolved, binding: dict[str, Resolved]) -> Resolved:
        returns = [self.resolve(signature.returns, entry.module) for signature in entry.overloads[:1]]
        return substitute(union(returns), binding, receiver)

    def as_instance(self, type: Resolved) -> Resolved:
        """The instance that a type's values are: of tuple for a tuple, of str for a literal, of type for a class."""
        match type[0]:
            case "inst":
                return type
            case "literal":
                return widened(type)
            case "tuple":
                return instance("builtins.tuple", union(type[1]) if type[1] else ANY)
            case "callable":
                return instance("types.FunctionType")
            case "class_of":
                return instance(self.metaclass(type[1][1]) if type[1][0] == "inst" else "builtins.type")
            case "module":
                return instance("types.ModuleType")
            case "none":
                return instance("types.NoneType")
        return instance("builtins.object")


def _differing(rows: list[list[tuple[StubParam, Resolved]]]) -> set[int]:
    """The places in the rows of pairs whose types tell the overloads of a call apart."""
    types: dict[int, set[Resolved]] = {}
    for pairs in rows:
        for place, (param, _) in enumerate(pairs):
            types.setdefault(place, set()).add(param.type)
    return {place for place, found in types.items() if len(found) > 1}

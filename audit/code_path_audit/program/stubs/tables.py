"""One stub file to a table of plain tuples, and where stub files come from.

A table is (module, is_package, exports or None, star imports, rows); a row is (name, record); a record is one of
    ("def", ((params, returns), ...), flags)      params: ((name, kind, default, Type), ...); flags: the constants below
    ("class", (Type, ...), rows, metaclass)       bases and metaclass as written
    ("var", Type)                                 X: T
    ("value", Type)                               X = 1: an enum's member has no annotation
    ("alias", Type)                               X = Y, and X: TypeAlias = Y
    ("typevar", kind, bound, (Type, ...), default)
    ("import", module, name or "", public)        "" for the module itself
The platform and the version that the stubs are read for are constants, so that no answer depends on the machine. What
only another platform or version has is kept too, where nothing else has its name: the audited code may be made for it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from code_path_audit.facts.annotations import UNKNOWN, type_of
from code_path_audit.facts.rows import Type

VERSION = (3, 14)
"""The Python version that `sys.version_info` stands for in stubs: the newest that is released."""
OTHER_VERSIONS = ((3, 15), (3, 11))
"""Where a module is looked up that `VERSION` does not have: modules to come, and modules since removed."""
PLATFORM = "linux"
"""What `sys.platform` stands for in stubs."""
STATIC, CLASS, PROPERTY, ASYNC, ABSTRACT, CONTEXT, OVERLOAD = 1, 2, 4, 8, 16, 32, 64

_DECORATORS = {
    "overload": OVERLOAD,
    "staticmethod": STATIC,
    "classmethod": CLASS,
    "property": PROPERTY,
    "cached_property": PROPERTY,
    "abstractproperty": PROPERTY | ABSTRACT,
    "DynamicClassAttribute": PROPERTY,
    "_magic_enum_attr": PROPERTY,
    "abstractmethod": ABSTRACT,
    "contextmanager": CONTEXT,
    "asynccontextmanager": CONTEXT,
}
_IMPLICIT_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")
_TYPEVARS = ("TypeVar", "ParamSpec", "TypeVarTuple")
_TYPING_ALIASES = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "DefaultDict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
    "Deque": "collections.deque",
    "ChainMap": "collections.ChainMap",
}
"""What typing's own stub leaves to the type checkers: `List = _Alias()`."""

Rows = dict[str, tuple[Any, ...]]


@cache
def folder() -> Path:
    """Where the stubs lie: in the package that has them, which is not imported for it."""
    spec = find_spec("typeshed_client")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("typeshed_client", name="typeshed_client")
    return Path(spec.submodule_search_locations[0], "typeshed")


def version() -> str:
    """Which release of the stubs these are, as installers write it beside the package."""
    found = sorted(path.name for path in folder().parent.parent.glob("typeshed_client-*.dist-info"))
    if found:
        return found[-1]
    from importlib.metadata import version  # 15 ms, and the folder nearly always says it

    return version("typeshed-client")


def index() -> tuple[tuple[str, bool, str], ...]:
    """All stub modules as (name, is_package, path below typeshed's folder), sorted."""
    from typeshed_client import finder

    root = folder()
    found: dict[str, tuple[str, bool, str]] = {}
    for wanted in (VERSION, *OTHER_VERSIONS):
        context = finder.SearchContext(root, [], wanted, PLATFORM, False, False, "cpython", wanted)
        for name, path in finder.get_all_stub_files(context):
            if name not in found:
                found[name] = (name, path.name == "__init__.pyi", path.relative_to(root).as_posix())
    return tuple(sorted(found.values()))


def load(module: str, is_package: bool, path: str) -> tuple[Any, ...]:
    """The table of one stub module; `path` is that of `index`."""
    return build(module, is_package, (folder() / path).read_text(encoding="utf-8"))


def build(module: str, is_package: bool, text: str) -> tuple[Any, ...]:
    """The table of one stub file. SyntaxError for what is no Python."""
    package = module if is_package else module.rpartition(".")[0]
    reader = _Reader(package)
    rows = reader.scope(ast.parse(text).body)
    exports = None if reader.exports is None else tuple(dict.fromkeys(reader.exports))
    return (module, is_package, exports, tuple(reader.stars), tuple(rows.items()))


def condition(node: ast.expr) -> bool | None:
    """What an `if` of a stub file comes to on `PLATFORM` and `VERSION`; None where that cannot be told."""
    match node:
        case ast.BoolOp(op=op, values=values):
            results = [condition(value) for value in values]
            decisive = isinstance(op, ast.Or)
            if decisive in results:
                return decisive
            return None if None in results else not decisive
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            result = condition(operand)
            return None if result is None else not result
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(ast.unparse(left), op, right)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.Constant(value=bool(value)):
            return value
    return None


def _comparison(left: str, op: ast.cmpop, right: ast.expr) -> bool | None:
    try:
        value = ast.literal_eval(right)
    except (ValueError, TypeError, SyntaxError):
        return None
    if left == "sys.platform" and isinstance(op, ast.Eq | ast.NotEq):
        return (value == PLATFORM) is isinstance(op, ast.Eq)
    if left == "sys.version_info" and isinstance(value, tuple):
        if isinstance(op, ast.GtE):
            return (*VERSION, 0) >= value
        if isinstance(op, ast.Lt):
            return (*VERSION, 0) < value
    return None


class _Reader:
    """Reads the scopes of one file; `exports` and `stars` belong to the module's own scope."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.exports: list[str] | None = None
        self.stars: list[str] = []

    def scope(self, body: list[ast.stmt], in_class: bool = False) -> Rows:
        """The rows of a module's or class's body, in order: what holds here, then what only holds elsewhere."""
        rows: Rows = {}
        elsewhere: list[ast.stmt] = []
        for node in _taken(body, elsewhere):
            self._statement(node, rows, in_class, True)
        while elsewhere:
            others: Rows = {}
            rest: list[ast.stmt] = []
            for node in _taken(elsewhere, rest):
                self._statement(node, others, in_class, False)
            for name, record in others.items():
                rows.setdefault(name, record)
            elsewhere = rest
        return rows

    def _statement(self, node: ast.stmt, rows: Rows, in_class: bool, here: bool) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, rows)
            case ast.ClassDef():
                meta = next((type_of(word.value) for word in node.keywords if word.arg == "metaclass"), UNKNOWN)
                bases = tuple([type_of(base) for base in node.bases])
                rows[node.name] = ("class", bases, tuple(self.scope(node.body, True).items()), meta)
            case ast.AnnAssign(target=ast.Name(id=name)):
                rows[name] = _annotated(node)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        self._assign(target.id, value, rows, here)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value) if here and not in_class:
                self.exports = [*(self.exports or ()), *_strings(value)]
            case ast.Import(names=names):
                for alias in names:
                    if alias.asname:
                        rows[alias.asname] = ("import", alias.name, "", alias.asname == alias.name)
                    else:
                        top = alias.name.partition(".")[0]
                        rows[top] = ("import", top, "", False)
            case ast.ImportFrom(names=names):
                self._import_from(self._absolute(node), names, rows, here)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1])
        return f"{base}.{node.module}" if node.module else base

    def _import_from(self, module: str, names: list[ast.alias], rows: Rows, here: bool) -> None:
        for alias in names:
            if alias.name != "*":
                rows[alias.asname or alias.name] = ("import", module, alias.name, alias.asname == alias.name)
            elif here:
                self.stars.append(module)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, rows: Rows) -> None:
        flags = ASYNC if isinstance(node, ast.AsyncFunctionDef) else 0
        for decorator in node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if name in ("setter", "deleter"):
                return  # the getter before it says what reading gives
            flags |= _DECORATORS.get(name, 0)
        if node.name in _IMPLICIT_CLASS:
            flags |= CLASS
        signatures: tuple[Any, ...] = ((tuple(_params(node.args)), type_of(node.returns)),)
        before = rows.get(node.name)
        if flags & OVERLOAD and before and before[0] == "def" and before[2] & OVERLOAD:
            signatures = before[1] + signatures
            flags |= before[2]
        rows[node.name] = ("def", signatures, flags)

    def _assign(self, name: str, value: ast.expr, rows: Rows, here: bool) -> None:
        if name == "__all__":
            if here:
                self.exports = _strings(value)
        elif isinstance(value, ast.Call):
            rows[name] = _called(name, value)
        elif isinstance(value, ast.UnaryOp) or (isinstance(value, ast.Constant) and value.value is not None):
            rows[name] = ("value", _value_type(value))
        elif isinstance(value, ast.Constant):
            rows[name] = ("value", ("none",))
        else:
            rows[name] = ("alias", type_of(value))


def _taken(body: list[ast.stmt], elsewhere: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that hold, with the `if`s decided; what the `if`s exclude goes to `elsewhere`."""
    for node in body:
        if not isinstance(node, ast.If):
            yield node
            continue
        result = condition(node.test)
        holds, rest = (node.orelse, node.body) if result is False else (node.body, node.orelse)
        yield from _taken(holds, elsewhere)
        elsewhere.extend(rest)


def _params(arguments: ast.arguments) -> Iterator[tuple[Any, ...]]:
    normal = [*arguments.posonlyargs, *arguments.args]
    first_default = len(normal) - len(arguments.defaults)
    for index, arg in enumerate(normal):
        positional = index < len(arguments.posonlyargs) or (arg.arg.startswith("__") and not arg.arg.endswith("__"))
        yield (arg.arg, "pos" if positional else "normal", index >= first_default, type_of(arg.annotation))
    if arguments.vararg:
        yield (arguments.vararg.arg, "star", True, type_of(arguments.vararg.annotation))
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield (arg.arg, "kwonly", default is not None, type_of(arg.annotation))
    if arguments.kwarg:
        yield (arguments.kwarg.arg, "starstar", True, type_of(arguments.kwarg.annotation))


def _annotated(node: ast.AnnAssign) -> tuple[Any, ...]:
    type = type_of(node.annotation)
    if type[-1] == "TypeAlias" and node.value is not None:
        return ("alias", type_of(node.value))
    if type[-1] == "Final" and node.value is not None:
        return ("var", _value_type(node.value))
    return ("var", type)


def _value_type(node: ast.expr) -> Type:
    if isinstance(node, ast.UnaryOp):
        return _value_type(node.operand)
    if isinstance(node, ast.Constant) and node.value is not None and node.value is not ...:
        return ("name", type(node.value).__name__)
    return UNKNOWN


def _called(assigned: str, node: ast.Call) -> tuple[Any, ...]:
    func = type_of(node.func)
    name = func[-1] if func[0] in ("name", "attr") else ""
    keywords = {word.arg: type_of(word.value) for word in node.keywords if word.arg}
    if name in _TYPEVARS:
        constraints = tuple([type_of(arg) for arg in node.args[1:]])
        return ("typevar", name, keywords.get("bound", UNKNOWN), constraints, keywords.get("default", UNKNOWN))
    if name == "_Alias" and assigned in _TYPING_ALIASES:
        package, _, target = _TYPING_ALIASES[assigned].rpartition(".")
        return ("import", package or "builtins", target, True)
    if name == "NewType" and len(node.args) > 1:
        return ("class", (type_of(node.args[1]),), (), UNKNOWN)
    if name in ("namedtuple", "NamedTuple"):
        return ("class", (("name", "tuple"),), (), UNKNOWN)
    return ("var", UNKNOWN)


def _strings(node: ast.expr) -> list[str]:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]

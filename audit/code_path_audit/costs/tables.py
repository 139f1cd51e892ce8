"""Rule tables: TOML to `RuleTable`, with every mistake named. Data only; `costs.rules` matches."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from code_path_audit.config import nearest
from code_path_audit.config_keys import RULE, key_names
from code_path_audit.costs.models import NO_CLASS, read_toml
from code_path_audit.errors import AuditError
from code_path_audit.libraries.model import Libraries, LibraryModel
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.sources.toml_files import ReadFile, from_disk

RULES = Path(__file__).parent / "rules"
RECEIVER = "receiver"
LIBRARIES = "library models"
"""The name of the table that library models make: any rule outranks its rules."""
RULE_MUTATIONS = ("file_write", "ipc_emit")
RULE_UNITS = ("bytes", "nodes")

_TABLE_KEYS = ("rule", "returns", "aliases", "classes", "kinds")
_RULE_KEYS = key_names(RULE)
_LONGEST_NAME = 200
_MOST_WILDCARDS = 6

Place = int | str
"""Where a value of a call stands: the index of a positional argument, a keyword, or "receiver"."""


class Rule(NamedTuple):
    """What calls of `match` cost, and what they change.

    `match`: exact dotted names, or patterns: `*` stands for any characters within one segment, a last segment `**` for
    one or more segments. `unless`: names and patterns that it leaves alone. `cost_class` is "" where a call changes
    state alone, "none" where a user's rule says that it is no op. The size of the op is that of the first argument in
    `size_from`; or the number in `count_from`, in `unit`; or that of the file named by `path_from`; and at most the
    number in `most_from`, in `unit`. `mutation` is
    "file_write", "ipc_emit" or "": not where the mode in `mode_argument` only reads, nor where the statement in
    `sql_argument` does. `channel` begins the target of an ipc_emit. `light`: see `ExpensiveOp`. `apart`: it is an op of
    its own beside what else its call site calls. It counts `only_given` one of these arguments, and not where one of
    `unless_given` is given.
    """

    match: tuple[str, ...]
    cost_class: str
    size_from: tuple[Place, ...] = ()
    path_from: tuple[Place, ...] = ()
    count_from: tuple[Place, ...] = ()
    unit: str = "bytes"
    mutation: str = ""
    channel: str = "network"
    mode_argument: tuple[Place, ...] = ()
    sql_argument: tuple[Place, ...] = ()
    unless: tuple[str, ...] = ()
    light: bool = False
    apart: bool = False
    most_from: tuple[Place, ...] = ()
    only_given: tuple[Place, ...] = ()
    unless_given: tuple[Place, ...] = ()


class RuleTable(NamedTuple):
    """One file of rules. `returns`: the class of what a dotted callee returns; `aliases`: other names to public ones.

    `classes` are a user's cost classes, as read: `costs.models.load_model` takes them. `kinds` says which callees are
    which kind of work of a class: rows of (cost class, kind, pattern).
    """

    name: str
    rules: tuple[Rule, ...]
    returns: Mapping[str, str] = MappingProxyType({})
    aliases: Mapping[str, str] = MappingProxyType({})
    classes: Mapping[str, Any] = MappingProxyType({})
    kinds: tuple[tuple[str, str, str], ...] = ()


@cache
def shipped_tables() -> tuple[RuleTable, ...]:
    """The rule tables that ship, sorted by name, behind what the library models that ship say."""
    return (library_table(shipped_libraries()), *rule_tables())


@cache
def rule_tables() -> tuple[RuleTable, ...]:
    """The files of rules that ship, sorted by name."""
    return tuple(read_table(path, path.stem) for path in sorted(RULES.glob("*.toml")))


def names_of(tables: Sequence[RuleTable]) -> LibraryModel:
    """What a project's rules say of names, as a library model."""
    aliases = {name: public for table in tables for name, public in table.aliases.items()}
    returns = {name: (target,) for table in tables for name, target in table.returns.items()}
    return LibraryModel("rules", aliases=aliases, rows={"returns": returns})


def library_table(libraries: Libraries) -> RuleTable:
    """What library models say of names and costs: a rule for each function that has a cost class."""
    by_class: dict[str, list[str]] = {}
    for name, cost_class in libraries.costs.items():
        by_class.setdefault(cost_class, []).append(name)
    rules = tuple(Rule(tuple(names), cost_class) for cost_class, names in sorted(by_class.items()))
    return RuleTable(LIBRARIES, rules, libraries.returns, libraries.aliases)


def read_table(path: Path, name: str = "", read: ReadFile = from_disk) -> RuleTable:
    """A rule file. AuditErrors: rule-file, and those of `parse_table`."""
    return parse_table(read_toml(path, "rule", read), name or str(path))


def parse_table(data: Mapping[str, Any], where: str) -> RuleTable:
    """A table of what a rule file holds. AuditErrors: rule-key, rule-value, rule-pattern, rule-duplicate."""
    _known(data, _TABLE_KEYS, where, "")
    rows = data.get("rule", [])
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        _wrong(where, "rule", "a list of tables [[rule]]", rows)
    rules = tuple(_rule(row, where, f"rule[{index}]") for index, row in enumerate(rows, 1))
    seen: dict[str, int] = {}
    for index, rule in enumerate(rules, 1):
        for pattern in rule.match:
            first = seen.get(pattern, 0)
            seen[pattern] = index
            if first:
                raise AuditError(
                    "rule-duplicate",
                    f"{pattern} is matched twice, by rule[{first}] and rule[{index}]",
                    where=where,
                    todo="Keep one of the two.",
                )
    returns, aliases = (_names(data.get(key, {}), where, key) for key in ("returns", "aliases"))
    classes = data.get("classes", {})
    if not isinstance(classes, Mapping):
        _wrong(where, "classes", "a table of classes", classes)
    return RuleTable(where, rules, returns, aliases, classes, _kinds(data.get("kinds", {}), where))


def config_table(rules: Sequence[Mapping[str, Any]], where: str) -> RuleTable:
    """A table of the rules that a configuration holds in place; `where` names it in messages."""
    return parse_table({"rule": list(rules)}, where)


def _rule(row: object, where: str, key: str) -> Rule:
    if not isinstance(row, Mapping):
        _wrong(where, key, "a table with match and class", row)
    _known(row, _RULE_KEYS, where, key + ".")
    mutation = _choice(row, "mutation", RULE_MUTATIONS, "", where, key)
    cost_class = _text(row, "class", "", where, key)
    if not cost_class and not mutation:
        _wrong(where, f"{key}.class", "a cost class, or a mutation", row.get("class"))
    light, apart = row.get("light", False), row.get("apart", False)
    for name, value in (("light", light), ("apart", apart)):
        if not isinstance(value, bool):
            _wrong(where, f"{key}.{name}", "true or false", value)
    if cost_class == NO_CLASS and mutation:
        _wrong(where, f"{key}.mutation", f'no mutation where the class is "{NO_CLASS}"', mutation)
    return Rule(
        _patterns(row.get("match"), where, f"{key}.match"),
        cost_class,
        _places(row.get("size_from", []), where, f"{key}.size_from"),
        _places(row.get("path_from", []), where, f"{key}.path_from"),
        _places(row.get("count_from", []), where, f"{key}.count_from"),
        _choice(row, "unit", RULE_UNITS, "bytes", where, key),
        mutation,
        _text(row, "channel", "process" if cost_class == "subprocess" else "network", where, key),
        _places(row.get("mode_argument", []), where, f"{key}.mode_argument"),
        _places(row.get("sql_argument", []), where, f"{key}.sql_argument"),
        _patterns(row.get("unless", []), where, f"{key}.unless", least=0),
        light,
        apart,
        _places(row.get("most_from", []), where, f"{key}.most_from"),
        _places(row.get("only_given", []), where, f"{key}.only_given"),
        _places(row.get("unless_given", []), where, f"{key}.unless_given"),
    )


def _kinds(value: object, where: str) -> tuple[tuple[str, str, str], ...]:
    if not isinstance(value, Mapping):
        _wrong(where, "kinds", "a table of classes, each a table of kinds", value)
    rows = []
    for cost_class, kinds in value.items():
        if not isinstance(kinds, Mapping):
            _wrong(where, f"kinds.{cost_class:.80}", "a table of kinds, each a list of callees", kinds)
        for kind, patterns in kinds.items():
            for pattern in _patterns(patterns, where, f"kinds.{cost_class:.80}.{kind:.80}"):
                rows.append((cost_class, kind, pattern))
    return tuple(rows)


def _patterns(value: object, where: str, key: str, least: int = 1) -> tuple[str, ...]:
    rows = [value] if isinstance(value, str) else value
    if not isinstance(rows, list) or len(rows) < least or not all(isinstance(row, str) for row in rows):
        _wrong(where, key, "a dotted name or pattern, or a list of them", value)
    for row in rows:
        _check_pattern(row, where, key)
    return tuple(rows)


def _check_pattern(pattern: str, where: str, key: str) -> None:
    segments = pattern.split(".")
    said = ""
    if not all(segments) or len(pattern) > _LONGEST_NAME:
        said = f"a dotted name of at most {_LONGEST_NAME} characters, no segment of it empty"
    elif any("**" in segment for segment in segments[:-1]) or ("**" in segments[-1] and segments[-1] != "**"):
        said = "** as the last segment, and alone in it"
    elif pattern.count("*") > _MOST_WILDCARDS:
        said = f"at most {_MOST_WILDCARDS} wildcards"
    elif not pattern.replace("*", "").strip("."):
        said = "more than wildcards"
    elif any(char.isspace() or not char.isprintable() for char in pattern):
        said = "no white space and no control characters"
    if said:
        raise AuditError("rule-pattern", f"{key}: bad pattern {pattern!r:.80}", where=where, todo=f"Expected: {said}.")


def _places(value: object, where: str, key: str) -> tuple[Place, ...]:
    rows = value if isinstance(value, list) else [value]
    for row in rows:
        number = isinstance(row, int) and not isinstance(row, bool) and 0 <= row < 100
        if not number and not (isinstance(row, str) and row.isidentifier()):
            _wrong(where, key, f'the index of an argument, a keyword, "{RECEIVER}", or a list of them', value)
    return tuple(rows)


def _text(row: Mapping[str, Any], key: str, default: str, where: str, prefix: str) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or (key in row and not value) or len(value) > _LONGEST_NAME:
        _wrong(where, f"{prefix}.{key}", "a text", value)
    return value


def _choice(row: Mapping[str, Any], key: str, known: tuple[str, ...], default: str, where: str, prefix: str) -> str:
    value = row.get(key, default)
    if key in row and value not in known:
        _wrong(where, f"{prefix}.{key}", f"one of {', '.join(known)}", value)
    return str(value)


def _names(value: object, where: str, key: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        _wrong(where, key, "a table of dotted names", value)
    for name, target in value.items():
        if not isinstance(target, str) or not all(target.split(".")) or not all(name.split(".")):
            _wrong(where, f'{key}."{name:.80}"', "a dotted name", target)
    return dict(value)


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str, prefix: str) -> None:
    for key in table:
        if key not in keys:
            raise AuditError(
                "rule-key",
                f"unknown key {prefix}{key:.80}{nearest(key, keys, 1)}",
                where=where,
                todo=f"Known: {', '.join(keys)}.",
            )


def _wrong(where: str, key: str, expected: str, value: object) -> NoReturn:
    found = "missing" if value is None else f"{value!r:.80}"
    raise AuditError("rule-value", f"{key} is {found}", where=where, todo=f"Expected: {expected}.")

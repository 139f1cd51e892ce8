"""Which cost rule a callee falls under: the tables that ship, a user's put over them, and a fast matcher."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from code_path_audit.config import nearest
from code_path_audit.costs.kept_tables import kept_rule_tables
from code_path_audit.costs.models import LATER_CLASSES, NO_CLASS
from code_path_audit.costs.tables import LIBRARIES, Rule, RuleTable, library_table
from code_path_audit.errors import AuditError
from code_path_audit.libraries.model import Libraries
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.store.pack import Store

ELEMENT = "[]"
"""How a name ends that stands for an element of what a call gave: `Client.list()[]`."""
_ALIAS_STEPS = 8
"""How many aliases of aliases are followed: more is a cycle."""


class _Pattern(NamedTuple):
    """A pattern with its rule; `rank` orders the rules that match one callee, the highest wins."""

    segments: tuple[str, ...]
    rank: tuple[bool, bool, bool, int, int]
    rule: Rule


class Rules:
    """All rules, ready to match. Any rule outranks what a library model says, a user's all that ship; then an exact
    name outranks a pattern, and a pattern with more literal characters one with fewer; then the first one wins.
    """

    def __init__(self, shipped: Sequence[RuleTable], user: Sequence[RuleTable] = ()) -> None:
        tables = (*shipped, *user)
        self._aliases = load_aliases(tables)
        self._returns = load_returns(tables)
        self._exact: dict[str, list[_Pattern]] = {}
        self._patterns: dict[str, list[_Pattern]] = {}
        self._unless: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        self._canonical: dict[str, str] = {}
        self._matched: dict[str, Rule | None] = {}
        self._kinds: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
        self._kind_of: dict[tuple[str, str], str] = {}
        order = 0
        for index, table in enumerate(tables):
            for rule in table.rules:
                order += 1
                self._add(rule, (table.name != LIBRARIES, index >= len(shipped)), order)
        for rows in (*self._exact.values(), *self._patterns.values()):
            rows.sort(key=_rank, reverse=True)
        self._add_kinds(shipped, user)

    def _add_kinds(self, shipped: Sequence[RuleTable], user: Sequence[RuleTable]) -> None:
        """In the order in which the first that matches counts: a user's, exact names, patterns by literal length."""
        ranked = []
        for index, table in enumerate((*shipped, *user)):
            for cost_class, kind, text in table.kinds:
                name = self.canonical(text)
                rank = (index >= len(shipped), "*" not in name, len(name.replace("*", "")))
                ranked.append((rank, cost_class, kind, tuple(name.split("."))))
        ranked.sort(key=lambda row: row[0], reverse=True)
        for _, cost_class, kind, segments in ranked:
            bucket = "" if "*" in segments[0] else segments[0]
            self._kinds.setdefault((cost_class, bucket), []).append((segments, kind))

    def _add(self, rule: Rule, first: tuple[bool, bool], order: int) -> None:
        if rule.unless:
            self._unless[rule.unless] = tuple(tuple(self.canonical(name).split(".")) for name in rule.unless)
        for text in rule.match:
            name = self.canonical(text)
            exact = "*" not in name
            segments = tuple(name.split("."))
            row = _Pattern(segments, (*first, exact, len(name.replace("*", "")), -order), rule)
            if exact:
                self._exact.setdefault(name, []).append(row)
            else:
                self._patterns.setdefault("" if "*" in segments[0] else segments[0], []).append(row)

    @cached_property
    def packages(self) -> frozenset[str]:
        """The top-level names of what rules speak of."""
        return frozenset((*(name.partition(".")[0] for name in self._exact), *self._patterns))

    def canonical(self, callee: str) -> str:
        """The public name: aliases replaced, and `X()` by the class that a call of X returns, where a table says it."""
        found = self._canonical.get(callee)
        if found is None:
            found = self._canonical[callee] = self._canonicalized(callee)
        return found

    def _canonicalized(self, callee: str) -> str:
        name = ""
        for segment in callee.split("."):
            bare = segment
            calls = 0
            while bare.endswith("()"):
                bare, calls = bare[:-2], calls + 1
            name = self._public(f"{name}.{bare}" if name else bare)
            for _ in range(calls):
                name = self._returns.get(name, name + "()")
        return name

    def _public(self, name: str) -> str:
        for _ in range(_ALIAS_STEPS):
            target = self._aliases.get(name)
            if target is None:
                break
            name = target
        return name

    def match(self, callee: str) -> Rule | None:
        """The rule that a dotted callee falls under, None where there is none or a user's says that it is no op."""
        name = self.canonical(callee)
        if name not in self._matched:
            rule = self._match(name)
            self._matched[name] = None if rule is None or rule.cost_class == NO_CLASS else rule
        return self._matched[name]

    def _match(self, name: str) -> Rule | None:
        segments = tuple(name.split("."))
        # what an element is that is called itself, nobody knows: no member that a pattern stands for
        is_element = name.endswith(ELEMENT)
        best: _Pattern | None = None
        for row in self._exact.get(name, ()):
            if not self._excluded(row.rule, segments):
                best = row
                break
        for bucket in {segments[0], ""}:
            for row in self._patterns.get(bucket, ()):
                if best is not None and row.rank < best.rank:
                    break
                if is_element and not row.segments[-1].endswith(ELEMENT):
                    continue
                if pattern_matches(row.segments, segments) and not self._excluded(row.rule, segments):
                    best = row
                    break
        return None if best is None else best.rule

    def kind(self, callee: str, cost_class: str) -> str:
        """Which kind of its class's work a dotted callee is, "" where no table says it."""
        name = self.canonical(callee)
        found = self._kind_of.get((name, cost_class))
        if found is None:
            segments = tuple(name.split("."))
            rows = (*self._kinds.get((cost_class, segments[0]), ()), *self._kinds.get((cost_class, ""), ()))
            found = next((kind for pattern, kind in rows if pattern_matches(pattern, segments)), "")
            self._kind_of[name, cost_class] = found
        return found

    def _excluded(self, rule: Rule, segments: tuple[str, ...]) -> bool:
        return any(pattern_matches(pattern, segments) for pattern in self._unless.get(rule.unless, ()))


def load_rules(
    classes: Iterable[str],
    user: Sequence[RuleTable] = (),
    libraries: Libraries | None = None,
    store: Store | None = None,
) -> Rules:
    """The shipped tables with a user's put over them. `classes` are those of the cost model; AuditError rule-class
    for a rule that names another. `libraries` are by default the models that ship. `store` may have the tables.
    """
    shipped = (library_table(libraries or shipped_libraries()), *kept_rule_tables(store))
    check_classes((*shipped, *user), classes)
    return Rules(shipped, user)


def check_classes(tables: Iterable[RuleTable], classes: Iterable[str]) -> None:
    """AuditError rule-class where a rule names a class that the cost model does not have."""
    known = {*classes, *LATER_CLASSES, NO_CLASS, ""}
    for table in tables:
        for index, rule in enumerate(table.rules, 1):
            if rule.cost_class not in known:
                names = sorted(known - {""})
                near = nearest(rule.cost_class, names, 1)
                raise AuditError(
                    "rule-class",
                    f"rule[{index}].class is {rule.cost_class!r}, which is no cost class{near}",
                    where=table.name,
                    todo=f"Known: {', '.join(names)}. Add a table [classes.{rule.cost_class}] for a class of your own.",
                )


def load_returns(tables: Iterable[RuleTable]) -> dict[str, str]:
    """Dotted callee to the dotted class of what it returns, of all tables, sorted; a class stands for itself.

    Values are public names, keys also the other names that an alias makes of them; later tables win.
    """
    tables = tuple(tables)
    rows = {name: target for table in tables for name, target in table.returns.items()}
    others: dict[str, list[str]] = {}
    for name, public in load_aliases(tables).items():
        others.setdefault(public, []).append(name)
    for name, target in list(rows.items()):
        segments = name.split(".")
        for end in range(1, len(segments) + 1):
            for other in others.get(".".join(segments[:end]), ()):
                rows.setdefault(".".join((other, *segments[end:])), target)
    return dict(sorted(rows.items()))


def load_aliases(tables: Iterable[RuleTable]) -> dict[str, str]:
    """Another dotted name to the public one, of all tables, sorted; later tables win."""
    rows = {name: target for table in tables for name, target in table.aliases.items()}
    return dict(sorted(rows.items()))


def pattern_matches(pattern: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    """Whether a pattern, split at its dots, matches a callee, likewise: see `Rule.match`."""
    if pattern[-1] == "**":
        if len(segments) < len(pattern):
            return False
        pattern = pattern[:-1]
        segments = segments[: len(pattern)]
    elif len(pattern) != len(segments):
        return False
    return all(
        one == other or ("*" in one and _segment_matches(one, other))
        for one, other in zip(pattern, segments, strict=True)
    )


def _segment_matches(pattern: str, segment: str) -> bool:
    # no regular expression: a user's pattern must not be able to make one backtrack
    first, *middle, last = pattern.split("*")
    if len(segment) < len(first) + len(last) or not segment.startswith(first) or not segment.endswith(last):
        return False
    at, end = len(first), len(segment) - len(last)
    for part in middle:
        found = segment.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _rank(row: _Pattern) -> tuple[bool, bool, bool, int, int]:
    return row.rank

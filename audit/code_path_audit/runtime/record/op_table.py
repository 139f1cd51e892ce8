"""Which callables the recorder takes for ops: the cost rules' names, in the form that the agent reads.

A row is text: name, callee, cost class, sizer, "light" or "heavy", and the names that a pattern leaves alone. Rows are
grouped by the first part of their name, so that a recorded process reads only those of the packages it imports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from code_path_audit.costs.rules import Rules, load_aliases
from code_path_audit.costs.tables import Rule, RuleTable, shipped_tables

NODES = frozenset({"json_io", "pickle", "deep_copy"})
"""Classes whose ops are sized in nodes, the others in bytes."""

PLAIN = frozenset({"obj", "o", "value", "x", "row", "rows", "rowdict", "rowdicts"})
"""Parameters of such an op that take the data itself, not a text or a file that holds it."""


def _named(sizer: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), sizer)


SIZERS = {
    **_named("opened", "builtins.open codecs.open tokenize.open pathlib.Path.open"),
    **_named("result", "pathlib.Path.read_text pathlib.Path.read_bytes"),
    **_named("bytes:0", "pathlib.Path.write_text pathlib.Path.write_bytes"),
    **_named("path:0", "shutil.copy shutil.copy2 shutil.copyfile shutil.move xml.etree.ElementTree.parse"),
    **_named("none", "sqlite3.connect"),
    **_named(
        "nodes_result",
        "json.load json.loads json.JSONDecoder.decode tomllib.load tomllib.loads tomli.load tomli.loads yaml.load "
        "yaml.safe_load yaml.full_load yaml.unsafe_load orjson.loads ujson.load ujson.loads simplejson.load "
        "simplejson.loads pickle.load pickle.loads dill.load dill.loads cloudpickle.load cloudpickle.loads joblib.load "
        "marshal.load marshal.loads plistlib.load plistlib.loads rapidjson.loads msgpack.unpackb msgpack.loads "
        "msgspec.json.decode ruamel.yaml.YAML.load",
    ),
    **_named(
        "nodes:0",
        "yaml.dump yaml.safe_dump orjson.dumps ujson.dump ujson.dumps simplejson.dump simplejson.dumps tomli_w.dump "
        "tomli_w.dumps dill.dump dill.dumps cloudpickle.dump cloudpickle.dumps joblib.dump",
    ),
    **_named("bytes:0", "tomlkit.parse xml.etree.ElementTree.fromstring xml.etree.ElementTree.XML"),
    **_named("bytes:0", "configparser.RawConfigParser.read_string markdown.markdown markdown.Markdown.convert"),
    **_named("bytes:0", "lib2to3.pgen2.driver.Driver.parse_string parso.Grammar.parse markdown_it.MarkdownIt.parse"),
    **_named("bytes:0", "markdown_it.MarkdownIt.render mistune.html mistune.markdown"),
}
"""How an op is sized where its rule cannot say it: what it returns, what an opened file holds."""


def op_table(tables: Sequence[RuleTable] = (), more: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """First part of the names to rows, a line each, sorted; a user's `tables` outrank what ships, `more` are (callee,
    cost class).

    Left out: what only a trace can name, methods of what a call returns, of instance attributes, and patterns with a
    wildcard before their last part.
    """
    if not tables and not more:
        return dict(_shipped_ops())
    return _op_table(tables, more)


@cache
def _shipped_ops() -> dict[str, str]:
    return _op_table((), ())


def _op_table(tables: Sequence[RuleTable], more: Iterable[tuple[str, str]]) -> dict[str, str]:
    shipped = shipped_tables()
    rules = Rules(shipped, tables)
    every = (*shipped, *tables)
    others: dict[str, list[str]] = {}
    for name, public in load_aliases(every).items():
        others.setdefault(public, []).append(name)
    rows: set[tuple[str, str]] = set()
    for table in every:
        for rule in table.rules:
            for text in rule.match:
                name = rules.canonical(text)
                if "()" in name or "*" in name.rpartition(".")[0] or "." not in name:
                    continue
                row = _row(name, rule, rules)
                if row:
                    rows.update((each, row) for each in (name, *_elsewhere(name, others)))
    for name in SIZERS:
        # an exact name that only a pattern covers: its row says how to size it
        row = _row(name, Rule((), ""), rules)
        if row:
            rows.update((each, row) for each in (name, *_elsewhere(name, others)))
    rows.update((callee, f"{callee}|{cost_class}|none|heavy|") for callee, cost_class in more)
    grouped: dict[str, list[str]] = {}
    for name, row in sorted(rows):
        grouped.setdefault(name.partition(".")[0], []).append(f"{name}|{row}")
    return {first: "\n".join(lines) for first, lines in grouped.items()}


def _row(name: str, written: Rule, rules: Rules) -> str:
    if "*" in name:
        if not written.cost_class or written.cost_class == "none":
            return ""
        unless = " ".join(text for text in written.unless if "()" not in text)
        return f"{name}|{written.cost_class}|none|{_weight(written)}|{unless}"
    rule = rules.match(name)
    if rule is None or not rule.cost_class:
        return ""
    return f"{name}|{rule.cost_class}|{_sizer(name, rule)}|{_weight(rule)}|"


def _weight(rule: Rule) -> str:
    return "light" if rule.light else "heavy"


def _sizer(name: str, rule: Rule) -> str:
    if name in SIZERS:
        return SIZERS[name]
    if rule.cost_class == "network" and name.partition(".")[0] in ("requests", "httpx"):
        return "body"
    if rule.size_from and isinstance(rule.size_from[0], int):
        if rule.cost_class not in NODES:
            return f"bytes:{rule.size_from[0]}"
        if PLAIN.intersection(map(str, rule.size_from[1:])):
            return f"nodes:{rule.size_from[0]}"
    if rule.path_from and isinstance(rule.path_from[0], int) and rule.cost_class == "file_io" and not rule.mutation:
        return f"path:{rule.path_from[0]}"
    return "none"


def _elsewhere(name: str, others: dict[str, list[str]]) -> list[str]:
    """Where else the same callable is found, and not by way of its own package: `posix.stat`, `tarfile.open`."""
    found = list(others.get(name, ()))
    parts = name.split(".")
    for end in range(1, len(parts)):
        for other in others.get(".".join(parts[:end]), ()):
            if other.partition(".")[0] != parts[0]:
                found.append(".".join((other, *parts[end:])))
    return found

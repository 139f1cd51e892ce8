"""Every key of the configuration, with what it takes and what it is for: one table that validates and documents.

The readers of each table take its names, kinds and defaults from here (`config.py`, the cost tables, the gate's
settings); the reference (docs/configuration.md) and the JSON Schema are made of it. Data alone: every check reads it.
"""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_MODEL = "reference"
DEFAULT_OBSERVATIONS = "baselines/observations.jsonl"
DEFAULT_LIBRARIES = "baselines/libraries.toml"
DEFAULT_BOTTLENECK_PERCENT = 25
DEFAULT_BASELINES = "baselines"
DEFAULT_REPORTS = "docs/reports/code_path_audit"


class Key(NamedTuple):
    """One key: `kind` is what it takes, one of `KINDS`; `default` is what is there without it, None for nothing."""

    name: str
    kind: str
    doc: str
    default: object = None


KINDS = {
    "patterns": "a list of strings",
    "folders": 'a list of folders of the project, with "/"',
    "files": 'a list of files of the project, with "/"',
    "file": 'a file of the project, with "/"',
    "folder": 'a folder of the project, with "/"',
    "model": "the name of a shipped cost model, or a file that ends in .toml",
    "count": "a whole number of at least 1",
    "load": "a whole number of load units",
    "share": "a number of at least 0; 0.1 stands for 10 %",
    "number": "a number of at least 0",
    "flag": "true or false",
    "text": "a text",
    "kinds of drift": "a list of kinds of drift",
    "rules": "tables [[rules]], or a list of files",
    "classes": "a table for each class",
    "kinds of work": "a table for each kind",
    "actions": "a table for each action",
    "hints": "a table for each function, by its name",
    "gate": "a table",
    "budgets": "a table for each action",
    "entry points": "a list of strings, at least one",
    "places": "an argument's position or name, or a list of them",
    "names": "a list of dotted names and patterns",
    "class": "the name of a cost class",
    "unit": "bytes, nodes or any",
    "mutation": "file_write or ipc_emit",
}
"""What a key takes, in words."""

TOP = (
    Key("source", "folders", "Source roots: folders whose relative paths are module names; single files.", ("src",)),
    Key("exclude", "patterns", "What is left out: `tests` at any depth, `src/old` from the top, `*` in a name.", ()),
    Key("actions", "actions", "What your users wait for, a table `actions.NAME` each.", {}),
    Key("model", "model", "The cost model.", DEFAULT_MODEL),
    Key("rule_files", "files", "Files with rules and classes of your own.", ()),
    Key("rules", "rules", "Rules of your own: which calls cost what.", ()),
    Key("classes", "classes", "Cost classes of your own, or other constants for those that ship.", {}),
    Key("hints", "hints", 'What you know of a function: `hints."shop.store.load"`.', {}),
    Key(
        "max_depth",
        "count",
        "How many calls a trace follows from an entry point (without it: all). The gate: all.",
    ),
    Key("observations", "file", "What `code-path-audit record` keeps.", DEFAULT_OBSERVATIONS),
    Key("libraries", "file", "The library models that `code-path-audit libraries` writes.", DEFAULT_LIBRARIES),
    Key("library_files", "files", "Files with library models of your own.", ()),
    Key(
        "bottleneck_percent",
        "count",
        "The share of an action from which on an operation is a bottleneck: `code-path-audit contingency`.",
        DEFAULT_BOTTLENECK_PERCENT,
    ),
    Key("gate", "gate", "The gate's own table.", {}),
)
"""`[tool.code-path-audit]`, or the top of code-path-audit.toml."""

ACTION = (
    Key(
        "entry_points",
        "entry points",
        "Where it begins: a function (`shop.store.Store.save`, or `shop.store:Store.save`), a glob, a module, a class, "
        "or what callers say: `route:GET /orders/{id}`, `command:export`, `task:send_invoice`.",
    ),
    Key("description", "text", "What it is, for reports.", ""),
    Key(
        "imports",
        "flag",
        "Whether what all imports of its modules cost counts too, as for a start-up. Without it: where an entry point "
        "is a module, since to run one is to run its imports.",
    ),
)
"""`actions.NAME`."""

HINT = (
    Key("bound", "count", "How often its loops run, where nothing else says so."),
    Key("size", "count", "How large what its operations handle is, where nothing else says so."),
)
"""`hints.NAME`."""

GATE = (
    Key("baselines", "folder", "Where the baselines are.", DEFAULT_BASELINES),
    Key("budgets", "budgets", "What an action may cost, a table `gate.budgets.NAME` each.", {}),
    Key("fail", "kinds of drift", "Kinds of drift that fail besides the default rules.", ()),
    Key("reports", "folder", "Where `report` writes, of either command.", DEFAULT_REPORTS),
    Key("strict", "flag", "Whether a baseline that holds more than the code does counts as out of date.", False),
)
"""`gate`."""

BUDGET = (
    Key("max_growth", "share", "By what part of its baseline's load it may grow."),
    Key("max_load", "load", "Its load at most."),
)
"""`gate.budgets.NAME`."""

RULE = (
    Key("match", "names", "What is called: `*` stands for characters within a segment, a last `**` for segments."),
    Key("class", "class", "The class of the work; `none` for no work at all."),
    Key("size_from", "places", "The arguments whose size counts."),
    Key("path_from", "places", "The arguments that name a file whose size counts."),
    Key("count_from", "places", "The arguments that are the size, as a number."),
    Key("most_from", "places", "The arguments that the size is no greater than, as a number."),
    Key("unit", "unit", "The unit of that number.", "bytes"),
    Key("mutation", "mutation", "The state that it changes."),
    Key("channel", "text", "How the target of an `ipc_emit` begins.", "network"),
    Key("mode_argument", "places", "The argument with the mode: one that only reads changes no state."),
    Key("sql_argument", "places", "The argument with the statement: one that only reads changes no state."),
    Key("unless", "names", "What it leaves alone.", ()),
    Key("only_given", "places", "The arguments of which one has to be given."),
    Key("unless_given", "places", "The arguments of which none may be given."),
    Key("light", "flag", "Whether the first execution is no colder than the others.", False),
    Key("apart", "flag", "Whether it is an operation of its own beside what else the call site calls.", False),
)
"""`[[rules]]`, and `[[rule]]` in a file of rules."""

KIND = (
    Key("base", "number", "The load of one execution, whatever the size, in load units.", 0),
    Key("per_unit", "number", "The load of one unit of size."),
    Key("assumed_size", "number", "The size where it is not known.", 1),
    Key("warm_base", "number", "`base` of every execution but the first; without it, `base`."),
    Key("unit", "unit", "What sizes count.", "any"),
    Key("calibrated", "flag", "Whether the constants were measured.", False),
    Key("provenance", "text", "Where they come from.", ""),
)
"""`classes.NAME.kinds.KIND`."""

CLASS = (*KIND, Key("kinds", "kinds of work", "Kinds of work in it with constants of their own.", {}))
"""`classes.NAME`."""

TABLES = {
    "": TOP,
    "actions.NAME": ACTION,
    "hints.FUNCTION": HINT,
    "gate": GATE,
    "gate.budgets.ACTION": BUDGET,
    "rules": RULE,
    "classes.NAME": CLASS,
    "classes.NAME.kinds.KIND": KIND,
}
"""Every table, by how it is written."""


def key_names(keys: tuple[Key, ...]) -> tuple[str, ...]:
    """The names of keys, in order."""
    return tuple(key.name for key in keys)

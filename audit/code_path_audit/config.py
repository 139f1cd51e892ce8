"""The project's configuration: found, read, validated by hand, and frozen. Light: a hook reads it every time."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from code_path_audit.config_keys import (
    ACTION,
    DEFAULT_BOTTLENECK_PERCENT,
    DEFAULT_LIBRARIES,
    DEFAULT_MODEL,
    DEFAULT_OBSERVATIONS,
    HINT,
    TOP,
    Key,
    key_names,
)
from code_path_audit.errors import AuditError, as_written
from code_path_audit.git_program import is_git_folder, is_git_name

TABLE = "tool.code-path-audit"
OWN_FILE = "code-path-audit.toml"
PYPROJECT = "pyproject.toml"
MAX_CONFIG_BYTES = 1 << 20
MAX_NAME_LENGTH = 100
MOST_ITEMS = 1_000
"""Of one list: source roots, patterns of what is left out, rule files, entry points; and of actions."""
MAX_NAMED = 20
"""Actions that a message names, where it names those that there are."""
MAX_NUMBER = 2**53
"""What JSON readers keep exactly."""

ACTION_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""What an action may be called: it names files."""


class ActionConfig(NamedTuple):
    """One table `actions.NAME`; `imports` asks for what all the imports of its modules cost too (start-up); None: where
    an entry point is a module."""

    name: str
    entry_points: tuple[str, ...]
    description: str = ""
    imports: bool | None = None


class Hint(NamedTuple):
    """What the user says of one function: how often its loops of unknown bound run, how large its unknown sizes are."""

    bound: int | None = None
    size: int | None = None


class Config(NamedTuple):
    """A validated configuration. Paths are relative to `root`, with "/", and stay inside it.

    `actions` and `hints` are sorted by name. `model` is the name of a shipped model or a path that ends in ".toml".
    `rule_files` are paths of TOML files with more rules and classes; `rules` and `classes` are the same given in place,
    and `gate` the gate's own table: these three are as read, their readers validate them. `file` says where all this
    comes from, "" where there is no configuration. `observations` is the path of what `record` keeps,
    `libraries` of the models that `libraries` writes, which need not be there; `library_files` are those of library
    models that people wrote.
    """

    root: Path
    source: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    actions: tuple[ActionConfig, ...] = ()
    model: str = DEFAULT_MODEL
    rule_files: tuple[str, ...] = ()
    hints: Mapping[str, Hint] = MappingProxyType({})
    max_depth: int | None = None
    rules: tuple[Mapping[str, Any], ...] = ()
    classes: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    gate: Mapping[str, Any] = MappingProxyType({})
    file: str = ""
    observations: str = DEFAULT_OBSERVATIONS
    libraries: str = DEFAULT_LIBRARIES
    library_files: tuple[str, ...] = ()
    bottleneck_percent: int = DEFAULT_BOTTLENECK_PERCENT

    @property
    def named_model(self) -> str | Path:
        """The model as `costs.models.load_model` takes it: a shipped one by name, a file by its path."""
        return self.root / self.model if self.model.endswith(".toml") else self.model

    @property
    def files_that_count(self) -> tuple[str, ...]:
        """The files besides the source that say what is found and what it weighs, whether or not they are there."""
        models = (self.model,) if self.model.endswith(".toml") else ()
        return (*self.rule_files, *models, self.observations, self.libraries, *self.library_files)


def folder_of_gate(config: Config, key: str, default: str) -> str:
    """A folder that the gate's table names, below the project root, with "/". AuditError `gate-config`."""
    value = config.gate.get(key, default)
    expected = ""
    if not isinstance(value, str) or not value or "\\" in value or not value.isprintable():
        expected = 'a folder of the project, with "/"'
    else:
        parts = value.rstrip("/").split("/")
        if value.startswith("/") or any(part in ("", ".", "..") for part in parts) or ":" in parts[0]:
            expected = "a folder below the project root"
        elif any(map(is_git_name, parts)):
            expected = "a folder outside of .git"
        else:
            return "/".join(parts)
    raise AuditError(
        "gate-config",
        f"expected {expected}, found {as_written(value)}",
        f"{config.file}: gate.{key}",
        "Correct the value.",
    )


BARE = "this is a bare repository, or the inside of .git: there is no working tree"
CHECK_OUT = "Run in a checkout of it: git worktree add FOLDER, or git clone."


def load_config(start: Path) -> Config:
    """The configuration of the project that `start` lies in: the nearest one from there upwards.

    AuditErrors: `config-missing` where there is none, `git-bare` where there can be none, and others for one that
    cannot be used.
    """
    found = find_config(start)
    if found is None:
        full = start.absolute()
        inside = next((here for here in (full, *full.parents) if is_git_folder(str(here))), None)
        if inside is not None:
            raise AuditError("git-bare", BARE, where=str(inside), todo=CHECK_OUT)
        raise AuditError(
            "config-missing",
            "no configuration found",
            where=f"{start} and the folders above it",
            todo="Run code-path-audit init, which looks at the repository and writes one; or trace without one: "
            "code-path-audit --entry FQNAME --source DIR.",
        )
    return found


def find_config(start: Path) -> Config | None:
    """As `load_config`, but None where there is no configuration."""
    start = start.absolute()
    for folder in (start, *start.parents):
        config = config_of_folder(folder)
        if config is not None:
            return config
    return None


def config_of_folder(folder: Path) -> Config | None:
    """The configuration that this very folder holds, or None; AuditError if it holds two, or one that is broken."""
    return config_of_tables(read_toml(folder / OWN_FILE), read_toml(folder / PYPROJECT), folder)


def config_of_tables(own: Mapping[str, Any] | None, pyproject: Mapping[str, Any] | None, folder: Path) -> Config | None:
    """As `config_of_folder`, of the two files as plain values; None for one that is not there."""
    tool = None if pyproject is None else pyproject.get("tool")
    table = tool.get("code-path-audit") if isinstance(tool, dict) else None
    if own is not None and table is not None:
        raise AuditError(
            "config-two",
            f"two configurations: {OWN_FILE}, and [{TABLE}] in {PYPROJECT}",
            where=str(folder),
            todo="Keep one of them.",
        )
    if own is not None:
        return parse_config(own, folder, OWN_FILE)
    if table is not None:
        return parse_config(table, folder, PYPROJECT, TABLE)
    return None


def read_toml(path: Path) -> dict[str, Any] | None:
    """A TOML file as plain values, None where there is none; AuditError where it cannot be read or is no TOML."""
    try:
        # a pipe of that name would hold us up, a device might never end
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise AuditError("config-unreadable", "not a regular file", where=str(path), todo="Rename it.")
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise AuditError(
            "config-unreadable", f"cannot read the file: {error.strerror}", where=str(path), todo="Make it readable."
        ) from error
    if len(data) > MAX_CONFIG_BYTES:
        raise AuditError(
            "config-unreadable",
            f"larger than {MAX_CONFIG_BYTES:,} bytes",
            where=str(path),
            todo="Is it the right file?",
        )
    return parse_toml(data, str(path))


def parse_toml(data: bytes, where: str) -> dict[str, Any]:
    """The bytes of a TOML file as plain values; AuditError `config-syntax` where they are none."""
    from code_path_audit.toml_text import loads

    try:
        return loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also a date or a number that Python refuses
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise AuditError("config-syntax", f"not valid TOML: {reason}", where=where, todo="Correct the file.") from None


def parse_config(table: object, root: Path, file: str, prefix: str = "") -> Config:
    """A frozen Config of one raw table; `file` and `prefix` are for messages. AuditError for the first thing wrong."""
    at = _Place(str(root / file), prefix)
    values = _values(_table(table, at), TOP, at)
    if not values["source"]:
        _wrong(at.key("source"), "at least one folder", [])
    rules, more_files = values.pop("rules")
    return Config(
        root=root, file=file, rules=rules, rule_files=(*values.pop("rule_files"), *more_files), **values
    )  # fmt: skip


def _values(table: Mapping[str, Any], keys: tuple[Key, ...], at: _Place) -> dict[str, Any]:
    """The value of each key of a table, or its default, as its kind is read; AuditError for a key that is not known."""
    _known(table, key_names(keys), at)
    return {
        key.name: _READERS[key.kind](table.get(key.name, key.default), at.key(key.name))
        if key.name in table or key.default is not None
        else None
        for key in keys
    }


def default_config(root: Path, source: Iterable[str] = ()) -> Config:
    """The configuration of a project that has none: its folder `src` if there is one, else all of it."""
    chosen = tuple(source) or (("src",) if (root / "src").is_dir() else (".",))
    return Config(root=root, source=chosen)


def find_action(config: Config, name: str) -> ActionConfig:
    """The action of that name; AuditError `unknown-action` names the nearest ones."""
    for action in require_actions(config):
        if action.name == name:
            return action
    names = [action.name for action in config.actions]
    more = len(names) - MAX_NAMED
    raise AuditError(
        "unknown-action",
        f"no action is called {as_written(name, MAX_NAME_LENGTH + 2)}{nearest(name, names)}",
        where=str(config.root / config.file) if config.file else "",
        todo=f"Declared: {', '.join(names[:MAX_NAMED])}{f' and {more} more' if more > 0 else ''}.",
    )


def chosen_actions(config: Config, name: str | None) -> tuple[ActionConfig, ...]:
    """The action of that name, or all where none is named; AuditErrors as `find_action`."""
    return (find_action(config, name),) if name else require_actions(config)


def require_actions(config: Config) -> tuple[ActionConfig, ...]:
    """All actions; AuditError `no-actions` where none is declared, because auditing nothing is no success."""
    if config.actions:
        return config.actions
    raise AuditError(
        "no-actions",
        "no action is declared",
        where=str(config.root / config.file) if config.file else str(config.root),
        todo=f"Add a table [{TABLE}.actions.NAME] with entry_points, or name one with --entry FQNAME.",
    )


def nearest(name: str, names: Iterable[str], count: int = 3) -> str:
    """ "; nearest: a, b" for a message, "" where nothing is near."""
    from difflib import get_close_matches

    # difflib is quadratic in the length of a name: a hostile one is cut
    short = [candidate for candidate in sorted(names) if len(candidate) <= 2 * MAX_NAME_LENGTH]
    close = get_close_matches(name[: 2 * MAX_NAME_LENGTH], short, count)
    return f"; nearest: {', '.join(close)}" if close else ""


class _Place(NamedTuple):
    """Where in the configuration we are, for messages."""

    file: str
    name: str

    def key(self, name: str) -> _Place:
        return _Place(self.file, f"{self.name}.{name}" if self.name else name)

    def __str__(self) -> str:
        return f"{self.file}: {self.name}" if self.name else self.file


_TYPE_NAMES = {
    bool: "a boolean", int: "an integer", float: "a float", str: "a string", list: "a list", dict: "a table",
}  # fmt: skip


def _wrong(at: _Place, expected: str, value: object) -> NoReturn:
    found = _TYPE_NAMES.get(type(value), "a " + type(value).__name__)
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        found += " that is out of range"
    elif not value or not isinstance(value, dict | list):
        found += f" {as_written(value)}"
    raise AuditError("config-value", f"expected {expected}, found {found}", where=str(at), todo="Correct the value.")


def _known(table: Mapping[str, object], keys: tuple[str, ...], at: _Place) -> None:
    for name in table:
        if name not in keys:
            raise AuditError(
                "config-unknown-key",
                f"unknown key {name!r}{nearest(name, keys)}",
                where=str(at),
                todo=f"Known keys: {', '.join(sorted(keys))}.",
            )


def _table(value: object, at: _Place) -> dict[str, Any]:
    return value if isinstance(value, dict) else _wrong(at, "a table", value)


def _strings(value: object, at: _Place) -> Sequence[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        _wrong(at, "a list of strings that are not empty", value)
    # each is held against every file, or walked
    _not_too_many(value, at, "Name a folder, or a pattern with wildcards, in place of many.")
    return value


def _not_too_many(items: Sized, at: _Place, todo: str) -> None:
    if len(items) > MOST_ITEMS:
        reason = f"expected at most {MOST_ITEMS:,} items, found {len(items):,}"
        raise AuditError("config-value", reason, where=str(at), todo=todo)


def _positive(value: object, at: _Place) -> int:
    # bool is an int to Python, but not to a reader
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_NUMBER:
        return value
    _wrong(at, "an integer of at least 1", value)


def _path(text: str, at: _Place) -> str:
    path = PurePosixPath(text)
    inside_git = any(part.casefold() == ".git" for part in path.parts)
    if path.is_absolute() or ".." in path.parts or "\\" in text or "\0" in text or inside_git:
        raise AuditError(
            "config-path",
            f"expected a path inside the project, not in .git, relative to the file, with '/', found {text[:200]!r}",
            where=str(at),
            todo="Move the configuration to a folder above all that it names.",
        )
    return str(path)


def _file(value: object, at: _Place) -> str:
    if not isinstance(value, str) or not value:
        _wrong(at, "a path of a file", value)
    return _path(value, at)


def _model(value: object, at: _Place) -> str:
    if not isinstance(value, str) or not value:
        _wrong(at, "the name of a cost model, or a path that ends in .toml", value)
    return _path(value, at) if value.endswith(".toml") else value


def _rules(value: object, at: _Place) -> tuple[tuple[Mapping[str, Any], ...], tuple[str, ...]]:
    """Rules in place, or paths of files with rules, `rules = ["mine.toml"]`."""
    if not isinstance(value, list | tuple):
        _wrong(at, "a list of tables [[rules]], or of paths of TOML files", value)
    if all(isinstance(item, dict) for item in value):
        return tuple(value), ()
    return (), _paths(list(value), at)


def _paths(value: object, at: _Place) -> tuple[str, ...]:
    return tuple(_path(text, at) for text in _strings(value, at))


def _classes(value: object, at: _Place) -> Mapping[str, Mapping[str, Any]]:
    table = _table(value, at)
    return MappingProxyType({name: _table(row, at.key(name)) for name, row in sorted(table.items())})


def _actions(value: object, at: _Place) -> tuple[ActionConfig, ...]:
    table = _table(value, at)
    _not_too_many(table, at, "Each action is traced: keep those that users wait for.")
    actions = tuple(_action(name, _table(value, at.key(name)), at.key(name)) for name, value in sorted(table.items()))
    seen: dict[str, str] = {}
    for action in actions:
        # actions name files, and some file systems do not tell A from a
        other = seen.setdefault(action.name.casefold(), action.name)
        if other != action.name:
            raise AuditError(
                "action-name",
                f"actions {other!r} and {action.name!r} differ in case alone",
                where=str(at),
                todo="Rename one: an action names files.",
            )
    return actions


def _action(name: str, table: dict[str, Any], at: _Place) -> ActionConfig:
    plain = name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum()
    if not plain or not name[0].isalnum() or len(name) > MAX_NAME_LENGTH:
        raise AuditError(
            "action-name",
            f"{name!r} cannot name an action",
            where=str(at),
            todo=f"Use up to {MAX_NAME_LENGTH} ASCII letters, digits, '-', '_' and '.', a letter or digit first.",
        )
    if "entry_points" not in table:
        _known(table, key_names(ACTION), at)
        raise AuditError(
            "config-value", "no entry_points", where=str(at), todo='Add entry_points = ["module.function"].'
        )
    return ActionConfig(name, **_values(table, ACTION, at))


def _entry_points(value: object, at: _Place) -> tuple[str, ...]:
    return tuple(_strings(value, at)) or _wrong(at, "at least one entry point", value)


def _text(value: object, at: _Place) -> str:
    return value if isinstance(value, str) else _wrong(at, "a string", value)


def _flag(value: object, at: _Place) -> bool:
    return value if isinstance(value, bool) else _wrong(at, "true or false", value)


def _hints(value: object, at: _Place) -> Mapping[str, Hint]:
    table = _table(value, at)
    return MappingProxyType(
        {name: Hint(**_values(_table(row, at.key(name)), HINT, at.key(name))) for name, row in sorted(table.items())}
    )


_READERS: dict[str, Callable[[Any, _Place], Any]] = {
    "patterns": lambda value, at: tuple(_strings(value, at)),
    "folders": _paths,
    "files": _paths,
    "file": _file,
    "model": _model,
    "count": _positive,
    "flag": _flag,
    "text": _text,
    "rules": _rules,
    "classes": _classes,
    "actions": _actions,
    "hints": _hints,
    "gate": lambda value, at: MappingProxyType(_table(value, at)),
    "entry points": _entry_points,
}
"""How each kind of value is read; those of the gate's and the cost tables are read there."""

"""Cost models: TOML to `CostModel`, with every mistake of a user's file named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from code_path_audit.config import nearest
from code_path_audit.config_keys import CLASS, KIND, key_names
from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, LOOP_AMPLIFIED, CostClass, CostModel
from code_path_audit.errors import AuditError
from code_path_audit.sources.toml_files import ReadFile, from_disk, read_tables

MODELS = Path(__file__).parent / "models"
UNITS = ("bytes", "nodes", "any")
NO_CLASS = "none"
"""In a user's rule: what it matches is no op."""

_MODEL_KEYS = (
    "name", "threshold", "assumed_bound", "extends", "classes", "provenance", "rule", "returns", "aliases", "kinds",
)  # fmt: skip
_KIND_KEYS = key_names(KIND)
_CLASS_KEYS = key_names(CLASS)


def model_names() -> tuple[str, ...]:
    """The models that ship, sorted."""
    return tuple(sorted(path.stem for path in MODELS.glob("*.toml")))


def load_model(
    name_or_path: str | Path,
    extra_classes: Mapping[str, Mapping[str, Any]] | None = None,
    read: ReadFile = from_disk,
) -> CostModel:
    """A shipped model by name, or a model file by path (".toml"), with a user's classes added, or put over its own.

    `read` gives the bytes of a user's file, which either has all classes that ship or `extends` a shipped model.
    AuditErrors: model-missing, model-file, model-key, model-value, model-incomplete.
    """
    text = str(name_or_path)
    if not text.endswith(".toml"):
        path = MODELS / f"{text}.toml"
        if text not in model_names():
            _missing(text)
    else:
        path = Path(name_or_path)
    model = parse_model(read_toml(path, "model", read if text.endswith(".toml") else from_disk), text)
    if not extra_classes:
        return model
    extra = {name: _class(name, table, "configuration") for name, table in sorted(extra_classes.items())}
    return model._replace(classes=dict(sorted({**model.classes, **extra}.items())))


def parse_model(data: Mapping[str, Any], where: str) -> CostModel:
    """A model of the tables of its file; `where` is the file, for messages. Errors as in `load_model`."""
    _keys(data, _MODEL_KEYS, where, "")
    classes: dict[str, CostClass] = {}
    threshold: object = EXPENSIVE_THRESHOLD
    bound: object = 1
    extends = data.get("extends")
    if extends is not None:
        if not isinstance(extends, str) or extends not in model_names():
            _wrong(where, "extends", f"the name of a shipped model ({', '.join(model_names())})", extends)
        base = load_model(extends)
        classes, threshold, bound = dict(base.classes), base.threshold, base.assumed_bound
    tables = data.get("classes", {})
    if not isinstance(tables, dict):
        _wrong(where, "classes", "a table of classes", tables)
    for name, table in tables.items():
        classes[name] = _class(name, table, where)
    missing = [name for name in shipped_classes() if name not in classes]
    if missing:
        raise AuditError(
            "model-incomplete",
            f"the cost model has no class {', '.join(missing)}",
            where=where,
            todo='Add what is missing, or extends = "heuristic" to take it from there.',
        )
    name = data.get("name", Path(where).stem)
    if not isinstance(name, str) or not name:
        _wrong(where, "name", "a text", name)
    threshold, bound = data.get("threshold", threshold), data.get("assumed_bound", bound)
    return CostModel(
        name,
        _whole(threshold, where, "threshold", 0),
        _whole(bound, where, "assumed_bound", 1),
        dict(sorted(classes.items())),
    )


LATER_CLASSES = {"password": "subprocess"}
"""Classes that models need not have, and the class that their work is of then."""


def shipped_classes() -> tuple[str, ...]:
    """The classes that every model has: those of the heuristic one."""
    return tuple(sorted(read_toml(MODELS / "heuristic.toml", "model")["classes"]))


def read_toml(path: Path, kind: str, read: ReadFile = from_disk) -> dict[str, Any]:
    """The tables of a TOML file; `kind` is "model" or "rule". AuditErrors: model-file, rule-file."""
    data, problem = read_tables(path, read)
    if problem and kind == "model":
        todo = "Correct the file, or what `model` names, or add it to the commit."
        raise AuditError("model-file", problem, where=str(path), todo=todo)
    if problem:
        todo = "Correct the file, or its path in rule_files, or add it to the commit."
        raise AuditError("rule-file", problem, where=str(path), todo=todo)
    return data


def _class(name: str, table: object, where: str) -> CostClass:
    key = f"classes.{name}"
    _check_name(name, where, key)
    found = _constants(name, table, where, key, _CLASS_KEYS)
    assert isinstance(table, Mapping)
    kinds = table.get("kinds", {})
    if not isinstance(kinds, Mapping):
        _wrong(where, f"{key}.kinds", "a table of kinds, each with per_unit", kinds)
    rows = {}
    for kind, own in sorted(kinds.items()):
        _check_name(kind, where, f"{key}.kinds.{kind}")
        rows[kind] = _constants(name, own, where, f"{key}.kinds.{kind}", _KIND_KEYS, found)
    return found._replace(kinds=rows)


def _check_name(name: str, where: str, key: str) -> None:
    plain = name.replace("_", "").replace("-", "")
    if not (plain.isascii() and plain.isalnum()) or len(name) > 60 or name in (LOOP_AMPLIFIED, NO_CLASS):
        _wrong(where, key, f"a name of letters, digits, _ and -, other than {LOOP_AMPLIFIED} and {NO_CLASS}", name)


def _constants(
    name: str, table: object, where: str, key: str, known: tuple[str, ...], above: CostClass | None = None
) -> CostClass:
    """The constants of a class, or of a kind of it: what a kind leaves out of size and unit is that of its class."""
    if not isinstance(table, Mapping):
        _wrong(where, key, "a table with base, per_unit and assumed_size", table)
    _keys(table, known, where, key + ".")
    if "per_unit" not in table:
        raise AuditError("model-value", f"{key} has no per_unit", where=where, todo="Add the load of one unit of size.")
    base = _number(table.get("base", 0), where, f"{key}.base")
    unit = table.get("unit", above.unit if above else "any")
    if unit not in UNITS:
        _wrong(where, f"{key}.unit", f"one of {', '.join(UNITS)}", unit)
    calibrated = table.get("calibrated", above.calibrated if above else False)
    if not isinstance(calibrated, bool):
        _wrong(where, f"{key}.calibrated", "true or false", calibrated)
    return CostClass(
        name,
        base,
        _number(table["per_unit"], where, f"{key}.per_unit"),
        _number(table.get("assumed_size", above.assumed_size if above else 1), where, f"{key}.assumed_size"),
        _number(table.get("warm_base", base), where, f"{key}.warm_base"),
        unit,
        calibrated,
    )


def _number(value: object, where: str, key: str) -> float:
    # "not in between" also refuses nan, and an integer too large for a float is compared without becoming one
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e15:
        _wrong(where, key, "a number from 0 to 1e15", value)
    return float(value)


def _whole(value: object, where: str, key: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 10**15:
        _wrong(where, key, f"a whole number, {least} or greater", value)
    return value


def _keys(table: Mapping[str, Any], known: tuple[str, ...], where: str, prefix: str) -> None:
    for key in table:
        if key not in known:
            raise AuditError(
                "model-key",
                f"unknown key {prefix}{key:.80}{nearest(key, known, 1)}",
                where=where,
                todo=f"Known: {', '.join(known)}.",
            )


def _missing(name: str) -> NoReturn:
    raise AuditError(
        "model-missing",
        f"no cost model {name!r:.80}{nearest(name, model_names(), 1)}",
        todo=f"Shipped: {', '.join(model_names())}. A model of your own is a path that ends in .toml.",
    )


def _wrong(where: str, key: str, expected: str, value: object) -> NoReturn:
    raise AuditError("model-value", f"{key} is {value!r:.80}", where=where, todo=f"Expected: {expected}.")

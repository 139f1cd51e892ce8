"""The rules and classes that ship."""

from code_path_audit.costs.models import load_model
from code_path_audit.costs.rules import Rules, load_rules
from code_path_audit.costs.tables import config_table, shipped_tables

TABLES = shipped_tables()
CLASSES = load_model("heuristic").classes
RULES = load_rules(CLASSES)


def user(*rows: dict[str, object]) -> Rules:
    return load_rules({*CLASSES, "gpu"}, [config_table(list(rows), "pyproject.toml")])

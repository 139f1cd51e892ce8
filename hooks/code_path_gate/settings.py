"""The gate's own table of the configuration, validated and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from code_path_audit.config import Config, folder_of_gate, nearest
from code_path_audit.config_keys import BUDGET, DEFAULT_BASELINES, DEFAULT_REPORTS, GATE, key_names
from code_path_audit.errors import AuditError, as_written
from code_path_gate.verdict.drift import KINDS
from code_path_gate.verdict.policy import Policy

LARGEST = 10**15
"""More than any load is."""


class Budget(NamedTuple):
    """What one action may cost: `max_load` in load units, `max_growth` as a share of the baseline's (0.1: 10 %)."""

    max_load: int | None = None
    max_growth: float | None = None


class Settings(NamedTuple):
    """The table `gate` of a configuration. Folders are relative to the project root, with "/"."""

    baselines: str = DEFAULT_BASELINES
    reports: str = DEFAULT_REPORTS
    fail: tuple[str, ...] = ()
    strict: bool = False
    budgets: tuple[tuple[str, Budget], ...] = ()

    def policy(self, action: str, threshold: int, strict: bool = False) -> Policy:
        """What fails `action`; `threshold` is the cost model's, in load units."""
        budget = dict(self.budgets).get(action, Budget())
        return Policy(threshold, self.fail, budget.max_load, budget.max_growth, strict or self.strict)


def read_settings(config: Config) -> Settings:
    """The gate's settings; AuditError `gate-config` names the key, what was expected, and the nearest valid name."""
    reader = _Reader(config.file)
    table = config.gate
    reader.known(table, key_names(GATE), "gate")
    budgets = reader.table(table.get("budgets", {}), "gate.budgets")
    names = [action.name for action in config.actions]
    reader.known(budgets, names, "gate.budgets", "action")
    return Settings(
        baselines=folder_of_gate(config, "baselines", DEFAULT_BASELINES),
        reports=folder_of_gate(config, "reports", DEFAULT_REPORTS),
        fail=reader.kinds(table.get("fail", [])),
        strict=reader.flag(table.get("strict", False), "gate.strict"),
        budgets=tuple((name, reader.budget(budgets[name], f"gate.budgets.{name}")) for name in sorted(budgets)),
    )


class _Reader(NamedTuple):
    """Where the table was read, for messages."""

    file: str

    def wrong(self, key: str, expected: str, value: object) -> NoReturn:
        raise AuditError(
            "gate-config",
            f"expected {expected}, found {as_written(value)}",
            f"{self.file}: {key}",
            "Correct the value.",
        )

    def known(self, table: Mapping[str, Any], names: Iterable[str], key: str, what: str = "key") -> None:
        names = sorted(names)
        for name in table:
            if name not in names:
                raise AuditError(
                    "gate-config",
                    f"unknown {what} {name!r}{nearest(name, names)}",
                    f"{self.file}: {key}",
                    f"Known: {', '.join(names) or 'none'}.",
                )

    def table(self, value: object, key: str) -> dict[str, Any]:
        return value if isinstance(value, dict) else self.wrong(key, "a table", value)

    def flag(self, value: object, key: str) -> bool:
        return value if isinstance(value, bool) else self.wrong(key, "true or false", value)

    def kinds(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
            self.wrong("gate.fail", "a list of kinds of drift", value)
        self.known(dict.fromkeys(value), KINDS, "gate.fail", "kind of drift")
        return tuple(sorted(set(value)))

    def budget(self, value: object, key: str) -> Budget:
        table = self.table(value, key)
        self.known(table, key_names(BUDGET), key)
        load, growth = table.get("max_load"), table.get("max_growth")
        if load is not None and (type(load) is not int or not 0 <= load <= LARGEST):
            self.wrong(f"{key}.max_load", "a load in load units, a whole number", load)
        # compared before it becomes a float, which an integer may be too large for
        if growth is not None and (type(growth) not in (int, float) or not 0 <= growth <= LARGEST):
            self.wrong(f"{key}.max_growth", "a share of at least 0, such as 0.1 for 10 %", growth)
        return Budget(load, None if growth is None else float(growth))

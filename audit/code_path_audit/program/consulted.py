"""What was asked of a program while it was worked on: the modules and names that the result depends on.

As build systems do that verify traces: a result holds as long as each thing that was asked gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from code_path_audit.facts.model import ModuleFacts
from code_path_audit.program.model import Program


class Consulted(NamedTuple):
    """What was asked: `modules` by name, also those that do not exist; `everything`: whether all were looked at."""

    modules: tuple[str, ...]
    everything: bool


class Ledger:
    """Writes down what is asked of the programs that it watches."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.everything = False

    def watch(self, program: Program) -> Program:
        """The same program, whose modules and functions are watched."""
        return program._replace(modules=_Modules(program.modules, self), functions=_Functions(program.functions, self))

    def consulted(self) -> Consulted:
        """What was asked so far."""
        return Consulted(tuple(sorted(self.modules)), self.everything)


class _Modules(dict[str, ModuleFacts]):
    """The modules of a program; every question for one is written down."""

    def __init__(self, modules: dict[str, ModuleFacts], ledger: Ledger) -> None:
        super().__init__(modules)
        self.ledger = ledger
        self.ask = ledger.modules.add

    def __getitem__(self, name: str) -> ModuleFacts:
        self.ask(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str):
            self.ask(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.ask(name)
        return super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        self.ledger.everything = True
        return super().__iter__()

    def keys(self) -> Any:
        self.ledger.everything = True
        return super().keys()

    def values(self) -> Any:
        self.ledger.everything = True
        return super().values()

    def items(self) -> Any:
        self.ledger.everything = True
        return super().items()


class _Functions(dict[str, tuple[str, int]]):
    """The functions of a program; a name that is not among them depends on every module that could have it."""

    def __init__(self, functions: dict[str, tuple[str, int]], ledger: Ledger) -> None:
        super().__init__(functions)
        self.ledger = ledger

    def __getitem__(self, name: str) -> tuple[str, int]:
        found = super().__getitem__(name)
        self.ledger.modules.add(found[0])
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def get(self, name: str, default: Any = None) -> Any:
        found = super().get(name)
        if found is not None:
            self.ledger.modules.add(found[0])
            return found
        parts = name.split(".")
        self.ledger.modules.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return default

    def __iter__(self) -> Iterator[str]:
        self.ledger.everything = True
        return super().__iter__()

    def keys(self) -> Any:
        self.ledger.everything = True
        return super().keys()

    def values(self) -> Any:
        self.ledger.everything = True
        return super().values()

    def items(self) -> Any:
        self.ledger.everything = True
        return super().items()

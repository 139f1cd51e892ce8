"""What was asked of a program while it was worked on: the modules, functions and names that the result depends on.

As build systems do that verify traces: a result holds as long as each thing that was asked gives the same answer. What
a module says without its bodies is one answer (`ModuleFacts.outline`), and each body that was read is another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from code_path_audit.facts.rows import Body, Positions
from code_path_audit.program.imports import importers_of
from code_path_audit.program.model import Program

if TYPE_CHECKING:
    from code_path_audit.facts.module import ModuleFacts

NOWHERE = Positions((), (), (), ())
"""In the place of lines, where these do not count."""


class Consulted(NamedTuple):
    """What was asked: `modules` by name, also those that do not exist; `everything`: whether the names of all functions
    were looked through, `listed`: whether those of all modules were; `defined`: the names of which it was asked what
    modules define them; `prefixes`: with which it was asked what names of modules begin; `read`: of each module of
    which a body was asked for, the indices of these functions, and perhaps `tracked_module.STRINGS`, sorted;
    `imported`: the names of which it was asked what modules import them."""

    modules: tuple[str, ...]
    everything: bool
    listed: bool = False
    defined: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    read: tuple[tuple[str, tuple[int, ...]], ...] = ()
    imported: tuple[str, ...] = ()


class Ledger:
    """Writes down what is asked of the programs that it watches."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.names: set[str] = set()
        self.defined: set[str] = set()
        self.prefixes: set[str] = set()
        self.imported: set[str] = set()
        self.everything = False
        self.listed = False
        self.read: dict[str, set[int]] = {}

    def watch(self, program: Program) -> Program:
        """The same program, whose modules and functions are watched."""
        from code_path_audit.program.tracked_module import WatchedModule

        # as values, so that none gets past those who write down, however the table is read
        modules = {name: WatchedModule(facts, partial(self._reads, name)) for name, facts in program.modules.items()}
        return program._replace(
            modules=_Modules(modules, self.modules.add, self),
            functions=_Watched(program.functions, self.names.add, self),
        )

    def add(self, consulted: Consulted) -> None:
        """What was asked by somebody else counts, too."""
        self.modules.update(consulted.modules)
        self.everything |= consulted.everything
        self.listed |= consulted.listed
        self.defined.update(consulted.defined)
        self.prefixes.update(consulted.prefixes)
        self.imported.update(consulted.imported)
        for module, indices in consulted.read:
            self.read.setdefault(module, set()).update(indices)

    def _reads(self, module: str, index: int) -> None:
        self.read.setdefault(module, set()).add(index)

    def consulted(self) -> Consulted:
        """What was asked so far."""
        modules = tuple(sorted(self.modules.union(self.read, _homes(self.names))))
        read = tuple([(name, tuple(sorted(indices))) for name, indices in sorted(self.read.items())])
        defined, prefixes = tuple(sorted(self.defined)), tuple(sorted(self.prefixes))
        imported = tuple(sorted(self.imported))
        return Consulted(modules, self.everything, self.listed, defined, prefixes, read, imported)


def answer(facts: ModuleFacts, read: Iterable[int]) -> str:
    """What tells apart the answers of a module to all that may be asked without a body, and to these bodies: indices of
    functions, and `tracked_module.STRINGS`. Positions are no part of it, where no comment speaks of lines."""
    from code_path_audit.facts.header import digest, dump
    from code_path_audit.program.tracked_module import STRINGS

    read = tuple(read)
    digests = facts.digests if read else ()
    rows: list[object] = []
    for index in read:
        if index == STRINGS:
            rows.append(facts.strings)
        else:
            # one that is gone is missing in the outline, too
            rows.append((index, digests[index] if 0 <= index < len(digests) else ""))
    return digest(b"answer", dump([facts.outline, rows]))


def says_the_same(old: ModuleFacts, new: ModuleFacts, read: Iterable[int]) -> bool:
    """Whether a module answers alike, although digests of what was read of it differ: a function that is kept as text
    has another one where a line is wrapped. Never where comments speak of lines. ValueError where facts are damaged."""
    from code_path_audit.program.tracked_module import STRINGS

    if old.hints or new.hints or old.outline != new.outline:
        return False
    for index in read:
        if index == STRINGS:
            alike = old.strings == new.strings
        else:
            alike = 0 <= index < len(new.functions) and (
                old.digest_of(index) == new.digest_of(index) or _said(old, index) == _said(new, index)
            )
        if not alike:
            return False
    return True


def _said(facts: ModuleFacts, index: int) -> Body:
    """What a body says to whoever keeps results: not which place a statement has among all of its block, which counts
    for what is proposed alone, and that is found anew each time."""
    body = facts.functions[index].body
    statements = tuple([statement._replace(index=0) for statement in body.statements])
    return body._replace(positions=NOWHERE, statements=statements)


def defining(program: Program, name: str) -> tuple[str, ...]:
    """The modules that have something of a name, in their order. Whoever asks depends on this answer alone, and not on
    what else stands in all modules."""
    functions = program.functions
    if isinstance(functions, _Watched):
        functions.ledger.defined.add(name)
    # past those who write down each module and name
    return tuple(m for m in dict.__iter__(program.modules) if dict.__contains__(functions, f"{m}.{name}"))


def beginning(program: Program, prefix: str) -> list[str]:
    """The names of modules that begin with a text, sorted. Whoever asks depends on these names alone."""
    modules = program.modules
    if not isinstance(modules, _Modules):
        return starting(sorted(modules), prefix)
    modules.ledger.prefixes.add(prefix)
    return starting(modules.ordered, prefix)


def starting(names: Sequence[str], prefix: str) -> list[str]:
    """Those of some sorted names that begin with a text."""
    begin = end = bisect_left(names, prefix)
    while end < len(names) and names[end].startswith(prefix):
        end += 1
    return list(names[begin:end])


class Definitions:
    """The names that some module defines at its top. As with `defining`, whoever asks for one depends on that alone."""

    def __init__(self, program: Program) -> None:
        self.program = program
        modules = frozenset(dict.__iter__(program.modules))
        parted = (name.rpartition(".") for name in dict.__iter__(program.functions))
        self.names = frozenset(name for module, _, name in parted if module in modules)

    def __contains__(self, name: str) -> bool:
        functions = self.program.functions
        if isinstance(functions, _Watched):
            functions.ledger.defined.add(name)
        return name in self.names


class Importers:
    """The modules that import each module of the source, and each library, by name: whoever imports something of a
    module imports that, and the packages around it. Whoever asks for one depends on that alone."""

    def __init__(self, program: Program) -> None:
        self.program = program
        # past those who write down each module
        self.by_name = importers_of(dict.items(program.modules))

    def of(self, name: str) -> frozenset[str]:
        """The modules that import something of that name, or what has it."""
        functions = self.program.functions
        if isinstance(functions, _Watched):
            functions.ledger.imported.add(name)
        return frozenset(self.by_name.get(name, ()))


def _homes(names: Iterable[str]) -> set[str]:
    """The modules that names depend on, found or not: each that could have it, and so give it to another with a #.

    `a.b.c` may be `c` in the module `a.b`, `b.c` in `a`, or the body of a module; of several, one is `a.b.c#2`.
    """
    homes: set[str] = set()
    for name in names:
        home = ".".join([part.partition("#")[0] for part in name.split(".")]) if "#" in name else name
        while home and home not in homes:
            homes.add(home)
            home = home.rpartition(".")[0]
    return homes


V = TypeVar("V")


class _Watched(dict[str, V]):
    """A table of a program by name: each name that it is asked for is written down, and whether all were looked at."""

    def __init__(self, table: Mapping[str, V], ask: Callable[[str], None], ledger: Ledger) -> None:
        super().__init__(table)
        self.ask = ask
        self.ledger = ledger

    def __getitem__(self, name: str) -> V:
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

    def __len__(self) -> int:
        self.ledger.everything = True
        return super().__len__()

    def __reversed__(self) -> Iterator[str]:
        self.ledger.everything = True
        return super().__reversed__()

    def copy(self) -> Any:
        self.ledger.everything = True
        return super().copy()


class _Modules(_Watched[V]):
    """The table of modules: their names depend on no content but on whether it can be read."""

    @cached_property
    def ordered(self) -> list[str]:
        """All names, sorted; who asks writes down why."""
        return sorted(dict.__iter__(self))

    def __iter__(self) -> Iterator[str]:
        self.ledger.listed = True
        return dict.__iter__(self)

    def __reversed__(self) -> Iterator[str]:
        self.ledger.listed = True
        return dict.__reversed__(self)

    def __len__(self) -> int:
        self.ledger.listed = True
        return dict.__len__(self)

"""All facts, linked: every module and function by name."""

from typing import NamedTuple

from code_path_audit.facts.function import FunctionFacts
from code_path_audit.facts.module import ModuleFacts
from code_path_audit.program.stubs.queries import PARSED, Stubs
from code_path_audit.sources.model import SkippedFile


class Program(NamedTuple):
    """The whole source. `functions` maps an fqname to its module and its index there; `paths` a module to its file.

    An fqname is unique: where a scope defines a name more than once (overloads, a property's setter, if/else), the
    second definition is `name#2`, the third `name#3`. `entry_points` are what packages declare: (group, name, target).
    `stubs` say what the standard library is; `hidden` is as in `SourceTree`.
    """

    modules: dict[str, ModuleFacts]
    paths: dict[str, str]
    functions: dict[str, tuple[str, int]]
    skipped: tuple[SkippedFile, ...]
    entry_points: tuple[tuple[str, str, str], ...] = ()
    stubs: Stubs = PARSED
    hidden: tuple[SkippedFile, ...] = ()

    def facts(self, fqname: str) -> FunctionFacts:
        """The facts of a function; KeyError for a name that is not in the program."""
        module, index = self.functions[fqname]
        return self.modules[module].functions[index]

    def path(self, fqname: str) -> str:
        """The file of a function, relative to the project root."""
        return self.paths[self.functions[fqname][0]]

    def line(self, fqname: str, site: int = -1) -> int:
        """The line of a call site of a function, or of the function itself."""
        facts = self.facts(fqname)
        return facts.line if site < 0 else facts.positions.sites[site][0]

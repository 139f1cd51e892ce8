"""One model of all the libraries that a program imports, read off an environment."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.facts import opcodes as op
from code_path_audit.libraries.environment import Distribution, source_of
from code_path_audit.libraries.generate.read_off import read_off
from code_path_audit.libraries.generate.rows import Rows, rows_of, used
from code_path_audit.libraries.model import GENERATOR, LibraryModel
from code_path_audit.program.files import Files
from code_path_audit.program.model import Program
from code_path_audit.sources.worktree import discover

MAKES_CODE = ("builtins.exec", "builtins.eval")


def mentioned(program: Program) -> frozenset[str]:
    """All names that a program could use something of a library by: of attributes, imports, its own methods."""
    names: set[str] = set()
    for module in program.modules.values():
        names.update(part for name in module.header.imports for part in name.split("."))
        names.update(name.rpartition(".")[2].partition("#")[0] for name in module.header.names)
        for function in module.functions:
            names.update(row[3] for row in function.code if row[0] in (op.ATTR, op.IMPORT_FROM))
            names.update(row[2] for row in function.code if row[0] == op.STORE_ATTR)
    return frozenset(names)


def model_of(
    wanted: Iterable[tuple[str, Distribution]],
    names: frozenset[str],
    behaviours: Behaviours,
    classify: Callable[[str], str],
    told: Callable[[str], None] = lambda text: None,
) -> LibraryModel:
    """The rows of some packages, each by its name and distribution, as far as `names` are concerned by them."""
    rows: Rows = {}
    aliases: dict[str, str] = {}
    versions: dict[str, str] = {}
    unread: list[str] = []
    for top, distribution in wanted:
        told(top)
        versions[distribution.name] = f"=={distribution.version}"
        unread += [f"{name}: no Python source" for name in distribution.compiled if name.partition(".")[0] == top]
        source = source_of(distribution, top)
        if not source:
            continue
        program = Files(discover(distribution.folder, (source,))).program()
        unread += [f"{skipped.path}: {skipped.reason}" for skipped in program.skipped]
        package = read_off(program, behaviours)
        if any(row.callee in MAKES_CODE for row in package.graph.externals):
            unread.append(f"{top}: what it does in code that it makes at run time")
        found, others = rows_of(package, classify)
        kept = used(found, names)
        for word, table in kept.items():
            rows.setdefault(word, {}).update(table)
        shown = {name.replace("()", "") for table in kept.values() for name in table}
        shown |= {
            value for table in (kept.get("bases", {}), kept.get("returns", {})) for vs in table.values() for value in vs
        }
        aliases |= {name: public for name, public in others.items() if _is_shown(public, shown)}
    return LibraryModel("", GENERATOR, versions, aliases, rows, tuple(sorted(set(unread))))


def _is_shown(public: str, shown: set[str]) -> bool:
    """Whether a row has a name, or something below it."""
    return public in shown or any(name.startswith(public + ".") for name in shown)

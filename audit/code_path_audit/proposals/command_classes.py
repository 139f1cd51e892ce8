"""Commands that are classes: what a command line makes an object of, and calls a method of, by the command's name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.proposals.modules import Module, dotted_name

RUN_BY = ("handle", "handle_noargs", "take_action", "execute", "_execute", "run", "__call__")
"""The method of such a class that does the work: Django and cleo, cliff, Nikola, scrapy and others of their own."""

NAMED_BY = ("name", "command", "command_name", "cmd_name", "cmd")
"""The attributes of a class that say by what name it is called."""

TOLD_BY = ("help", "description", "short_desc", "summary")
"""Those that say what it does."""

COMMAND = "Command"


class CommandClass(NamedTuple):
    """The name of a command, its class with the method that does the work, what it says of itself."""

    name: str
    method: str
    doc: str


def command_classes(module: Module) -> Iterator[CommandClass]:
    """Those of a module. Where a class does not say its name, a module of a package `commands` does that has a
    `Command`."""
    package, _, file = module.name.rpartition(".")
    for node in module.definitions.values():
        if not isinstance(node, ast.ClassDef) or not _is_command(node):
            continue
        texts = _texts(node)
        name = next((texts[key] for key in NAMED_BY if texts.get(key)), "")
        if node.name == COMMAND and package.rpartition(".")[2] == "commands":
            name = file
        methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}
        method = next((method for method in RUN_BY if method in methods), "")
        if name and method:
            doc = next((texts[key] for key in TOLD_BY if texts.get(key)), ast.get_docstring(node) or "")
            yield CommandClass(name, f"{node.name}.{method}", doc.strip().partition("\n")[0].strip())


def _is_command(node: ast.ClassDef) -> bool:
    return node.name.endswith(COMMAND) or any(dotted_name(base).endswith(COMMAND) for base in node.bases)


def _texts(node: ast.ClassDef) -> dict[str, str]:
    """The attributes of a class that are a constant text."""
    found: dict[str, str] = {}
    for part in node.body:
        targets = (
            part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else []
        )
        value = part.value if isinstance(part, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found |= {target.id: value.value for target in targets if isinstance(target, ast.Name)}
    return found

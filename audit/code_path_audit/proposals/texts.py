"""The configuration as a text with comments, and how it is put into a file that is there already."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

from code_path_audit.config import TABLE, ActionConfig
from code_path_audit.errors import AuditError
from code_path_audit.proposals.roots import Roots
from code_path_audit.toml_text import quoted


def configuration_text(roots: Roots, actions: Sequence[ActionConfig], table: str = TABLE) -> str:
    """The tables of a configuration; `table` is their name, "" in a file that holds nothing else."""
    lines = [
        "# What code-path-audit follows and code-path-gate guards; `code-path-audit --help` says what can be asked.",
        *([f"[{table}]"] if table else []),
        f"source = [{', '.join(map(quoted, roots.source))}]  # folders whose relative paths are module names",
    ]
    if roots.exclude:
        width = max(len(quoted(row.pattern)) for row in roots.exclude) + 1
        lines += [
            "exclude = [",
            *(f"    {quoted(row.pattern) + ',':<{width}}  # {row.why}" for row in roots.exclude),
            "]",
        ]
    prefix = f"{table}." if table else ""
    lines += ["", "# What users wait for, an action a table: rename, add and delete them as you like."]
    for action in actions:
        lines.append(f"[{prefix}actions.{_key(action.name)}]")
        if len(action.entry_points) == 1:
            lines.append(f"entry_points = [{quoted(action.entry_points[0])}]")
        else:
            lines += ["entry_points = [", *(f"    {quoted(point)}," for point in action.entry_points), "]"]
        if action.description:
            lines.append(f"description = {quoted(action.description)}")
        if action.imports:
            lines.append("imports = true  # what all of its imports cost counts too")
        lines.append("")
    return "\n".join(lines)


def appended(text: str, addition: str, where: str) -> str:
    """A TOML file with more tables at its end; all that was there stays as it was, and the result is valid.

    AuditError `config-syntax` where it is not.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else newline if text.endswith("\n") else 2 * newline
    made = text + gap + addition.rstrip("\n").replace("\n", newline) + newline
    try:
        tomllib.loads(made.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise AuditError(
            "config-syntax", f"tables cannot be added: {reason}", where, "Correct the file; nothing was written."
        ) from None
    return made


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else quoted(name)

"""Keeps the answer to an audit for `main`, where that is safe."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.fingerprint import home

if TYPE_CHECKING:
    from code_path_audit.commands.output import Output


def keep(key: bytes, started: int, output: Output) -> None:
    """Keeps an answer under a key, b"" for none; `started` is when its command began, in nanoseconds since 1970."""
    basis = output.basis
    if not key or basis is None or output.exit_code or not basis.store.folder or basis.store.notes:
        return
    if not basis.config.file:
        return  # where there is no configuration, one may come from any folder above
    from code_path_audit.replay.dependencies import dependencies
    from code_path_audit.replay.save import Made, remember

    messages = "".join(basis.messages)
    # a path that the system cannot take, or a folder that goes meanwhile, is no reason to fail
    with suppress(OSError, ValueError, OverflowError):
        on = dependencies(basis.config, Path.cwd(), basis.sizes)
        if on is not None:
            size = len(messages.encode("utf-8", "surrogatepass"))
            plain = b"\xed" not in output.text.encode("utf-8", "surrogatepass")
            made = Made(started, 0, f"{size} {int(plain)}\n{messages}{output.text}")
            remember(basis.store.folder, key, made, on, str(basis.config.root), [home()])

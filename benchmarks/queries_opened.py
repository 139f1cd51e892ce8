"""The files that a process opens, by an audit hook of Python: for scripts that run in an application's environment."""

from __future__ import annotations

import sys


def opening() -> list[str]:
    """The paths of the files that Python opens from now on, those of modules left out: a list that grows."""
    found: list[str] = []

    def noted(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and isinstance(given[0], str | bytes) and not str(given[0]).endswith((".py", ".pyc")):
            found.append(str(given[0]))

    sys.addaudithook(noted)
    return found

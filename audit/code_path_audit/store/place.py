"""Where the store lies: what the user says, else the user's cache folder, and never in the audited tree."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLE = "CODE_PATH_AUDIT_CACHE"
"""Names the folder; empty or `off` stands for none."""


def store_folder(option: str | None, environ: "Mapping[str, str]", roots: "Iterable[str]") -> tuple[str, str]:
    """(folder, note): the folder as an absolute path, "" for no store; the note says why one is refused, else "".

    `option` is the command line's (None: not given) and outranks the variable; `roots` are the source roots.
    """
    asked = environ.get(VARIABLE) if option is None else option
    if asked is None:
        folder = _default(environ)
    elif asked.strip().lower() in ("", "off"):
        return "", ""
    else:
        folder = os.path.abspath(asked)
    if not folder:
        return "", ""
    for root in roots:
        if _inside(os.path.realpath(folder), os.path.realpath(root)):
            return "", f"nothing is cached: {folder} lies in the audited source {root}; name another with {VARIABLE}"
    return folder, ""


def _default(environ: "Mapping[str, str]") -> str:
    name = "code-path-audit"
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA", "")
        return os.path.join(base, name, "cache") if os.path.isabs(base) else ""
    base = environ.get("XDG_CACHE_HOME", "")
    # the XDG specification: a path that is not absolute is to be ignored
    if os.path.isabs(base):
        return os.path.join(base, name)
    home = environ.get("HOME", "")
    return os.path.join(home, ".cache", name) if os.path.isabs(home) else ""


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)

"""What installs this very copy of the program elsewhere."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution

from code_path_audit.commands.output import PROG


def requirement_of_this() -> str:
    """A requirement for pip: this version from the index, or the very commit or archive that it was installed from.

    Of a copy that was installed from a folder nobody else has the folder: its version stands for it.
    """
    try:
        found = distribution(PROG)
    except PackageNotFoundError:  # run from its source
        return PROG
    return requirement_of(found.version, found.read_text("direct_url.json") or "")


def requirement_of(version: str, direct_url: str) -> str:
    """The same, of a version and the text of its `direct_url.json` ("": none), as installers write it."""
    try:
        origin = json.loads(direct_url or "{}")
    except ValueError:
        origin = {}
    url = origin.get("url", "")
    source = origin.get("vcs_info")
    if isinstance(source, dict) and source.get("vcs") and source.get("commit_id"):
        return f"{PROG} @ {source['vcs']}+{url}@{source['commit_id']}"
    if "archive_info" in origin and url.startswith("https://"):
        return f"{PROG} @ {url}"
    return f"{PROG}=={version}"

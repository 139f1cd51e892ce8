"""What installs the same copy elsewhere, as installers write down where it came from."""

from __future__ import annotations

import json

import pytest

from code_path_audit.commands.requirement import requirement_of

COMMIT = {"vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"}, "url": "https://example.org/x"}


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        ("", "code-path-audit==1.2"),
        (json.dumps(COMMIT), "code-path-audit @ git+https://example.org/x@abc"),
        ('{"url": "https://example.org/x.whl", "archive_info": {}}', "code-path-audit @ https://example.org/x.whl"),
        ('{"url": "file:///x.whl", "archive_info": {}}', "code-path-audit==1.2"),
        ('{"url": "file:///x", "dir_info": {"editable": true}}', "code-path-audit==1.2"),
        ("{", "code-path-audit==1.2"),
    ],
)
def test_requirement(origin: str, requirement: str) -> None:
    assert requirement_of("1.2", origin) == requirement

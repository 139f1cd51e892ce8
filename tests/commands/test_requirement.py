"""What installs the same copy elsewhere, as installers write down where it came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from code_path_audit.commands.requirement import address_of, requirement_of
from tests.gate.repositories import Repo


def from_git(url: str) -> str:
    return json.dumps({"vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"}, "url": url})


ARCHIVE = json.dumps({"url": "https://example.org/x.whl", "archive_info": {"hash": "sha256=00"}})


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        ("", "code-path-audit==1.2"),
        (from_git("https://example.org/x"), "code-path-audit @ git+https://example.org/x@abc"),
        (from_git("https://me:secret@example.org/x"), "code-path-audit @ git+https://example.org/x@abc"),
        (from_git("file:///home/me/x"), ""),
        (ARCHIVE, "code-path-audit @ https://example.org/x.whl"),
        # that version of the index may be none, or somebody else's
        ('{"url": "file:///x.whl", "archive_info": {}}', ""),
        ('{"url": "file:///nowhere", "dir_info": {"editable": true}}', ""),
        ("{", ""),
    ],
)
def test_requirement(origin: str, requirement: str) -> None:
    assert requirement_of("1.2", origin) == requirement


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://example.org/me/x.git", "https://example.org/me/x.git"),
        ("https://token@example.org:8443/x", "https://example.org:8443/x"),
        ("git@example.org:me/x.git", "ssh://git@example.org/me/x.git"),
        ("ssh://git:secret@example.org/x", "ssh://git@example.org/x"),
        # a job of theirs has no key, and needs none
        ("git@github.com:me/x.git", "https://github.com/me/x.git"),
        ("ssh://git@gitlab.com/me/x", "https://gitlab.com/me/x"),
        # one machine alone
        ("/home/me/x", ""),
        ("../x", ""),
        ("file:///home/me/x", ""),
        ("C:/x", ""),
        ("ext::sh -c x", ""),
        # nothing that a shell or a requirement should read
        ("https://example.org/a b", ""),
        ("https://[example/x", ""),
        ("", ""),
    ],
)
def test_address(remote: str, address: str) -> None:
    assert address_of(remote) == address


def test_a_checkout_is_installed_from_its_remote_where_that_has_the_commit(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "a b")
    origin = json.dumps({"url": repo.root.as_uri(), "dir_info": {}})
    first = repo.commit({"x": "1"})
    assert requirement_of("1", origin) == ""
    repo.run("remote", "add", "up/stream", str(tmp_path))
    repo.run("update-ref", "refs/remotes/up/stream/main", first)
    repo.run("remote", "add", "origin", "git@github.com:me/x.git")
    assert requirement_of("1", origin) == ""
    repo.run("update-ref", "refs/remotes/origin/main", first)
    assert requirement_of("1", origin) == f"code-path-audit @ git+https://github.com/me/x.git@{first}"
    # one that nobody has pushed
    repo.commit({"x": "2"})
    assert requirement_of("1", origin) == ""

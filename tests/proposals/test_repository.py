"""What a repository says of itself is read from its files, whatever state they are in."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.proposals.repository import read_repository
from tests.proposals.projects import repository


def test_projects_documents_and_files(tmp_path: Path) -> None:
    found = repository(
        tmp_path,
        {
            "pyproject.toml": '[project]\nname = "My-Shop"\n[project.gui-scripts]\nwindow = "shop:window"\n',
            "README.md": "Run shop save.",
            "docs/guide.md": "More of it.",
            "docs/conf.py": "",
            "notes.txt": "none of it",
            "shop.py": "",
            "packages/cart/setup.cfg": "[metadata]\nname = cart\n",
            "packages/cart/cart.py": "",
            "tests/data/broken/setup.py": "setup(name='no')",
        },
    )
    assert [(p.folder, p.name, p.is_packaged) for p in found.projects] == [
        ("", "my_shop", True),
        ("packages/cart", "cart", True),
    ]
    assert found.projects[0].entry_points == (("gui_scripts", "window", "shop:window"),)
    assert found.documents == "Run shop save.\nMore of it."
    assert set(found.files) == {
        "docs/conf.py", "shop.py", "packages/cart/cart.py", "tests/data/broken/setup.py",
    }  # fmt: skip


def test_links_are_not_followed_out(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    root = tmp_path / "project"
    root.mkdir()
    (root / "README.md").symlink_to(tmp_path / "secret.md")
    assert repository(root, {"shop.py": ""}).documents == ""


def test_nothing_to_audit(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no-files"):
        read_repository(tmp_path)

"""Names of files and folders that stand for something, wherever they are.

It is on the path of a check that has next to nothing to do, and imports nothing.
"""

from __future__ import annotations

FOREIGN_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
"""Folders that hold no source of the project, whatever they hold."""

BUILD_FOLDERS = frozenset({"build", "dist"})
"""Copies that packaging tools leave: at the top of a source root, and only where they are no package."""

ENVIRONMENT_FILE, ENVIRONMENT_FOLDER = "pyvenv.cfg", "conda-meta"
ENVIRONMENT_MARKS = frozenset({ENVIRONMENT_FILE, ENVIRONMENT_FOLDER})
"""What a folder with an environment of Python has in it."""

DECLARING = ("pyproject.toml", "setup.cfg", "entry_points.txt")
"""The files that declare entry points."""

INSTALLED = ".dist-info"
"""How the folder of an installed distribution ends that has one of them."""

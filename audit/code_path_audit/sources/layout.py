"""What counts as source, and what a file of it is called: one rule, for the working tree, for a state that git has, and
for what an answer that is kept depends on.

Names alone are asked about here, never a disk. It is on the path of a check after an edit, and imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Protocol, TypeVar

    from code_path_audit.sources.model import SkippedFile

    class Named(Protocol):
        """A file with its module, whatever state of the source it is from."""

        @property
        def path(self) -> str: ...
        @property
        def module(self) -> str: ...
        @property
        def is_package(self) -> bool: ...

    File = TypeVar("File", bound=Named)

INIT = "__init__.py"
"""What makes a folder a package."""

FOREIGN_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
"""Folders that hold no source of the project, whatever they hold."""

BUILD_FOLDERS = frozenset({"build", "dist"})
"""Copies that packaging tools leave: at the top of a source root, and only where they are no package."""

ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
"""What a folder with an environment of Python has in it."""

DECLARING = ("pyproject.toml", "setup.cfg", "setup.py", "entry_points.txt")
"""The files that declare entry points."""

PROJECT_FILES = DECLARING[:3]
"""Those of a project itself."""

INSTALLED = ".dist-info"
"""How the folder of an installed distribution ends that has one of them."""

MAX_FILE_BYTES = 8 << 20
"""Files over this are skipped: nobody writes them by hand, and parsing one takes gigabytes."""

HIDDEN = "its folder is taken for an environment (by pyvenv.cfg, conda-meta) or a build (build, dist), not for source"
TOO_LARGE = f"larger than {MAX_FILE_BYTES:,} bytes"
BINARY = "a binary file: it holds NUL bytes"
ODD_NAME = "the name holds control characters, or is not valid UTF-8"
"""Why a file is skipped, in words."""


TEMPLATES = (".html", ".htm", ".djhtml", ".txt", ".xml", ".jinja", ".jinja2", ".j2")
"""How the name of a template ends."""

TEMPLATE_FOLDERS = frozenset({"templates", "jinja2"})
"""Folders in which templates stand: a file of such a name elsewhere is data."""

TEMPLATE_MARK = "@"
"""What the name of a template has that no module of Python has: "shop.templates.cart@html"."""


def is_file_of_source(name: str, folder: str = "") -> bool:
    """Whether a file is read, as far as its name says, and the folder that it stands in: a path with "/"."""
    return not name.startswith(".") and (name.endswith(".py") or is_template(name, folder))


def is_template(name: str, folder: str) -> bool:
    """Whether a file is a template, as far as names say."""
    return name.endswith(TEMPLATES) and not TEMPLATE_FOLDERS.isdisjoint(folder.split("/"))


def is_path_of_source(path: str) -> bool:
    """Whether a file is read, as far as its path says."""
    folder, _, name = path.rpartition("/")
    return is_file_of_source(name, folder)


def is_folder_of_source(name: str) -> bool:
    """Whether a folder below a source root is looked into, as far as its name says."""
    return not name.startswith(".") and name not in FOREIGN_FOLDERS


def is_foreign(depth: int, name: str, inside: Collection[str]) -> bool:
    """Whether what is `inside` a folder says that it holds no source: an environment, or what a packaging tool built.

    A source root, of depth 0, was asked for by name, and counts whatever it looks like.
    """
    if depth == 1 and name in BUILD_FOLDERS and INIT not in inside:
        return True
    return depth > 0 and is_environment(inside)


def hidden_module(package: str, name: str, is_folder: bool) -> str:
    """The module that would be in a foreign folder of this package, were it source; "" for what is none by its name."""
    if is_folder:
        return joined(package, name) if is_folder_of_source(name) and name.isidentifier() else ""
    return module_of(name, package) if is_file_of_source(name, package.replace(".", "/")) else ""


def is_environment(inside: Collection[str]) -> bool:
    """Whether what is `inside` a folder says that it is an environment of Python."""
    return not ENVIRONMENT_MARKS.isdisjoint(inside)


def is_sound(name: str) -> bool:
    """Whether a name can be told: none of its characters is a control character, or stands for broken UTF-8."""
    return name.isprintable()


def joined(package: str, name: str) -> str:
    """The dotted name of something in a package; "" is no package."""
    return f"{package}.{name}" if package else name


def module_of(path: str, package: str) -> str:
    """The module of a file by its path below a folder that is this package ("": none)."""
    names = path.removesuffix(".py").split("/")
    if names[-1].endswith(TEMPLATES):
        stem, _, ending = names[-1].rpartition(".")
        names[-1] = f"{stem.replace('.', '_')}{TEMPLATE_MARK}{ending}"
    if is_of_package(path, package):
        names.pop()
    return ".".join([package, *names] if package else names)


def is_of_package(path: str, package: str) -> bool:
    """Whether a file, as in `module_of`, is the module of a package; outside of all packages it is but a module."""
    folder, _, name = path.rpartition("/")
    return name == INIT and bool(package or folder)


def package_of(folder: str, is_package: Callable[[str], bool]) -> str:
    """The dotted name that a folder has as a package, "" for one that is none; `is_package` says which are."""
    names: list[str] = []
    while folder and is_package(folder):
        folder, _, name = folder.rpartition("/")
        names.insert(0, name)
    return ".".join(names)


def one_per_module(files: list[File]) -> tuple[list[File], list[SkippedFile]]:
    """Each module name once. The files come in the order of `source`; a package outranks a module within one root."""
    from code_path_audit.sources.model import SkippedFile

    kept: dict[str, File] = {}
    losers: list[SkippedFile] = []
    for file in files:
        other = kept.setdefault(file.module, file)
        if other is file:
            continue
        winner, loser = other, file
        if file.is_package and not other.is_package and _folder(other.path) == _folder(_folder(file.path)):
            winner, loser = file, other
        kept[file.module] = winner
        losers.append(SkippedFile(loser.path, loser.module, f"its module name is taken by {winner.path}", 0))
    return list(kept.values()), losers


def _folder(path: str) -> str:
    return path.rpartition("/")[0]

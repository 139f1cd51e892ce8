"""What packages give to those who import them: what they export, and what their documents import and call."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from code_path_audit.proposals.handlers import doc_of
from code_path_audit.proposals.modules import Found, Module, Modules
from code_path_audit.proposals.repository import MAX_DOCUMENT_CHARACTERS, Repository

IMPORT = re.compile(r"\bfrom\s+(\w[\w.]*)\s+import\s+(\([^()]{1,2000}\)|[\w*][\w ,]*)")
"""An import in an example, on one line or in parentheses."""

CALL = re.compile(r"(?<![\w.])(\w+(?:\.\w+)+)\s?\(")
"""A call by a dotted name."""

CALLED, METHOD = re.compile(r"\b(\w+)\("), re.compile(r"\.(\w+)\(")
"""What is called, and what is called of something."""

ALIAS = re.compile(r"\bimport\s+(\w[\w.]*)\s+as\s+(\w+)")


class Given(NamedTuple):
    """A function, or a method of a class, for users: its name, entry points, the first line of its docstring, and how
    often documents call it."""

    name: str
    entry_points: tuple[str, ...]
    doc: str
    mentions: int


EXAMPLES = frozenset({"demo", "demos", "example", "examples", "sample", "samples"})
TESTS = frozenset({"test", "testing", "tests"})


def given_to_users(repository: Repository, modules: Modules) -> list[Given]:
    """All that the packages of a repository give, those that its documents name included where they are no part of what
    is exported; of a repository that is not installed, nothing. Where documents name nothing, its examples say what is
    used, in how many of them, and where these do not, its tests."""
    if not any(project.is_packaged for project in repository.projects):
        return []
    documents = repository.documents
    rows = _given(
        repository, modules, documents, Counter(CALLED.findall(documents)), Counter(METHOD.findall(documents))
    )
    for folders in (EXAMPLES, TESTS):
        if not any(row.mentions for row in rows):
            texts = list(_texts_below(folders, repository))
            called, methods = (Counter(n for t in texts for n in set(words.findall(t))) for words in (CALLED, METHOD))
            rows = _given(repository, modules, "\n".join(texts), called, methods)
    return rows


def _texts_below(folders: frozenset[str], repository: Repository) -> Iterator[str]:
    """The Python files in folders of these names."""
    left = MAX_DOCUMENT_CHARACTERS
    for path in sorted(repository.files):
        if left > 0 and not folders.isdisjoint(path.split("/")[:-1]):
            yield (text := repository.files[path].decode("utf-8", "replace"))
            left -= len(text)


def _given(
    repository: Repository, modules: Modules, documents: str, called: Counter[str], methods: Counter[str]
) -> list[Given]:
    """The same by what documents import, and how often they call functions and methods by name."""
    rows: list[Given] = []

    def give(found: Found, name: str, least: int) -> None:
        entry = f"{found.module}:{found.name}"
        if not found.is_class:
            rows.append(Given(name, (entry,), doc_of(found.node), max(least, called[name])))
        elif called[name]:
            for method, node in found.methods().items():
                if not method.startswith("_") and methods[method]:
                    rows.append(Given(f"{name}.{method}", (f"{entry}.{method}",), doc_of(node), methods[method]))

    for package, name in _exports(repository, modules):
        found = modules.resolve(package, name)
        if found is not None:
            give(found, name, 0)
    for dotted in dict.fromkeys(documented(documents)):
        found = modules.find(dotted)
        if found is not None and not found.name.startswith("_"):
            # a method that is called by the name of its class
            give(found, found.name, 1)
    return rows


def documented(documents: str) -> Iterator[str]:
    """The dotted names that examples import or call, in the order in which they do."""
    aliases = {short: module for module, short in ALIAS.findall(documents)}
    for module, names in IMPORT.findall(documents):
        for part in names.strip("()").split(","):
            words = part.split()
            if words and words[0].isidentifier():
                yield f"{module}.{words[0]}"
    for dotted in CALL.findall(documents):
        first, _, rest = dotted.partition(".")
        yield f"{aliases.get(first, first)}.{rest}"


def _exports(repository: Repository, modules: Modules) -> Iterator[tuple[str, str]]:
    """Packages with the names that each gives away."""
    names = {project.name for project in repository.projects}
    for package in sorted(name for name in modules.data if "." not in name):
        module = modules.get(package)
        if module is not None and (package in modules.packages or package in names):
            yield from ((package, name) for name in exported(module))


def exported(module: Module) -> list[str]:
    """What a module gives away: `__all__` where that is a literal, else what has no underscore."""
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            try:
                names = ast.literal_eval(node.value)
            except ValueError:
                break
            if isinstance(names, list | tuple):
                return [name for name in names if isinstance(name, str)]
    return [name for name in (*module.definitions, *module.imports) if not name.startswith("_")]

"""How often a repository asks for its own routes: links of templates, redirects, calls of scripts and of tests. What is
asked for in many places is what a site is about."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

TEXTS = (
    ".html", ".htm", ".jinja", ".jinja2", ".j2", ".js", ".ts", ".jsx", ".tsx", ".vue", ".svelte", ".txt", ".http",
    ".md", ".rst",
)  # fmt: skip
"""How files end that ask for routes, besides those of Python."""

SKIPPED = frozenset({"node_modules", "dist", "vendor", "bower_components", "locale", "site-packages"})
"""Folders of code that is made, or of others."""

MAX_FILES = 3_000
MAX_BYTES = 300_000
"""Of one file: what is longer was put together by a program."""

MAX_ALL = 30_000_000
"""Bytes of all files together."""

NAMED = re.compile(
    r"\b(?:url_for|url_path_for|\w*reverse|reverse_lazy|redirect|resolve_url|\w*url|path_for|route_path|route_url)"
    r"\s*\(?\s*(?:[\w.]{1,60},?\s+)?[\"']([\w.:\-]+)[\"']"
)
"""A route by its name: `url_for("shop.order")`, `{% url 'order' %}`; also for a function of the project's own, which
is given something before it: `eventreverse(event, "shop:order")`."""

WRITTEN = re.compile(
    r"(?:\.(get|post|put|patch|delete)\s*\(\s*|[\"'](GET|POST|PUT|PATCH|DELETE)[\"'],\s*)?f?[\"'`](/[\w\-./{}$<>:()\[\]]*)"
)
"""A route by its path, with the method where that stands before it: `client.post("/orders")`, `'POST', '/orders'`."""

SAID = re.compile(r"\b(?:(GET|POST|PUT|PATCH|DELETE)\s+|https?://[\w.\-\[\]:{}]+)(/[\w\-./{}$<>:()]*)")
"""The same as documents have it: `GET /orders`, `http://localhost:8000/orders`."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods that a path may be asked for with."""

VERSION = re.compile(r"(?i)api|rest|v\d[\d.]*")
"""The parts that paths of interfaces begin with."""

PARAMETER = "*"

Path_ = tuple[str, ...]


class Asked(NamedTuple):
    """How often names are asked for, and paths (`words_of`) with a method or "" where none is known."""

    names: Counter[str]
    paths: Counter[tuple[str, Path_]]

    def of(self, routes: Iterable[str], known_as: Iterable[Iterable[str]] = ()) -> Asked:
        """The same with each path as the route that answers it has it: "/orders/first" of "/orders/<name>". What is
        asked for by a name that several have, of which `known_as` has the names of each, is shared among them: "list"
        in `contracts:list` and `gyms:list`."""
        shared = Counter(name for names in known_as for name in set(names))
        known = {words_of(route) for route in routes}
        patterns: dict[int, list[Path_]] = {}
        for words in sorted(known):
            if PARAMETER in words and set(words) != {PARAMETER}:
                patterns.setdefault(len(words), []).append(words)
        paths: Counter[tuple[str, Path_]] = Counter()
        for (verb, words), count in self.paths.items():
            fitting = [] if words in known else [p for p in patterns.get(len(words), ()) if _fits(words, p)]
            paths[verb, min(fitting, key=lambda p: p.count(PARAMETER), default=words)] += count
        names = Counter({name: count // max(shared[name], 1) for name, count in self.names.items()})
        return Asked(names, paths)

    def times(self, route: str, names: Iterable[str]) -> int:
        """How often a route ("GET /orders/<id>") is asked for, that is known by these names."""
        verb, slash, _ = route.partition("/")
        verb, path = verb.strip(), words_of(route)
        methods = {verb, ""} if verb else {"", *METHODS}
        written = sum(self.paths[method, path] for method in methods) if slash else 0
        return written + sum(self.names[name] for name in set(names))


def nothing_asked() -> Asked:
    """Where nobody looked."""
    return Asked(Counter(), Counter())


def segments(route: str) -> list[str]:
    """The parts of a path, without what only says that it is an interface of some version."""
    parts = [part for part in (part.strip("^$") for part in route.partition("/")[2].split("/")) if part]
    while len(parts) > 1 and VERSION.fullmatch(parts[0]):
        parts.pop(0)
    return parts


def is_parameter(part: str) -> bool:
    """Whether a part of a path stands for what differs: "<int:id>", "{id}", "${id}", "17"."""
    return part.isdigit() or not set("<{(:*$").isdisjoint(part)


def words_of(route: str) -> Path_:
    """A path with its parameters alike."""
    return tuple(PARAMETER if is_parameter(part) else part for part in segments(route))


def _fits(words: Path_, pattern: Path_) -> bool:
    return all(part in (PARAMETER, word) for word, part in zip(words, pattern, strict=True))


def length_of(route: str) -> tuple[int, int]:
    """How many words a path has, and how many parameters."""
    path = segments(route)
    parameters = sum(map(is_parameter, path))
    return len(path) - parameters, parameters


def asked(root: Path, sources: Iterable[bytes]) -> Asked:
    """What the files of a repository ask for; `sources` are those of Python."""
    names: Counter[str] = Counter()
    paths: Counter[tuple[str, Path_]] = Counter()
    for data in (*sources, *_texts(root)):
        text = data.decode("utf-8", "replace")
        for name in NAMED.findall(text):
            inner = name.rpartition(":")[2]  # what a namespace has may have points in it
            names.update({inner, inner.rpartition(".")[2]})
        said = [(first or second, path) for first, second, path in WRITTEN.findall(text)]
        for verb, path in (*said, *SAID.findall(text)):
            if words := words_of(path):
                paths[verb.upper(), words] += 1
    return Asked(names, paths)


def _texts(root: Path) -> Iterator[bytes]:
    left = MAX_ALL
    for path in _paths(root)[:MAX_FILES]:
        try:
            with open(path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError:
            continue
        left -= len(data)
        if left < 0:
            return
        if len(data) <= MAX_BYTES:
            yield data


def _paths(root: Path) -> Sequence[str]:
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        found += [
            path
            for name in sorted(names)
            if name.endswith(TEXTS) and os.path.isfile(path := os.path.join(folder, name))
        ]
        if len(found) > MAX_FILES:
            break
    return found

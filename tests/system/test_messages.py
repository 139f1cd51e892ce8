"""Every message has a section in docs/messages.md, and every section a message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "messages.md"


@cache
def slugs_in_code() -> tuple[tuple[str, str], ...]:
    """(slug, place) of each construction of an AuditError, and of what is passed on to one as `slug`.

    A slug that is no literal stands as "?".
    """
    places = takes_slug()
    return tuple(
        (str(slug.value) if isinstance(slug, ast.Constant) else "?", f"{path.relative_to(ROOT)}:{slug.lineno}")
        for path, tree in parsed()
        for node in ast.walk(tree)
        for slug in slugs_of(node, path, *places)
        if not (isinstance(slug, ast.Name) and slug.id == "slug")  # passed on: it is collected where it comes from
    )


FIRST = frozenset({"AuditError", "problem"})
"""What takes a slug as its first argument: the exception, and a recorder's notes."""


def parsed(having: str = "") -> Iterator[tuple[Path, ast.Module]]:
    """The files of the source in which a pattern is found, with their trees."""
    for folder in ("audit", "hooks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            data = path.read_bytes()
            if re.search(having.encode(), data):
                yield path, ast.parse(data)


def takes_slug() -> tuple[dict[str, int], dict[tuple[Path, str], int | None]]:
    """The place of `slug` among the arguments of functions that take one: by name, and by file and name, there with
    None for those that take none."""
    anywhere = dict.fromkeys(FIRST, 0)
    here: dict[tuple[Path, str], int | None] = {}
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
                names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
                here[path, node.name] = names.index("slug") if "slug" in names else None
                if "slug" in names:
                    anywhere[node.name] = names.index("slug")
    return anywhere, here


def slugs_of(
    node: ast.AST, path: Path, anywhere: dict[str, int], here: dict[tuple[Path, str], int | None]
) -> list[ast.expr]:
    """The expressions that name a slug in a call, or as the default of a parameter `slug`."""
    if isinstance(node, ast.Call):
        named = [word.value for word in node.keywords if word.arg == "slug"]
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called == "problem" and not isinstance(node.func, ast.Attribute):
            return named  # a function of that name; a recorder's is a method
        place = here.get((path, called), anywhere.get(called))
        return named or ([] if place is None else node.args[place : place + 1])
    if isinstance(node, ast.arguments):
        positional = [*node.posonlyargs, *node.args]
        pairs = [
            *zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True),
            *zip(node.kwonlyargs, node.kw_defaults, strict=True),
        ]
        return [default for parameter, default in pairs if parameter.arg == "slug" and default is not None]
    return []


def test_every_slug_is_a_literal() -> None:
    # one that is put together could neither be found in the source by a reader, nor checked here
    assert [place for slug, place in slugs_in_code() if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug)] == []


def test_the_page_has_one_section_for_each_slug() -> None:
    sections = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections == sorted({slug for slug, _ in slugs_in_code()})


def test_every_section_says_something() -> None:
    bodies = re.split(r"^## .+$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [body for body in bodies if len(body.split()) < 8] == []


PRINTED = re.compile(r"[.)] \[([a-z]+(?:-[a-z]+)*)\]\n?$")


def test_what_is_printed_without_an_exception_has_a_section_too() -> None:
    printed = {
        found[1]
        for _, tree in parsed(r"[.)] \[[a-z-]+\]")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (found := PRINTED.search(node.value))
    }
    sections = set(re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {"bug", "output"} <= printed <= sections

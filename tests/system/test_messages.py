"""Every message has a section in docs/messages.md, and every section a message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "messages.md"


def slugs_in_code() -> Iterator[tuple[str, str]]:
    """(slug, place) of each construction of an AuditError, and of what is passed on to one as `slug`.

    A slug that is no literal stands as "?".
    """
    for folder in ("audit", "hooks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                for slug in slugs_of(node):
                    if isinstance(slug, ast.Name) and slug.id == "slug":
                        continue  # passed on: it is collected where it comes from
                    literal = slug.value if isinstance(slug, ast.Constant) else "?"
                    yield str(literal), f"{path.relative_to(ROOT)}:{slug.lineno}"


def slugs_of(node: ast.AST) -> list[ast.expr]:
    """The expressions that name a slug in a call, or as the default of a parameter `slug`."""
    if isinstance(node, ast.Call):
        named = [word.value for word in node.keywords if word.arg == "slug"]
        return named or (node.args[:1] if getattr(node.func, "id", "") == "AuditError" else [])
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

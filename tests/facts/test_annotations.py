"""Annotations to type expressions: a table, and what hostile ones come to."""

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.facts.annotations import UNKNOWN, dotted, type_of

INT = ("name", "int")
STR = ("name", "str")


def parsed(text: str) -> tuple[Any, ...]:
    return type_of(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int", INT),
        ("a.b.C", ("attr", ("attr", ("name", "a"), "b"), "C")),
        ("list[int]", ("sub", ("name", "list"), (INT,))),
        ("dict[str, t.Any]", ("sub", ("name", "dict"), (STR, ("attr", ("name", "t"), "Any")))),
        ("int | str | None", ("or", (INT, STR, ("none",)))),
        ("Optional[int]", ("sub", ("name", "Optional"), (INT,))),
        ("Union[int, str]", ("sub", ("name", "Union"), (INT, STR))),
        ("None", ("none",)),
        ("Callable[[int, str], None]", ("sub", ("name", "Callable"), (("list", (INT, STR)), ("none",)))),
        ("Callable[..., int]", ("sub", ("name", "Callable"), (("name", "..."), INT))),
        ("tuple[int, ...]", ("sub", ("name", "tuple"), (INT, ("name", "...")))),
        ("tuple[()]", ("sub", ("name", "tuple"), ())),
        ("tuple[*Ts]", ("sub", ("name", "tuple"), (("sub", ("name", "Unpack"), (("name", "Ts"),)),))),
        ("Literal['rb', -1, True, None]", ("sub", ("name", "Literal"), (
            ("const", "rb"), ("const", -1), ("const", True), ("none",)))),
        ("Literal[Color.RED]", ("sub", ("name", "Literal"), (("attr", ("name", "Color"), "RED"),))),
        ("Annotated[int, Field(gt=3), 'no type']", ("sub", ("name", "Annotated"), (INT,))),
        ("Annotated[A, 3, Depends(f)]", ("sub", ("name", "Annotated"), (
            ("name", "A"), ("sub", ("name", "Depends"), (("name", "f"),))))),
        ("Annotated[A, fastapi.Security(dependency=m.f, scopes=[])]", ("sub", ("name", "Annotated"), (
            ("name", "A"), ("sub", ("attr", ("name", "fastapi"), "Security"), (("attr", ("name", "m"), "f"),))))),
        ("Annotated[A, Depends()]", ("sub", ("name", "Annotated"), (("name", "A"), ("sub", ("name", "Depends"), ())))),
        # strings are forward references
        ("'Node'", ("name", "Node")),
        ("'None'", ("none",)),
        ("' list[Node] '", ("sub", ("name", "list"), (("name", "Node"),))),
        ("list['Node | None']", ("sub", ("name", "list"), (("or", (("name", "Node"), ("none",))),))),
        ("'\"int\"'", INT),
        ("'not a type'", UNKNOWN),
        ("''", UNKNOWN),
        ("'a\\x00b'", UNKNOWN),
        # what is no type
        ("f(x)", UNKNOWN),
        ("f().T", UNKNOWN),
        ("x[0]()[int]", UNKNOWN),
        ("1.5", UNKNOWN),
        ("b'x'", UNKNOWN),
        ("+1", UNKNOWN),
        ("int & str", UNKNOWN),
        ("lambda: int", UNKNOWN),
        (str(2**70), UNKNOWN),
    ],
)  # fmt: skip
def test_type_of(text: str, expected: tuple[Any, ...]) -> None:
    assert parsed(text) == expected


def test_no_annotation_is_unknown() -> None:
    assert type_of(None) == UNKNOWN


@pytest.mark.parametrize(("text", "expected"), [("a.b.C", "a.b.C"), ("C", "C"), ("a[0].C", ""), ("None", "")])
def test_dotted(text: str, expected: str) -> None:
    assert dotted(parsed(text)) == expected


def size(type: object) -> int:
    return 1 + sum(size(part) for part in type) if isinstance(type, tuple) else 1


@pytest.mark.parametrize(
    "text",
    [
        "list[" * 60 + "int" + "]" * 60,
        " | ".join(f"T{i}" for i in range(900)),  # more than that, and Python itself cannot parse it
        "Union[" + ", ".join(f"T{i}" for i in range(30_000)) + "]",
        repr("list[" * 300 + "int" + "]" * 300),
        repr("x" * 100_000),
        "Literal[" + repr("x" * 100_000) + "]",
        "Callable[[" + ", ".join(["int"] * 30_000) + "], None]",
        repr("(" * 500 + ")" * 500),
    ],
)
def test_hostile_annotations_stay_small(text: str) -> None:
    assert size(parsed(text)) < 3_000


def plain(value: object) -> bool:
    if type(value) is tuple:
        return all(plain(part) for part in value)
    return value is None or type(value) in (str, int, bool)


@given(st.text(max_size=40))
def test_any_string_is_a_plain_value(text: str) -> None:
    assert plain(type_of(ast.Constant(text)))

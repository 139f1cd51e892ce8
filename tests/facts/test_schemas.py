"""What schemas read, as code: each row is a class, and the body of the function that it gets."""

from __future__ import annotations

import ast

import pytest

from code_path_audit.facts.schemas import EACH, FIELDS, add_readers
from tests.facts.unwritten import bodies

IMPORTS = "from pydantic import BaseModel\n"

ROWS = {
    "class A(BaseModel):\n    x: int\n    _y: int = 3": ["row.x"],
    "class A(BaseModel):\n    x: int = Field(validation_alias='z')": ["row.z"],
    "class A(BaseModel):\n    model_config = 3\n    N: ClassVar[int] = 3": [],
    "class A(BaseModel):\n    N: ClassVar = 3\n    x: int": ["row.x"],
    "class A(BaseModel):\n    b: B": ["B.<fields>(self, row.b)"],
    "class A(BaseModel):\n    b: 'm.B | None'": ["m.B.<fields>(self, row.b)"],
    "class A(BaseModel):\n    b: Optional[Annotated[B, 3]]": ["B.<fields>(self, row.b)"],
    "class A(BaseModel):\n    b: list[B]": ["for each in row.b:\n    B.<fields>(self, each)"],
    "class A(BaseModel):\n    b: Decimal": ["row.b"],
    "class A(orm.Schema):\n    x: int": ["row.x"],
    "class A(ma.Schema):\n    x = fields.Str(attribute='b.c')": ["row.b.c"],
    "class A(ma.Schema):\n    x = fields.Str(load_only=True)\n    y = other.Str()": [],
    "class A(ma.Schema):\n    x = fields.Method('shown')": ["self.shown(row)"],
    "class A(ma.Schema):\n    b = fields.Nested('BSchema')": ["BSchema.<fields>(self, row.b)"],
    "class A(ma.Schema):\n    b = fields.Nested(lambda: BSchema(), many=True)": [
        "for each in row.b:\n    BSchema.<fields>(self, each)"
    ],
    "class A(ma.Schema):\n    b = fields.List(ma.Nested(BSchema))": [
        "for each in row.b:\n    BSchema.<fields>(self, each)"
    ],
    "class A(ma.Schema):\n    b = fields.List(fields.Str())": ["for each in row.b:\n    each"],
    "class A(s.ModelSerializer):\n    x = s.CharField(source='b.c')": ["row.b.c"],
    "class A(s.ModelSerializer):\n    x = s.CharField(write_only=True)": [],
    "class A(s.ModelSerializer):\n    x = s.SerializerMethodField()": ["self.get_x(row)"],
    "class A(s.ModelSerializer):\n    def to_representation(self, row): pass": ["self.to_representation(row)"],
    "class A(s.ModelSerializer):\n    b = BSerializer()": ["self.b.<fields>(row.b)"],
    "class A(s.ModelSerializer):\n    b = BSerializer(many=True, source='bs')": [
        "for each in row.bs.all() if self else row.bs:\n    self.b.<fields>(each)"
    ],
    "class A(s.ModelSerializer):\n    b = s.StringRelatedField()": ["str(row.b)"],
    "class A(s.ModelSerializer):\n    b = s.SlugRelatedField(slug_field='name')": ["row.b.name"],
    "class A(s.ModelSerializer):\n    b = s.PrimaryKeyRelatedField()": [],
    "class A(s.ModelSerializer):\n    b = s.PrimaryKeyRelatedField(many=True)": [
        "for each in row.b.all() if self else row.b:\n    each"
    ],
    "class A(s.ModelSerializer):\n    class Meta:\n        fields = ['x']": ["for each in row.<pk>x:\n    None"],
}


@pytest.mark.parametrize("text", ROWS)
def test_what_a_schema_reads(text: str) -> None:
    assert bodies(IMPORTS + text, add_readers) == {
        FIELDS: ["super().<fields>(row)", *ROWS[text]], EACH: ["for row in rows:\n    A.<fields>(self, row)"],
    }  # fmt: skip


NONE = (
    "class A:\n    x: int",
    "@dataclass\nclass A(BaseModel):\n    x: int",
    "class A(Base):\n    x: Mapped[int]",
    "class A(NamedTuple):\n    x: int",
    "class A(Enum):\n    x: int = 3",
    "def f():\n    class A(BaseModel):\n        x: int",
)


@pytest.mark.parametrize("text", NONE)
def test_other_classes_are_left_alone(text: str) -> None:
    assert bodies(IMPORTS + text, add_readers) == {}


def test_each_statement_stands_at_its_field() -> None:
    tree = ast.parse(IMPORTS + "class A(BaseModel):\n    x: int\n    y: 'list[B]'\n")
    add_readers(tree, IMPORTS.encode())
    fields = tree.body[1].body[-2].body  # type: ignore[attr-defined]
    assert [{n.lineno for n in ast.walk(one) if hasattr(n, "lineno")} for one in fields] == [{2}, {3}, {4}]

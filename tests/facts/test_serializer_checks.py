"""What serializers check, as code: each row is a class body, and what is checked of the data."""

from __future__ import annotations

import pytest

from code_path_audit.facts.serializer_checks import add_checks
from tests.facts.unwritten import bodies

ROWS = {
    "x = CharField()": [],
    "x = PrimaryKeyRelatedField(queryset=q)": ["self.<check>x"],
    "x = PrimaryKeyRelatedField(queryset=q, many=True)": ["for each in data.x:\n    self.<check>x"],
    "x = SlugRelatedField(slug_field='y', read_only=True)": [],
    "x = BSerializer()": ["self.x.<checks>(data.x)"],
    "x = BSerializer(many=True)": ["for each in data.x:\n    self.x.<checks>(each)"],
    "x = BSerializer(read_only=True)": [],
    "x = SerializerMethodField()": [],
    "x = CharField(validators=[UniqueValidator(queryset=q)])": ["self.<unique>x"],
    "class Meta:\n        fields = ['x']": [
        "self.<check>x", "self.<unique>x", "for each in data.x:\n    self.<check each>x",
    ],
    "class Meta:\n        fields = '__all__'": [
        "self.<check>*", "self.<unique>*", "for each in data.relations:\n    self.<check each>*",
    ],
    "class Meta:\n        exclude = ['x']": [
        "self.<check>*", "self.<unique>*", "for each in data.relations:\n    self.<check each>*",
    ],
    "class Meta:\n        fields = ['x']\n        read_only_fields = ['x']": [],
    "class Meta:\n        fields = ['x']\n        depth = 1": [],
    "x = CharField()\n    class Meta:\n        fields = ['x']": [],
}  # fmt: skip


@pytest.mark.parametrize("body", ROWS)
def test_what_a_serializer_checks(body: str) -> None:
    found = bodies(f"class A(ModelSerializer):\n    {body}\n", add_checks)
    assert found == {"<checks>": ["super().<checks>(data)", *ROWS[body]]}


def test_other_classes_are_left_alone() -> None:
    assert bodies("class A(BaseModel):\n    x = BSerializer()\n", add_checks) == {}

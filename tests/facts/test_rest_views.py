"""What generic views do, as code: each row is a class, and the functions that it gets."""

from __future__ import annotations

import ast

import pytest

from code_path_audit.facts.rest_views import ACTIONS, add_actions, marked
from tests.facts.unwritten import bodies

LIST = [
    "self.initial(request)",
    "self.get_serializer(self.<page>(self.filter_queryset(self.get_queryset())), many=True)",
]
RETRIEVE = ["self.initial(request)", "self.get_serializer(self.get_object())"]
CREATE = [
    "self.initial(request)", "(serializer := self.get_serializer(data=request.data)).is_valid()",
    "self.perform_create(serializer)", "serializer.data",
]  # fmt: skip

ROWS = {
    "class A(ListAPIView): pass": {"<list>": LIST},
    "class A(generics.RetrieveAPIView): pass": {"<retrieve>": RETRIEVE},
    "class A(ListCreateAPIView): pass": {"<list>": LIST, "<create>": CREATE},
    "class A(ListModelMixin, GenericViewSet): pass": {"<list>": LIST},
    "class A(ReadOnlyModelViewSet): pass": {"<list>": LIST, "<retrieve>": RETRIEVE},
    "class A(APIView): pass": {},
    "class A(ViewSet): pass": {},
    "class A(ListThingsAPIView): pass": {},
    "class A(View): pass": {},
    "class A(CheckListModel): pass": {},
}


@pytest.mark.parametrize("text", ROWS)
def test_what_a_view_does(text: str) -> None:
    assert bodies(f"# APIView, ViewSet\n{text}", add_actions) == ROWS[text]


def test_a_viewset_does_all() -> None:
    assert list(bodies("class A(ModelViewSet): pass", add_actions)) == [marked(action) for action in ACTIONS]


def test_a_view_below_one_of_the_source_asks_that() -> None:
    found = bodies("class A(BaseViewSet): pass", add_actions)
    assert found["<list>"] == ["self.list(request)"]
    assert list(found) == [marked(action) for action in ACTIONS]


def test_all_stands_at_the_first_line_of_the_class() -> None:
    tree = ast.parse("x = 1\nclass A(ListAPIView):\n    y = 2\n")
    add_actions(tree, b"ListAPIView")
    made = tree.body[1].body[-1]  # type: ignore[attr-defined]
    assert {node.lineno for node in ast.walk(made) if hasattr(node, "lineno")} == {2}

"""What a whole file says: its exports and hints, and that nothing else enters than its bytes and its name."""

from __future__ import annotations

import ast
import gc

import pytest

from code_path_audit.facts.lowering.builder import Builder
from code_path_audit.facts.module import ModuleFacts
from tests.facts.reading import facts


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("x = 1", None),
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ('b', 'a')", ("b", "a")),
        ("__all__ = []", ()),
        ("__all__: list[str] = ['a']", ("a",)),
        ("__all__ = ['a']\n__all__ += ['b']", ("a", "b")),
        ("__all__ = ['a']\n__all__ += more", None),
        ("__all__ = names()", None),
    ],
)
def test_exports(source: str, exports: tuple[str, ...] | None) -> None:
    assert facts(source).exports == exports


@pytest.mark.parametrize(
    ("source", "hints"),
    [
        ("for x in y:  # audit: bound=12\n    pass\n", ((1, "bound", 12),)),
        ("\n#audit:size = 7\n", ((2, "size", 7),)),
        ("# audit: bound=1 # audit: size=2\n", ((1, "bound", 1), (1, "size", 2))),
        ("# audit: bound=-1\n# audit: bound=many\n# audit: bounds=1\n# audit bound=1\n", ()),
        ("# audit: bound=1e9\n# audit: size=" + "9" * 40 + "\n", ()),
    ],
)
def test_hints(source: str, hints: tuple[tuple[int, str, int], ...]) -> None:
    assert facts(source).hints == hints


SHIFTED = '''\
# a comment



"""A docstring."""
import a   # another


@b
def f(x):


    # and one more
    for y in x:

        y.z = g(y)   # here



    return 1



class C:

    z = lambda: 2
'''


def without_places(module: ModuleFacts) -> list[object]:
    """All of its functions but lines and positions."""
    return [(f.name, f.kind, f.parent, f.is_async, f.body[:-1]) for f in module.functions]


def test_blank_lines_and_comments_change_positions_alone() -> None:
    dense = "\n".join(line.partition("#")[0] for line in SHIFTED.splitlines() if line.partition("#")[0].strip())
    one, two = facts(SHIFTED), facts(dense)
    assert one != two
    assert without_places(one) == without_places(two)
    assert one.digests == two.digests
    assert one.outline == two.outline


def test_the_name_of_the_module_enters_where_it_must() -> None:
    one, two = facts(SHIFTED, "a.b"), facts(SHIFTED, "c")
    assert one.functions == two.functions
    assert set(one.digests).isdisjoint(two.digests)


def test_nothing_of_the_reading_is_left() -> None:
    # no collector runs while files are read: what knows itself would stay until the end
    def held() -> int:
        return sum(isinstance(one, Builder | ast.Module) for one in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = held()  # other tests may keep trees of their own
        found = facts(SHIFTED)
        assert [function.code for function in found.functions]
        assert held() == before
    finally:
        gc.enable()

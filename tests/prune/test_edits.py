"""The edits: what a file becomes, to the byte, and where an edit takes a person."""

from __future__ import annotations

from textwrap import dedent

import pytest

from code_path_audit.prune.edits import Refused, Wanted, edited

# before, what is wanted, after

EDITED = {
    "hoist: comments and formatting stay": (
        """\
        def f(text, rows):
            # every row
            for row in rows:  # of all
                use( json.loads(text),row )
        """,
        Wanted("hoist", 4, 13, "loads", 3, "m.f"),
        """\
        def f(text, rows):
            # every row
            loads_result = json.loads(text)
            for row in rows:  # of all
                use( loads_result,row )
        """,
    ),
    "hoist: out of two loops, with a name that is free, after text that is no ASCII": (
        """\
        def f(text, rows):
            loads_result = 1
            for row in rows:
                for part in row:
                    x = "ä", json.loads(text)
        """,
        Wanted("hoist", 5, 22, "loads", 3, "m.f"),
        """\
        def f(text, rows):
            loads_result = 1
            loads_result_ = json.loads(text)
            for row in rows:
                for part in row:
                    x = "ä", loads_result_
        """,
    ),
    "commit": (
        """\
        def f(rows):
            for row in rows:
                db.execute(row)
                # make it last
                db.commit()
            return 1
        """,
        Wanted("commit", 5, 8, "commit", 2, "m.f"),
        """\
        def f(rows):
            for row in rows:
                db.execute(row)
            # make it last
            db.commit()
            return 1
        """,
    ),
    "cache": (
        """\
        import json


        def rates():
            "All rates."
            with open("a") as stream:
                return json.load(stream)
        """,
        Wanted("cache", 7, 15, "load", 0, "m.rates"),
        """\
        import json
        import functools


        @functools.cache
        def rates():
            "All rates."
            with open("a") as stream:
                return json.load(stream)
        """,
    ),
    "copy: by get": (
        "x = deepcopy(T).get(key, None)\n",
        Wanted("copy", 1, 4, "deepcopy", 0, "m"),
        "x = deepcopy(T.get(key, None))\n",
    ),
    "copy: by key": (
        "x = copy.deepcopy(T)[key]\n",
        Wanted("copy", 1, 4, "deepcopy", 0, "m"),
        "x = copy.deepcopy(T[key])\n",
    ),
    "count": (
        "if orders.count() == 0:\n    pass\n",
        Wanted("keep", 1, 3, "count", 0, "m"),
        "if len(orders) == 0:\n    pass\n",
    ),
    "parser": (
        "data = yaml.safe_load(text)  # all\n",
        Wanted("parser", 1, 7, "safe_load", 0, "m"),
        "data = yaml.load(text, Loader=yaml.CSafeLoader)  # all\n",
    ),
}

# before, what is wanted

REFUSED = {
    "hoist: a variable of the loop": (
        "for row in rows:\n    more = row\n    json.loads(more)\n",
        Wanted("hoist", 3, 4, "loads", 1, "m"),
    ),
    "hoist: a block that uses what is opened": (
        "for row in rows:\n    with open(a) as f:\n        f.read()\n",
        Wanted("hoist", 2, 9, "open", 1, "m"),
    ),
    "another line": ("json.loads(a)\n", Wanted("hoist", 1, 3, "loads", 1, "m")),
    "no loop there": ("json.loads(a)\n", Wanted("hoist", 1, 0, "loads", 1, "m")),
    "commit: in a branch": (
        "for row in rows:\n    use(row)\n    if row:\n        db.commit()\n",
        Wanted("commit", 4, 8, "commit", 1, "m"),
    ),
    "commit: nothing else in the loop": (
        "for row in rows:\n    db.commit()\n",
        Wanted("commit", 2, 4, "commit", 1, "m"),
    ),
    "cache: parameters": ("def f(a):\n    return json.loads(a)\n", Wanted("cache", 2, 11, "loads", 0, "m.f")),
    "cache: it does more": (
        "def f():\n    x = json.loads(a)\n    print(x)\n    return x\n",
        Wanted("cache", 2, 8, "loads", 0, "m.f"),
    ),
    "cache: a method": (
        "class C:\n    def f():\n        return json.loads(a)\n",
        Wanted("cache", 3, 15, "loads", 0, "m.C.f"),
    ),
    "keep: passed on": ("a = json.loads(x)\nb = json.loads(x)\n", Wanted("keep", 1, 4, "loads", 0, "m")),
    "parser: another call": ("yaml.load(x, L)\n", Wanted("parser", 1, 0, "load", 0, "m")),
    "it does not parse": ("def f(:\n", Wanted("copy", 1, 0, "f", 0, "m")),
}


@pytest.mark.parametrize("case", EDITED)
def test_edited(case: str) -> None:
    before, wanted, after = EDITED[case]
    assert edited(dedent(before).encode(), wanted).decode() == dedent(after)


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    before, wanted = REFUSED[case]
    with pytest.raises(Refused):
        edited(before.encode(), wanted)


def test_line_ends_and_encoding_stay() -> None:
    before = '# -*- coding: latin-1 -*-\r\nx = deepcopy(T)["\xe4"]\r\n'.encode("latin-1")
    after = '# -*- coding: latin-1 -*-\r\nx = deepcopy(T["\xe4"])\r\n'.encode("latin-1")
    assert edited(before, Wanted("copy", 2, 4, "deepcopy", 0, "m")) == after

"""Both sides of a check with `--base`: whose doing a difference is."""

from __future__ import annotations

from tests.gate.repositories import Repo
from tests.gate.shop import SLOW_APP, STORE, Gate


def test_base_tells_whose_doing_it_is(shop: Repo, gate: Gate) -> None:
    # main is red already; the branch does something else
    shop.commit({"src/shop/app.py": SLOW_APP})
    shop.run("switch", "-q", "-c", "branch")
    shop.commit({"src/shop/store.py": STORE + "\n\nx = 1\n"})
    ran = gate("check", "--base", "main")
    assert (ran.code, "OUT OF DATE save: builtins.open" in ran.out) == (3, True)
    assert gate("check").code == 1
    # and now it does some of its own
    shop.write({"src/shop/store.py": STORE.replace("json.dump", "open('y')\n        json.dump")})
    ran = gate("check", "--base", "main")
    assert (ran.code, ran.out.count("FAILS src/shop/store.py:6: "), ran.out.count("OUT OF DATE")) == (1, 1, 1)


def test_base_lists_first_what_the_change_lets_through(shop: Repo, gate: Gate) -> None:
    shop.run("switch", "-q", "-c", "branch")
    shop.write({"src/shop/app.py": SLOW_APP})
    gate("refresh", "--action", "save")
    shop.commit({})
    ran = gate("check", "--base", "main")
    assert (ran.code, ran.out.splitlines()[1].startswith("ACCEPTED HERE save: builtins.open")) == (0, True)
    assert gate("check", "--base", "main", "--rev", "HEAD").out == ran.out


def test_base_leaves_alone_what_main_did_meanwhile(shop: Repo, gate: Gate) -> None:
    shop.run("switch", "-q", "-c", "branch")
    shop.commit({"src/shop/unused.py": "x = 3\n"})
    shop.run("switch", "-q", "main")
    shop.commit({"src/shop/app.py": SLOW_APP})
    shop.run("switch", "-q", "branch")
    assert gate("check", "--base", "main").out == "code-path-gate: 2 actions not affected by the change\n"

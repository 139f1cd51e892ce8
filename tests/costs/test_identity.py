"""The identity of an op."""

from code_path_audit.costs.identity import op_id


def test_op_id() -> None:
    # fixed: baselines hold it
    assert op_id("shop.cart.Cart.total", "json.load", "json_io", 1) == "240d6d44b53b"
    ids = {
        op_id("a.b", "c", "d", 1),
        op_id("a", "b.c", "d", 1),
        op_id("a.b", "c", "d", 2),
        op_id("a.b", "c", "e", 1),
        op_id("a.b", "cd", "", 1),
        op_id("\udcff", "c", "d", 1),  # a name that came from broken bytes
    }
    assert len(ids) == 6
    assert all(len(text) == 12 and int(text, 16) >= 0 for text in ids)

"""Pages of rows: each row is a function, and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import queries

HEAD = "from django.core.paginator import Paginator\n"
CUSTOMER = "ForeignKey.Order.customer per order"

ROWS = {
    "for o in Paginator(Order.objects.all(), 25).get_page(2):\n        o.customer.name": [
        "QuerySet.__iter__ once", "QuerySet.count once", CUSTOMER,
    ],
    "page = Paginator(object_list=Order.objects.select_related('customer'), per_page=25).page(1)\n"
    "    return [o.customer.name for o in page.object_list], page.has_next()": [
        "QuerySet.__iter__ once", "QuerySet.count once",
    ],
    "return list(Paginator([1, 2], 25).page(1))": [],
    "return Paginator(Order.objects.all(), 25)": [],
}  # fmt: skip


@pytest.mark.parametrize("body", ROWS)
def test_a_page_is_a_count_and_a_query(body: str) -> None:
    assert sorted(queries(f"{HEAD}def f(request):\n    {body}\n")) == sorted(ROWS[body])

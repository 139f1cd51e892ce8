"""Runs the actions of the shop for real, on SQLite in memory, and prints how many queries Django counts, as JSON; with
`outputs` after the folder also what each of them gives.

What is outside (HTTP, S3) is answered by objects that do nothing; a request goes through the project's own views.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

ORDERS, LINES, PRODUCTS, ITEMS = 5, 3, 7, 4
"""How many orders there are, lines of each, products, and items of a checkout."""


def main(source: str, what: str = "") -> None:
    """The counts of the application in a folder."""
    sys.path.insert(0, source)
    os.environ.update(DJANGO_SETTINGS_MODULE="shopsite.settings", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")
    sys.modules["requests"] = SimpleNamespace(get=answered, post=answered, Session=session)  # type: ignore[assignment]
    sys.modules["boto3"] = SimpleNamespace(client=client)  # type: ignore[assignment]
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = ":memory:"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    counts, outputs = ran()
    print(json.dumps({"counts": counts, "outputs": outputs} if what == "outputs" else counts))


def answered(*_: object, **__: object) -> SimpleNamespace:
    """What a service answers."""
    return SimpleNamespace(raise_for_status=lambda: None, json=dict)


def session() -> SimpleNamespace:
    """A session of requests."""
    return SimpleNamespace(get=answered, post=answered)


def client(*_: object, **__: object) -> SimpleNamespace:
    """A client of S3."""
    return SimpleNamespace(put_object=lambda **_: None)


def ran() -> tuple[dict[str, int], dict[str, str]]:
    """The queries of each action, and what it gives."""
    from catalog import views as catalog
    from catalog.models import Category, Product, Review
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext
    from orders import views as orders
    from orders.management.commands.import_orders import Command
    from orders.models import Customer, Order, OrderLine

    category = Category.objects.create(name="a")
    products = [Product.objects.create(name=f"p{i}", slug=f"p{i}", price=1, category=category) for i in range(PRODUCTS)]
    for product in products:
        Review.objects.create(product=product, stars=3, text="b")
    for i in range(ORDERS):
        order = Order.objects.create(customer=Customer.objects.create(name=f"c{i}"))
        for product in products[:LINES]:
            OrderLine.objects.create(order=order, product=product, quantity=1, price=2)
    requests = RequestFactory()
    items = [{"product": product.pk, "quantity": 1} for product in products[:ITEMS]]
    payload = json.dumps({"customer": Customer.objects.first().pk, "items": items})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lines.csv")
        path.write_text("slug,quantity\n" + "".join(f"{product.slug},1\n" for product in products), encoding="utf-8")
        command = Command()
        command.stdout = SimpleNamespace(write=lambda _: None)
        actions: dict[str, Callable[[], object]] = {
            "order-list": lambda: orders.order_list(requests.get("/")),
            "product-list": lambda: catalog.ProductListView.as_view()(requests.get("/")).render(),
            "product-detail": lambda: catalog.product_detail(requests.get("/"), "p1"),
            "checkout": lambda: orders.checkout(requests.post("/", payload, content_type="application/json")),
            "invoice": lambda: orders.invoice(requests.get("/"), Order.objects.order_by("pk")[0].pk),
            "export": lambda: orders.export(requests.get("/")),
            "import-orders": lambda: command.handle(files=[str(path)]),
        }
        found, outputs = {}, {}
        for name, act in actions.items():
            act()
            with CaptureQueriesContext(connection) as queries:
                answer = act()
            found[name] = len(queries)
            outputs[name] = getattr(answer, "content", repr(answer).encode()).decode()
        outputs["lines"] = repr(
            list(OrderLine.objects.order_by("pk").values_list("order", "product", "quantity", "price"))
        )
    found["invoice"] -= 1  # the one that finds an order to ask for
    return found, outputs


if __name__ == "__main__":
    main(*sys.argv[1:])

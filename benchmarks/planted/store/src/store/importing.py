"""Products from a supplier's file."""

import csv

from sqlalchemy import select

from store.database import Session
from store.models import Product


def import_products(path):
    with open(path, newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with Session() as session:
        known = set(session.scalars(select(Product.sku)))
        for row in rows:
            if row["sku"] not in known:
                session.add(Product(sku=row["sku"], title=row["title"], category=row["category"]))
        session.commit()
    return len(rows)

"""What the store shows."""

from flask import Flask, jsonify
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from store.database import Session
from store.models import Order, Product
from store.pricing import badge, converted, layout, prices

app = Flask(__name__)


@app.route("/orders")
def orders():
    with Session() as session:
        query = select(Order).options(selectinload(Order.customer), selectinload(Order.lines))
        return jsonify([order_row(order) for order in session.scalars(query)])


def order_row(order):
    return {
        "id": order.id,
        "customer": order.customer.name,
        "lines": len(order.lines),
        "total": converted(order.total, order.currency),
    }


@app.route("/catalog")
def catalog():
    with Session() as session:
        products = session.scalars(select(Product).order_by(Product.title)).all()
    found = prices([product.sku for product in products])
    shown = layout()
    cards = []
    for product in products:
        cards.append({"title": product.title, "badge": badge(product.category), "price": found.get(product.sku)})
    return jsonify({"columns": shown["columns"], "cards": cards})

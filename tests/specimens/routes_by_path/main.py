"""Requests of a test client: by a constant path the handlers whose route fits, by any other all of them."""

from flask import Blueprint, Flask
from flask.views import MethodView

app = Flask("shop")
pages = Blueprint("pages", "pages", url_prefix="/pages")


@app.before_request
def before(): ...


@app.route("/orders")
def orders(): ...


@app.route("/orders/<int:number>")
def order(number): ...


@pages.route("/about")
def about(): ...


class Item(MethodView):
    def get(self, number): ...

    def post(self, number): ...


app.add_url_rule("/items/<int:number>", view_func=Item.as_view("item"))
app.register_blueprint(pages)


def listed(client):
    client.get("/orders?page=2")


def one(client):
    client.get("/orders/7")


def page(client):
    client.get("/pages/about")


def changed(client):
    client.post("/items/3", data={})


def missing(client):
    client.get("/nothing/at/all")


def any_path(client, path):
    client.get(path)


def main(path):
    client = app.test_client()
    listed(client)
    one(client)
    page(client)
    changed(client)
    missing(client)
    any_path(client, path)

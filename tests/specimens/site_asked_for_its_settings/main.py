"""A site that is asked for its settings, for a file or for what lies beside it calls none of its views."""

import fastapi
import flask

app = flask.Flask("shop")
api = fastapi.FastAPI()


@app.route("/orders")
def orders(): ...


@api.get("/stock")
def stock(): ...


def settings():
    for tab in app.config["TABS"].values():
        tab["href"].format(q=1)
    app.config["queue"].send("x")
    app.send_static_file("logo.png")


def state():
    api.state.pool.run()
    api.openapi()


def called():
    app.wsgi_app({}, None)


def main():
    settings()
    state()
    called()

import importlib

from shop import views
from shop.http import HttpError, Request, Response
from shop.signals import request_failed, request_finished

SETTINGS = {
    "middleware": [
        "shop.middleware.timed",
        "shop.middleware.Sessions",
        "shop.middleware.Compress",
    ],
}


def import_string(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


class App:
    def __init__(self, routes, middleware=()):
        self.routes = routes
        self.handler = self.respond
        for path in reversed(middleware):
            self.handler = import_string(path)(self.handler)

    def respond(self, request):
        try:
            view, values = self.routes.match(request.method, request.path)
            return self.as_response(view(request, **values))
        except HttpError as error:
            request_failed.send(self, error=error)
            return error.response()

    def as_response(self, result):
        if isinstance(result, Response):
            return result
        return Response.json(result)

    def __call__(self, environ, start_response):
        request = Request(environ)
        response = self.handler(request)
        request_finished.send(self, request=request, response=response)
        start_response(response.status, list(response.headers.items()))
        return [response.body]


class TestClient:
    """What the tests ask the application with."""

    def __init__(self, app):
        self.app = app

    def get(self, path):
        return self.app({"REQUEST_METHOD": "GET", "PATH_INFO": path}, self.start)

    def start(self, status, headers):
        self.status = status


application = App(views.routes, SETTINGS["middleware"])

import functools
import time
import zlib

from shop.http import Response


def timed(handler):
    @functools.wraps(handler)
    def measured(request):
        began = time.perf_counter()
        response = handler(request)
        response.headers["x-took"] = round(time.perf_counter() - began, 3)
        return response

    return measured


class Middleware:
    """Two hooks around the next handler; either may be left out."""

    def __init__(self, handler):
        self.handler = handler

    def __call__(self, request):
        early = self.before(request)
        if early is not None:
            return early
        return self.after(request, self.handler(request))

    def before(self, request):
        return None

    def after(self, request, response):
        return response


class Sessions(Middleware):
    def __init__(self, handler):
        super().__init__(handler)
        self.sessions = {}

    def before(self, request):
        key = request.cookies.get("session")
        request.session = self.sessions.setdefault(key, Session())
        if request.session.blocked:
            return Response.text("blocked", status="403 Forbidden")
        return None


class Session:
    def __init__(self):
        self.seen = []

    @property
    def blocked(self):
        return len(self.seen) > 3

    def note(self, path):
        self.seen.append(path)


class Compress(Middleware):
    def after(self, request, response):
        if request.accepts("deflate"):
            response.body = zlib.compress(response.body)
            response.headers["content-encoding"] = "deflate"
        return response


class Debug(Middleware):
    """Only in the settings of developers' own machines."""

    def before(self, request):
        print(request.query)

    def after(self, request, response):
        print(response.status)
        return response

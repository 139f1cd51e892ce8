import json
from functools import cached_property
from urllib.parse import parse_qs


class Request:
    def __init__(self, environ):
        self.environ = environ
        self.method = environ.get("REQUEST_METHOD", "GET")
        self.path = environ.get("PATH_INFO", "/")
        self.session = None

    @cached_property
    def query(self):
        return parse_qs(self.environ.get("QUERY_STRING", ""))

    @property
    def cookies(self):
        pairs = (part.strip().partition("=") for part in self.environ.get("HTTP_COOKIE", "").split(";"))
        return {name: value for name, _, value in pairs if name}

    def get(self, name, default=None):
        return self.query.get(name, [default])[0]

    def accepts(self, coding):
        return coding in self.environ.get("HTTP_ACCEPT_ENCODING", "")


class Headers(dict):
    def __setitem__(self, name, value):
        super().__setitem__(name.title(), str(value))

    def add(self, name, value):
        self[name] = f"{self[name]}, {value}" if name in self else value


class Response:
    def __init__(self, body=b"", status="200 OK", content_type="text/plain"):
        self.body = body
        self.status = status
        self.headers = Headers()
        self.headers["content-type"] = content_type

    @classmethod
    def json(cls, value, **options):
        return cls(json.dumps(value, default=encoded).encode(), content_type="application/json", **options)

    @classmethod
    def text(cls, value, **options):
        return cls(value.encode(), **options)


class Redirect(Response):
    def __init__(self, to):
        super().__init__(status="303 See Other")
        self.headers["location"] = to


def encoded(value):
    if hasattr(value, "as_dict"):
        return value.as_dict()
    return list(value)


class HttpError(Exception):
    status = "500 Internal Server Error"

    def response(self):
        return Response.text(self.message(), status=self.status)

    def message(self):
        return self.status


class BadRequest(HttpError):
    status = "400 Bad Request"

    def __init__(self, field):
        super().__init__(field)
        self.field = field

    def message(self):
        return f"{self.status}: {self.field}"


class Teapot(HttpError):
    """Nobody raises it."""

    def message(self):
        return "short and stout"

import re

from shop.http import HttpError


class NotFound(HttpError):
    status = "404 Not Found"


class MethodNotAllowed(HttpError):
    status = "405 Method Not Allowed"

    def response(self):
        response = super().response()
        response.headers.add("allow", "GET")
        response.headers.add("allow", "POST")
        return response


def slug(text):
    return text.lower().replace("-", " ")


class Routes:
    converters = {"int": ("[0-9]+", int), "slug": ("[a-z-]+", slug)}

    def __init__(self):
        self.rows = []

    def add(self, pattern, view, methods=None):
        self.rows.append(Route(pattern, view, methods, self.converters))

    def get(self, pattern):
        return self._decorator(pattern, ["GET"])

    def post(self, pattern):
        return self._decorator(pattern, ["POST"])

    def _decorator(self, pattern, methods):
        def add(view):
            self.add(pattern, view, methods)
            return view

        return add

    def match(self, method, path):
        refused = False
        for route in self.rows:
            values = route.match(path)
            if values is None:
                continue
            if not route.methods or method in route.methods:
                return route.view, values
            refused = True
        raise MethodNotAllowed if refused else NotFound


class Route:
    def __init__(self, pattern, view, methods, converters):
        self.view = view
        self.methods = methods
        self.convert = {}
        self.regex = re.compile(re.sub(r"<(\w+):(\w+)>", lambda found: self.part(found, converters), pattern) + "$")

    def part(self, found, converters):
        kind, name = found.groups()
        pattern, self.convert[name] = converters[kind]
        return f"(?P<{name}>{pattern})"

    def match(self, path):
        found = self.regex.match(path)
        if found is None:
            return None
        return {name: self.convert[name](text) for name, text in found.groupdict().items()}

METHODS = ("get", "post")


class View:
    methods = {"get", "delete"}

    def dispatch(self, request):
        name = request.method.lower()
        handler = getattr(self, name, self.refused) if name in self.methods else self.refused
        return handler()

    def early(self, name):
        if name not in METHODS:
            return self.refused()
        return getattr(self, name)()

    def both(self, name):
        return name and name in METHODS and getattr(self, name)()

    def get(self):
        return 1

    def post(self):
        return 2

    def put(self):
        return 3

    def refused(self):
        return 4


class Request:
    def __init__(self, environ):
        self.method = environ["REQUEST_METHOD"]


def dispatched(environ):
    View().dispatch(Request(environ))


def early(name):
    View().early(name)


def both(name: str):
    View().both(name)

from dataclasses import dataclass, field

from shop.http import BadRequest, Redirect, Response
from shop.routing import MethodNotAllowed, NotFound, Routes
from shop.signals import request_failed, request_finished, stock_changed

routes = Routes()
log = []


@dataclass
class Item:
    id: int
    name: str
    stock: int = 0
    tags: set = field(default_factory=set)

    def as_dict(self):
        return {"name": self.name, "stock": self.stock, "tags": self.tags}

    def take(self, count):
        self.stock -= count
        stock_changed.send(Item, item=self)


ITEMS = {1: Item(1, "lamp", 3), 2: Item(2, "desk lamp", 1, {"new"})}


class View:
    methods = ("get", "post", "delete")

    @classmethod
    def as_view(cls, **options):
        def view(request, **values):
            return cls(**options).dispatch(request, **values)

        return view

    def dispatch(self, request, **values):
        name = request.method.lower()
        handler = getattr(self, name, self.refused) if name in self.methods else self.refused
        return handler(request, **values)

    def refused(self, request, **values):
        raise MethodNotAllowed


class ItemView(View):
    def __init__(self, template="{0.name}"):
        self.template = template

    def get(self, request, id):
        return Response.text(self.template.format(self.item(id)))

    def post(self, request, id):
        self.item(id).take(int(request.get("count", 1)))
        return Redirect(f"/items/{id}")

    def put(self, request, id):
        return self.item(id)

    def item(self, id):
        try:
            return ITEMS[id]
        except KeyError:
            raise NotFound from None


class AdminView(View):
    def get(self, request):
        return ITEMS


routes.add("/items/<int:id>", ItemView.as_view(template="{0.name}: {0.stock}"))


@routes.get("/items")
def index(request):
    return [item for item in ITEMS.values() if request.get("all") or item.stock]


@routes.get("/find/<slug:name>")
def find(request, name):
    request.session.note(name)
    return next((item for item in ITEMS.values() if item.name == name), None)


@routes.post("/items")
def create(request):
    name = request.get("name")
    if not name:
        raise BadRequest("name")
    ITEMS[len(ITEMS) + 1] = Item(len(ITEMS) + 1, name)
    return Redirect("/items")


@request_finished.connect
def count(sender, request, response):
    log.append(response.status)


@request_failed.connect(first=True)
def complain(sender, error):
    log.append(error.message())


@stock_changed.connect
def reorder(sender, item):
    if item.stock < 1:
        item.stock += 10

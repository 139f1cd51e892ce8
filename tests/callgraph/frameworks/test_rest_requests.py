"""What Django's REST framework does around a view: each row is a view, and what its route asks the database for."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

SETTINGS = """\
SECRET_KEY = "x"
INSTALLED_APPS = []
MIDDLEWARE = []
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["shop.views.Member"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 20,
}
"""

HEAD = """\
from rest_framework import authentication, generics, pagination, permissions, serializers, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.response import Response
from rest_framework.views import APIView
from shop.models import *

class Member(permissions.BasePermission):
    def has_permission(self, request, view):
        return Customer.objects.filter(pk=1).exists()

class Buyer(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.customer.name == "x"

class Key(authentication.BaseAuthentication):
    def authenticate(self, request):
        return Customer.objects.get(pk=1), None

class Pages(pagination.PageNumberPagination):
    page_size = 5

class Steps(pagination.CursorPagination):
    ordering = "id"

class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["id"]

"""

URLS = """\
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from shop import views
router = DefaultRouter()
router.register("v", views.V, basename="v")
urlpatterns = [path("", include(router.urls)), path("x/", views.V.as_view()), path("f/", views.f)]
"""

VIEWSET = """\
class V(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
"""

TOKEN, MEMBER = "rest_framework.authentication.TokenAuthentication once", "QuerySet.exists once"
BEFORE = [TOKEN, MEMBER]
COUNT, ROWS, ONE = "core.paginator.Paginator.count once", "QuerySet.__iter__ once", "QuerySet.get once"
DELETED = [
    *(f"deletion.Collector.{name} once" for name in ("Bill.order", "Line.order", "Note.order", "Order.tags")),
    "transaction.begin once", "transaction.commit once",
]  # fmt: skip

VIEWS = {
    ("GET /v/", VIEWSET): [*BEFORE, COUNT, ROWS],
    ("GET /v/{pk}/", VIEWSET): [*BEFORE, ONE],
    ("POST /v/", VIEWSET): [*BEFORE, "Model.save once"],
    ("PATCH /v/{pk}/", VIEWSET): [*BEFORE, ONE, "Model.save once"],
    ("DELETE /v/{pk}/", VIEWSET): [*BEFORE, ONE, "Model.delete once", *DELETED],
    ("GET /v/", f"{VIEWSET}    pagination_class = None\n"): [*BEFORE, ROWS],
    ("GET /v/", f"{VIEWSET}    pagination_class = Pages\n"): [*BEFORE, COUNT, ROWS],
    ("GET /v/", f"{VIEWSET}    pagination_class = Steps\n"): [*BEFORE, ROWS],
    ("GET /v/", f"{VIEWSET}    permission_classes = []\n"): [TOKEN, COUNT, ROWS],
    ("GET /v/", f"{VIEWSET}    authentication_classes = []\n"): [MEMBER, COUNT, ROWS],
    ("GET /v/", f"{VIEWSET}    authentication_classes = [Key]\n"): [ONE, MEMBER, COUNT, ROWS],
    ("GET /v/{pk}/", f"{VIEWSET}    permission_classes = [Buyer]\n"): [
        TOKEN, ONE, "ForeignKey.Order.customer once",
    ],
    ("GET /v/", f"{VIEWSET}    def get_permissions(self): return [Member()]\n    permission_classes = [Buyer]\n"): [
        *BEFORE, COUNT, ROWS,
    ],
    ("GET /v/", f"{VIEWSET}    def list(self, request): return super().list(request)\n"): [
        *BEFORE, COUNT, ROWS,
    ],
    ("POST /v/", f"{VIEWSET}    def perform_create(self, serializer): Tag.objects.count()\n"): [
        *BEFORE, "QuerySet.count once",
    ],
    ("POST /v/{pk}/send/", f"{VIEWSET}    @action(detail=True, methods=['post'])\n"
     "    def send(self, request, pk): return Response(self.get_object().id)\n"): [*BEFORE, ONE],
    ("GET /v/", f"{VIEWSET}    def get_queryset(self):\n        if self.action == 'list':\n"
     "            return Order.objects.prefetch_related('tags')\n        return Order.objects.prefetch_related('lines')"
     "\n"): [*BEFORE, COUNT, ROWS, "prefetch_related_objects.Order.tags once"],
    ("GET /v/{pk}/", f"{VIEWSET}    def get_queryset(self):\n        if self.action == 'list':\n"
     "            return Order.objects.prefetch_related('tags')\n        return Order.objects.prefetch_related('lines')"
     "\n"): [*BEFORE, ONE, "prefetch_related_objects.Order.lines once"],
    ("GET /x/", "class V(APIView):\n    def get(self, request): return Response(request.user.pk)\n"): BEFORE,
    ("GET /x/", "class V(generics.ListAPIView):\n    queryset = Order.objects.all()\n"
     "    serializer_class = OrderSerializer\n"): [*BEFORE, COUNT, ROWS],
    ("GET /f/", f"{VIEWSET}@api_view(['GET'])\ndef f(request): return Response(request.user.pk)\n"): [TOKEN],
}  # fmt: skip

BASES = """\
from rest_framework import mixins, viewsets

class BaseViewSet(viewsets.ModelViewSet):
    def get_queryset(self):
        return super().get_queryset().filter(pk=1)

class BareViewSet(viewsets.GenericViewSet):
    pass

class OwnViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    def list(self, request):
        return super().list(request)
"""

BELOW = {
    ("GET /v/", "BaseViewSet"): [*BEFORE, COUNT, ROWS],
    ("GET /v/{pk}/", "BaseViewSet"): [*BEFORE, ONE],
    ("POST /v/", "BaseViewSet"): [*BEFORE, "Model.save once"],
    ("GET /v/", "OwnViewSet"): [*BEFORE, COUNT, ROWS],
    ("GET /v/", "BareViewSet"): [],
}


@pytest.mark.parametrize(("route", "base"), BELOW)
def test_a_view_below_one_of_the_source_does_what_that_does(route: str, base: str) -> None:
    text = "from shop.base import *\n" + VIEWSET.replace("viewsets.ModelViewSet", base)
    modules = {
        "shop.__init__": "", "shop.models": MODELS, "shop.settings": SETTINGS, "shop.urls": URLS,
        "shop.base": BASES, "shop.views": HEAD + text,
    }  # fmt: skip
    found = [told(op) for op in ops_of(modules, f"route:{route}") if op.base_class == "network"]
    assert sorted(found) == sorted(BELOW[route, base])


@pytest.mark.parametrize(("route", "text"), VIEWS)
def test_what_a_request_asks_for(route: str, text: str) -> None:
    modules = {
        "shop.__init__": "", "shop.models": MODELS, "shop.settings": SETTINGS, "shop.urls": URLS,
        "shop.views": HEAD + text,
    }  # fmt: skip
    found = [told(op) for op in ops_of(modules, f"route:{route}") if op.base_class == "network"]
    assert sorted(found) == sorted(VIEWS[route, text])

"""What views of Django's REST framework pay for: each row is an entry point, and its queries."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

SERIALIZERS = """\
from rest_framework import serializers
from shop.models import *

class LineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Line
        fields = ["id", "price"]

class OrderSerializer(serializers.ModelSerializer):
    customer_name = serializers.CharField(source="customer.name")
    lines = LineSerializer(many=True)
    bill_id = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["id", "customer_name", "lines", "bill_id", "tags", "customer"]

    def get_bill_id(self, order):
        return order.bill.id
"""

VIEWS = """\
from rest_framework import filters, generics, permissions, serializers, viewsets
from rest_framework.decorators import api_view
from rest_framework.response import Response
from shop.serializers import *

class IsOwner(permissions.BasePermission):
    def has_permission(self, request, view):
        return Note.objects.filter(id=1).exists()

class Orders(viewsets.ModelViewSet):
    queryset = Order.objects.select_related("customer", "bill").prefetch_related("lines")
    serializer_class = OrderSerializer
    permission_classes = [IsOwner]

class Listed(generics.ListAPIView):
    serializer_class = OrderSerializer
    def get_queryset(self):
        return Order.objects.all()

class Own(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return Response(self.get_serializer(page, many=True).data)
    def create(self, request):
        return Response({})

class Asking(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(id=1) if queryset.exists() else queryset

class Kept(viewsets.ModelViewSet):
    serializer_class = OrderSerializer
    filter_backends = [Asking]
    def get_queryset(self):
        return Order.objects.select_related("customer", "bill").prefetch_related("lines", "tags")
    def create(self, request):
        return Response(OrderSerializer(Order.objects.get(pk=1)).data)

class DeepSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["id", "customer", "tags"]
        depth = 1

class Deep(generics.ListAPIView):
    queryset = Order.objects.prefetch_related("tags")
    serializer_class = DeepSerializer

@api_view(["GET"])
def orders(request):
    rows = Order.objects.select_related("customer").prefetch_related("lines", "tags")
    return Response(OrderSerializer(rows, many=True).data)

@api_view(["GET"])
def order(request, pk):
    return Response(OrderSerializer(Order.objects.get(pk=pk)).data)

@api_view(["POST"])
def make(request):
    serializer = OrderSerializer(data=request.data)
    return Response({})
"""

URLS = """\
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from shop import views
router = DefaultRouter()
router.register("orders", views.Orders)
router.register("own", views.Own, basename="own")
router.register("kept", views.Kept, basename="kept")
urlpatterns = [
    path("x/", views.orders), path("one/<int:pk>/", views.order), path("make/", views.make),
    path("api/", include(router.urls)), path("listed/", views.Listed.as_view()),
    path("deep/", views.Deep.as_view()),
]
"""

EACH_ROW = [
    "ForeignKey.Order.customer per order", "OneToOneField.Order.bill per order", "QuerySet.__iter__ once",
    "QuerySet.__iter__ per order", "QuerySet.__iter__ per order",
]  # fmt: skip

ROWS = {
    "route:GET /x/": [
        "OneToOneField.Order.bill per order", "QuerySet.__iter__ once", "prefetch_related_objects.Order.lines once",
        "prefetch_related_objects.Order.tags once",
    ],
    "route:GET /one/{pk}/": [
        "ForeignKey.Order.customer once", "OneToOneField.Order.bill once", "QuerySet.__iter__ once",
        "QuerySet.__iter__ once", "QuerySet.get once",
    ],
    "route:POST /make/": [],
    "route:GET /api/orders/": [
        "QuerySet.__iter__ once", "QuerySet.__iter__ per order", "QuerySet.exists once",
        "prefetch_related_objects.Order.lines once",
    ],
    "route:GET /api/kept/": [
        "QuerySet.__iter__ once", "QuerySet.exists once", "prefetch_related_objects.Order.lines once",
        "prefetch_related_objects.Order.tags once",
    ],
    "route:GET /deep/": [
        "ForeignKey.Order.customer per order", "QuerySet.__iter__ once", "prefetch_related_objects.Order.tags once",
    ],
    "route:GET /listed/": EACH_ROW,
    "shop.views.Listed.get_queryset": EACH_ROW,
    "route:GET /api/own/": EACH_ROW,
    "route:POST /api/own/": [],
}  # fmt: skip


@pytest.mark.parametrize("entry", ROWS)
def test_where_it_asks(entry: str) -> None:
    modules = {
        "shop.__init__": "", "shop.models": MODELS, "shop.serializers": SERIALIZERS, "shop.views": VIEWS,
        "shop.urls": URLS,
    }  # fmt: skip
    assert sorted(told(op) for op in ops_of(modules, entry) if op.base_class == "network") == ROWS[entry]


SAVING = {
    "def f(request): Plain(data=request.data).save()": ["Model.save once"],
    "def f(rows):\n    for row in rows: Plain(data=row).save()": ["Model.save per row"],
    "def f(request): Plain(data=request.data)": [],
    "def f(request): Made(data=request.data).save()": ["QuerySet.count once", "QuerySet.create once"],
}
"""What saving asks for, of a serializer that says nothing of it and of one that says how."""


@pytest.mark.parametrize("body", SAVING)
def test_a_serializer_saves_a_row_of_its_model(body: str) -> None:
    text = """\
from rest_framework import serializers
from shop.models import *
class Plain(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = ["id"]
class Made(Plain):
    def create(self, data):
        Note.objects.count()
        return Note.objects.create(**data)
"""
    found = ops_of({"shop.__init__": "", "shop.models": MODELS, "m": f"{text}{body}\n"}, "m.f")
    assert sorted(told(op) for op in found if op.base_class == "network") == SAVING[body]

"""What a framework's class has in its body is there for the framework: the classes of its forms, permissions, fields."""

from rest_framework import permissions, serializers, test, viewsets
from rest_framework.routers import DefaultRouter


def not_empty(text): ...


class Name(serializers.Field):
    def to_representation(self, value): ...

    def helper(self): ...


class OrderSerializer(serializers.Serializer):
    name = Name()
    note = serializers.CharField(validators=[not_empty])

    def validate_note(self, text): ...


class Owner(permissions.BasePermission):
    def has_permission(self, request, view): ...


class Plain:
    def run(self): ...


class Orders(viewsets.ViewSet):
    serializer_class = OrderSerializer
    permission_classes = [Owner]
    plain = Plain

    def list(self, request): ...


router = DefaultRouter()
router.register("orders", Orders)


def main():
    test.APIClient().get("/orders/")

from django.contrib.auth.mixins import AccessMixin
from django.views import View


def orders(request): ...


def unused(request): ...


class Order(AccessMixin, View):
    def get(self, request, number): ...

    def helper(self): ...

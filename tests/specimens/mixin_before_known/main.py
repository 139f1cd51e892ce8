"""A mixin of which nothing is known in front of a base that a model knows: a row for that base's method counts."""

from django.test import Client
from django.urls import path
from django.views import View
from unknown.mixins import Access


class Order(Access, View):
    def get(self, request): ...


urls = [path("order", Order.as_view())]


def main():
    Client().get("/order")

"""A site of Django as a whole: a request of a test client, and a command by its name."""

import django
from django.core.management import call_command
from django.test import Client


def request():
    Client().get("/orders")


def command():
    django.setup()
    call_command("load_orders", "orders.csv")


def main():
    request()
    command()

"""What lists of Django's admin pay for: each row is an entry point, with its queries and the columns that ask them."""

from __future__ import annotations

import pytest

from tests.callgraph.frameworks.querying import MODELS, ops_of, told

ADMIN = """\
from django.contrib import admin
from shop.models import *

@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ["id", "who", "line_count", "total"]
    def get_queryset(self, request):
        return super().get_queryset(request).select_related("customer")
    def who(self, order):
        return order.customer.name
    @admin.display(description="lines", ordering="id")
    def line_count(self, order):
        return len(order.lines.all())

class LineAdmin(admin.ModelAdmin):
    list_display = ("id", "customer", "order")
    def customer(self, line):
        return line.order.customer.name
    def has_add_permission(self, request):
        return False
    def close(self, request, queryset):
        for line in queryset:
            line.save()

class NoteAdmin(admin.ModelAdmin):
    list_display = ("customer",)
    list_select_related = ("order__customer",)
    def customer(self, note):
        return note.order.customer.name, note.order.bill.id
    def has_add_permission(self, request):
        return False

admin.site.register(Line, LineAdmin)
admin.site.register([Note], NoteAdmin)
"""

LISTS = {
    "OrderAdmin.get_queryset": ["OrderAdmin.line_count: QuerySet.__len__ once", "Order.total: QuerySet.__iter__ once"],
    "LineAdmin.has_add_permission": ["LineAdmin.customer: ForeignKey.Order.customer once"],
    "LineAdmin.close": [
        "LineAdmin.customer: ForeignKey.Order.customer once",
        "LineAdmin.close: QuerySet.__iter__ once",
        "LineAdmin.close: Model.save per line",
    ],
    "NoteAdmin.has_add_permission": ["NoteAdmin.customer: OneToOneField.Order.bill once"],
}


@pytest.mark.parametrize("entry", LISTS)
def test_columns_ask_for_what_is_not_joined(entry: str) -> None:
    ops = ops_of({"shop.__init__": "", "shop.models": MODELS, "shop.admin": ADMIN}, f"shop.admin:{entry}")
    found = [f"{op.function.removeprefix('shop.admin.').removeprefix('shop.models.')}: {told(op)}" for op in ops]
    assert found == LISTS[entry]

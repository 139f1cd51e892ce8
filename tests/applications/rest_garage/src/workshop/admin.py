from django.contrib import admin
from workshop.models import Job, Part


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = ["id", "bike", "mechanic", "state", "customer"]
    list_select_related = ["bike__customer", "mechanic"]

    def customer(self, job):
        return job.bike.customer.name


@admin.register(Part)
class PartAdmin(admin.ModelAdmin):
    list_display = ["sku", "name", "supplier"]
    list_select_related = ["supplier"]

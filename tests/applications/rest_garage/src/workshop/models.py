from decimal import Decimal

from accounts.models import Garage
from django.conf import settings
from django.db import models


class Tag(models.Model):
    slug = models.SlugField(unique=True)

    def __str__(self):
        return self.slug


class Supplier(models.Model):
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2, default="DE")

    def __str__(self):
        return self.name


class Part(models.Model):
    sku = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.IntegerField(default=0)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="parts")


class Customer(models.Model):
    garage = models.ForeignKey(Garage, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(max_length=80)
    email = models.EmailField(unique=True)


class Bike(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="bikes")
    frame_number = models.CharField(max_length=30)
    label = models.CharField(max_length=80)

    def __str__(self):
        return self.label


class JobQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(state="closed")

    def of_garage(self, garage):
        return self.filter(bike__customer__garage=garage)

    def for_list(self):
        return self.select_related("bike__customer", "mechanic").annotate(line_count=models.Count("lines"))

    def for_detail(self):
        return self.select_related("bike__customer", "mechanic").prefetch_related(
            "lines__part__supplier", "notes__author", "tags"
        )


class Job(models.Model):
    bike = models.ForeignKey(Bike, on_delete=models.CASCADE, related_name="jobs")
    mechanic = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    tags = models.ManyToManyField(Tag, related_name="jobs", blank=True)
    state = models.CharField(max_length=10, default="open")
    opened = models.DateTimeField(auto_now_add=True)

    objects = JobQuerySet.as_manager()

    @property
    def total(self):
        return sum((line.price * line.quantity for line in self.lines.all()), Decimal(0))

    @property
    def owner_name(self):
        return self.bike.customer.name


class JobLine(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField(default=1)
    price = models.DecimalField(max_digits=8, decimal_places=2)


class Note(models.Model):
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
    written = models.DateTimeField(auto_now_add=True)


class Invoice(models.Model):
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="invoice")
    number = models.CharField(max_length=20, unique=True)
    total = models.DecimalField(max_digits=10, decimal_places=2)

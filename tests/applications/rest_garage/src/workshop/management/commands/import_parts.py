import csv

from django.core.management.base import BaseCommand
from workshop.models import Part, Supplier


class Command(BaseCommand):
    help = "Imports parts from files of suppliers."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+")

    def handle(self, *args, **options):
        suppliers = {supplier.name: supplier for supplier in Supplier.objects.all()}
        for path in options["files"]:
            with open(path, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            known = {part.sku for part in Part.objects.filter(sku__in=[row["sku"] for row in rows])}
            Part.objects.bulk_create(
                [
                    Part(sku=row["sku"], name=row["name"], price=row["price"], supplier=suppliers[row["supplier"]])
                    for row in rows
                    if row["sku"] not in known
                ]
            )
            self.stdout.write(f"{path}: {len(rows)} rows")

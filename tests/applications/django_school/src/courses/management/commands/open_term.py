from django.core.management.base import BaseCommand

from courses.models import Term
from courses.services import copy_courses


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("old")
        parser.add_argument("new")

    def handle(self, *args, old, new, **options):
        old = Term.objects.get(name=old)
        new = Term.objects.get(name=new)
        made = copy_courses(old, new)
        self.stdout.write(f"{len(made)} courses")

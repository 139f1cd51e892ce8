from django.core.mail import get_connection, EmailMessage
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string

from courses.models import Student


class Command(BaseCommand):
    def handle(self, *args, **options):
        students = Student.objects.select_related("user").prefetch_related("enrolments__course")
        mails = []
        for student in students:
            body = render_to_string("courses/grades.txt", {"student": student})
            mails.append(EmailMessage("Grades", body, to=[student.user.email]))
        get_connection().send_messages(mails)

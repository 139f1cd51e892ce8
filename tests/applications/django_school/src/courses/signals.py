from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Change, Enrolment


@receiver(post_save, sender=Enrolment)
def log_enrolment(sender, instance, created, **kwargs):
    Change.objects.create(enrolment=instance, text="enrolled" if created else f"grade {instance.grade}")

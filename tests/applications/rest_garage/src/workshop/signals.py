from django.db.models.signals import post_save
from django.dispatch import receiver
from workshop.models import Invoice, Note


@receiver(post_save, sender=Invoice)
def note_invoice(sender, instance, created, **kwargs):
    if created:
        Note.objects.create(job=instance.job, author_id=instance.job.mechanic_id, text=f"invoice {instance.number}")

from celery import shared_task
from django.core.mail import send_mail
from workshop.models import Invoice, Job


@shared_task
def send_invoice(invoice_id):
    invoice = Invoice.objects.select_related("job__bike__customer").get(pk=invoice_id)
    customer = invoice.job.bike.customer
    send_mail(f"Invoice {invoice.number}", f"{customer.name}: {invoice.total}", "bill@garage.example", [customer.email])


@shared_task
def remind_open():
    from workshop.services import late

    jobs = late(14).select_related("mechanic").order_by("mechanic_id")
    texts = {}
    for job in jobs:
        if job.mechanic is not None:
            texts.setdefault(job.mechanic.email, []).append(f"job {job.pk} is open")
    send_mail("Open jobs", "\n".join(f"{mail}: {len(found)}" for mail, found in texts.items()), None, ["boss@g.example"])


@shared_task
def archive(days):
    Job.objects.filter(state="closed", opened__day__lt=days).update(state="archived")

import smtplib
from email.message import EmailMessage

from celery import Celery
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hotels.db import session_scope
from hotels.models import Booking
from hotels.settings import get_settings

app = Celery("hotels", broker=get_settings().redis_url)


@app.task
def send_confirmation(booking_ids: list[int]) -> int:
    with session_scope() as session:
        found = session.scalars(
            select(Booking).where(Booking.id.in_(booking_ids)).options(joinedload(Booking.guest))
        ).all()
        with smtplib.SMTP("localhost") as server:
            for booking in found:
                message = EmailMessage()
                message["To"] = booking.guest.email
                message["Subject"] = f"Your booking {booking.id}"
                message.set_content(f"{booking.nights} nights")
                server.send_message(message)
    return len(booking_ids)

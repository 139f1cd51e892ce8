from fastapi import APIRouter

from hotels import tasks
from hotels.db import AsyncSessionDep, SessionDep
from hotels.repositories import GuestRepository
from hotels.schemas import BookingIn, BookingOut
from hotels.services import bookings

router = APIRouter(tags=["bookings"])


@router.get("/bookings")
async def list_bookings(session: AsyncSessionDep) -> list[BookingOut]:
    found = await bookings.recent(session)
    return [bookings.booking_out(booking) for booking in found]


@router.post("/bookings", status_code=201)
async def book(wanted: BookingIn, session: AsyncSessionDep) -> dict:
    made = await bookings.place(session, wanted)
    ids = [booking.id for booking in made]
    tasks.send_confirmation.delay(ids)
    return {"bookings": ids}


@router.get("/guests/{guest_id}/bookings")
def guest_history(guest_id: int, session: SessionDep) -> list[BookingOut]:
    return [bookings.booking_out(booking) for booking in GuestRepository(session).bookings_of(guest_id)]

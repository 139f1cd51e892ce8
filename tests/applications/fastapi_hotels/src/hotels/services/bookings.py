from collections.abc import Sequence
from decimal import Decimal

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from hotels.models import Booking, Guest, Room
from hotels.schemas import BookingIn, BookingOut
from hotels.services import pricing


def booking_out(booking: Booking) -> BookingOut:
    return BookingOut(
        id=booking.id,
        hotel=booking.room.hotel.label,
        room=booking.room.number,
        guest=booking.guest.name,
        nights=booking.nights,
        total=sum((payment.amount for payment in booking.payments), Decimal(0)),
    )


async def recent(session: AsyncSession, limit: int = 50) -> Sequence[Booking]:
    statement = (
        select(Booking)
        .options(
            joinedload(Booking.room).joinedload(Room.hotel),
            joinedload(Booking.guest),
            selectinload(Booking.payments),
        )
        .order_by(Booking.id.desc())
        .limit(limit)
    )
    result = await session.execute(statement)
    return result.scalars().all()


async def place(session: AsyncSession, wanted: BookingIn) -> list[Booking]:
    guest = await session.get(Guest, wanted.guest_id)
    found = await session.execute(select(Room).where(Room.id.in_(wanted.room_ids)))
    rooms = {room.id: room for room in found.scalars()}
    async with httpx.AsyncClient() as client:
        rate = await pricing.exchange_rate(client, wanted.currency)
    made = []
    for room_id in wanted.room_ids:
        room = rooms[room_id]
        price = pricing.room_price(room, wanted.arrives, wanted.leaves) * rate
        made.append(
            Booking(room_id=room_id, guest_id=guest.id, arrives=wanted.arrives, leaves=wanted.leaves, price=price)
        )
    session.add_all(made)
    await session.commit()
    return made

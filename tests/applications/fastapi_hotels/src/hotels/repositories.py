from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from hotels.models import Booking, Hotel, Room


class HotelRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def search(self, city: str | None = None) -> Sequence[Hotel]:
        statement = select(Hotel).order_by(Hotel.name)
        if city:
            statement = statement.where(Hotel.city == city)
        return self.session.scalars(statement).all()

    def with_rooms(self, hotel_id: int) -> Hotel | None:
        return self.session.scalars(
            select(Hotel).where(Hotel.id == hotel_id).options(selectinload(Hotel.rooms))
        ).one_or_none()

    def booked_by_hotel(self) -> dict[str, int]:
        rows = self.session.execute(
            select(Hotel.name, func.count(Booking.id).label("bookings"))
            .join(Room, Room.hotel_id == Hotel.id)
            .join(Booking)
            .group_by(Hotel.name)
        )
        return {row.name: row.bookings for row in rows}


class GuestRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def bookings_of(self, guest_id: int) -> Sequence[Booking]:
        statement = (
            select(Booking)
            .where(Booking.guest_id == guest_id)
            .options(
                joinedload(Booking.room).joinedload(Room.hotel),
                joinedload(Booking.guest),
                selectinload(Booking.payments),
            )
        )
        return self.session.execute(statement).scalars().all()

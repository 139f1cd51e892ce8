from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Hotel(Base):
    __tablename__ = "hotels"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    city: Mapped[str] = mapped_column(index=True)

    rooms: Mapped[list["Room"]] = relationship(back_populates="hotel")

    @property
    def label(self) -> str:
        return f"{self.name}, {self.city}"


class Room(Base):
    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"))
    number: Mapped[str]
    price: Mapped[Decimal]

    hotel: Mapped[Hotel] = relationship(back_populates="rooms")
    bookings: Mapped[list["Booking"]] = relationship(back_populates="room")


class Guest(Base):
    __tablename__ = "guests"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]

    bookings: Mapped[list["Booking"]] = relationship(back_populates="guest")


class Booking(Base):
    __tablename__ = "bookings"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    arrives: Mapped[date]
    leaves: Mapped[date]
    price: Mapped[Decimal]

    room: Mapped[Room] = relationship(back_populates="bookings")
    guest: Mapped[Guest] = relationship(back_populates="bookings")
    payments: Mapped[list["Payment"]] = relationship(back_populates="booking")

    @property
    def nights(self) -> int:
        return (self.leaves - self.arrives).days


class Payment(Base):
    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    amount: Mapped[Decimal]

    booking: Mapped[Booking] = relationship(back_populates="payments")

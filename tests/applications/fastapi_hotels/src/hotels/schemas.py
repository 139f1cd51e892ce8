from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class HotelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    city: str


class RoomOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    number: str
    price: Decimal


class HotelDetail(HotelOut):
    rooms: list[RoomOut]


class BookingIn(BaseModel):
    guest_id: int
    room_ids: list[int]
    arrives: date
    leaves: date
    currency: str = "EUR"


class BookingOut(BaseModel):
    id: int
    hotel: str
    room: str
    guest: str
    nights: int
    total: Decimal


class Quote(BaseModel):
    room: str
    price: Decimal

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from hotels import cache
from hotels.db import SessionDep
from hotels.repositories import HotelRepository
from hotels.schemas import HotelDetail, HotelOut, Quote
from hotels.services import pricing

router = APIRouter(prefix="/hotels", tags=["hotels"])


def get_repository(session: SessionDep) -> HotelRepository:
    return HotelRepository(session)


RepositoryDep = Annotated[HotelRepository, Depends(get_repository)]


@router.get("", response_model=list[HotelOut])
def list_hotels(repository: RepositoryDep, city: str | None = None):
    hotels = repository.search(city)
    cache.count_views([hotel.id for hotel in hotels])
    return hotels


@router.get("/{hotel_id}", response_model=HotelDetail)
def hotel_detail(hotel_id: int, repository: RepositoryDep):
    hotel = repository.with_rooms(hotel_id)
    if hotel is None:
        raise HTTPException(status_code=404)
    return hotel


@router.get("/{hotel_id}/availability")
def availability(hotel_id: int, arrives: date, leaves: date, repository: RepositoryDep) -> list[Quote]:
    key = f"quotes:{hotel_id}:{arrives}:{leaves}"
    quotes = cache.cached_quotes(key)
    if quotes is not None:
        return [Quote(**quote) for quote in quotes]
    hotel = repository.with_rooms(hotel_id)
    if hotel is None:
        raise HTTPException(status_code=404)
    found = [Quote(room=room.number, price=pricing.room_price(room, arrives, leaves)) for room in hotel.rooms]
    cache.store_quotes(key, [quote.model_dump() for quote in found])
    return found

import csv
from pathlib import Path

import typer

from hotels.db import session_scope
from hotels.repositories import HotelRepository

app = typer.Typer()


@app.command()
def occupancy(target: Path) -> None:
    """Write how many bookings each hotel has."""
    with session_scope() as session:
        counts = HotelRepository(session).booked_by_hotel()
    with target.open("w", newline="") as file:
        writer = csv.writer(file)
        for name, count in sorted(counts.items()):
            writer.writerow([name, count])


@app.command()
def cities(target: Path) -> None:
    """Write the cities that have hotels."""
    with session_scope() as session:
        hotels = HotelRepository(session).search()
    target.write_text("\n".join(sorted({hotel.city for hotel in hotels})))


if __name__ == "__main__":
    app()

"""The shelf, as a page."""

from __future__ import annotations

from flask import Flask, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from press.books import kinds
from press.models import Title, engine

app = Flask(__name__)


@app.route("/shelf")
def shelf() -> str:
    """All titles, with their authors and reviews."""
    with Session(engine) as session:
        query = select(Title).options(selectinload(Title.author), selectinload(Title.reviews))
        titles = session.scalars(query).all()
        return render_template("shelf.html", titles=titles, stars=stars, kinds=kinds())


def stars(title: Title) -> float:
    """What readers give a title."""
    given = [review.stars for review in title.reviews]
    return sum(given) / max(len(given), 1)

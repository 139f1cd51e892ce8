"""The candidates of a small program."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from code_path_audit.config import ActionConfig, default_config
from code_path_audit.pipeline import load, trace
from code_path_audit.profiles.model import ActionProfile

LINE = """\
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    state: Mapped[str]


"""
"""The beginning of a program that maps a table by SQLAlchemy."""


def traced(source: str, folder: Path) -> ActionProfile:
    """The profile of a program's `main`."""
    (folder / "m.py").write_text(dedent(source), encoding="utf-8")
    config = default_config(folder)
    return trace(load(config), ActionConfig("main", ("m.main",)), config)


def told(source: str, folder: Path) -> list[str]:
    """The candidates of a program's `main`, as kind and title."""
    return [f"{row.kind}: {row.title}" for row in traced(source, folder).candidates]

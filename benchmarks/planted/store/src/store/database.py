"""The engine and its sessions."""

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///store.db")
Session = sessionmaker(engine)

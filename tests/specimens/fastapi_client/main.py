"""Requests of a test client to FastAPI: what a handler depends on runs before it, and reaches its parameters."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient


class Session:
    def rows(self): ...


def session():
    yield Session()


def user(): ...


def audit(): ...


class Paging:
    def __init__(self, limit: int = 10): ...


router = APIRouter(dependencies=[Depends(user)])


@router.get("/orders")
def orders(s=Depends(session), paging: Paging = Depends()):
    s.rows()


@router.get("/stock")
def stock(mark: Annotated[str, Depends(audit)]): ...


def main():
    app = FastAPI()
    app.include_router(router)
    TestClient(app).get("/orders")

import logging
import time
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from hotels.db import engine
from hotels.models import Base
from hotels.routers import bookings, hotels

log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI):
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="Hotels", lifespan=lifespan)
app.include_router(hotels.router)
app.include_router(bookings.router)


@app.middleware("http")
async def timing(request: Request, call_next):
    started = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Time"] = f"{time.perf_counter() - started:.4f}"
    return response

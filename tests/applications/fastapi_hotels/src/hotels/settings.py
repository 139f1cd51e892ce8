from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HOTELS_", env_file=".env")

    database_url: str = "sqlite://"
    async_database_url: str = "sqlite+aiosqlite://"
    redis_url: str = "redis://localhost:6379/0"
    rates_url: str = "https://rates.example.org"
    seasons_path: str = "seasons.json"


@lru_cache
def get_settings() -> Settings:
    return Settings()

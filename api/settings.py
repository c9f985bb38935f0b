"""The settings, read once from COUNTERFOIL_* variables or a .env file. Source: docs/contract.md 2."""

import os
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "COUNTERFOIL_"
FOR_TESTS = f"{PREFIX}TEST_"
"""Names with this prefix belong to the test-suite and are no settings."""
FILE = ".env"


class WrongSettings(ValueError):
    """One clear line for whoever starts the program."""


class Settings(BaseSettings):
    """Every setting and its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=FILE, extra="ignore")

    database_url: str = Field(default="sqlite:///data/counterfoil.db", pattern=r"^(sqlite:///|postgresql\+psycopg://)")
    data: Path = Path("data")
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65_535)
    origin: str = Field(default="counterfoil.local/register", min_length=1, pattern=r"^[^\s+]+$")
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    timestamp_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    log_level: Literal["debug", "info", "warning", "error"] = "info"


_MUST_BE = {
    "database_url": "must begin with sqlite:/// or postgresql+psycopg://",  # its value may hold a password
    "timestamp_url": "must begin with http:// or https://",
    "origin": "must be a name without blanks and plus signs",
}


def load_settings() -> Settings:
    """The settings in force. Raises WrongSettings for an unknown COUNTERFOIL_* name or an impossible value."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    try:
        named = {*os.environ, *dotenv_values(FILE)}
        unknown = sorted(n for n in named if _is_ours(n) and n.upper() not in known)
        if unknown:
            raise WrongSettings(f"There is no setting {', '.join(unknown)}.")
        return Settings()
    except ValidationError as error:
        raise WrongSettings(_said(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"The file {FILE} cannot be read: {error}.") from error


def _is_ours(name: str) -> bool:
    """Names count in any case, as they do for pydantic-settings."""
    return name.upper().startswith(PREFIX) and not name.upper().startswith(FOR_TESTS)


def _said(error: ValidationError) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0])
    must = _MUST_BE.get(field)
    return f"{PREFIX}{field.upper()} " + (f"{must}." if must else f"is {first['input']!r}: {first['msg']}.")

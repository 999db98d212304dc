"""What the channel is told by credentials.yml and by the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limits import parse
from rasa.shared.exceptions import RasaException

SECRET_FILE = Path(__file__).parents[2] / ".run" / "secret"
SHORTEST_SECRET = 32
RATES = {"conversation": "30/minute", "address": "300/minute", "sessions": "600/hour"}
"""Requests of a conversation and of a client address, and conversations begun from an address. Many people may share
one address: a hospital, a household, a mobile network."""
_KNOWN = ("sites", "demo", "statistics", "public_url", "trusted_hops", "limits")
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d+)?")
_SITE = re.compile(r"[a-z0-9-]{1,40}")


class SettingsError(RasaException):
    """A setting that cannot be used: one sentence says which, and what would do. `rasa run` prints it and ends."""


@dataclass(frozen=True)
class Settings:
    """How this channel is set up."""

    keys: tuple[str, ...]
    """Secrets: the first signs, all verify, so that a key can be changed without ending conversations."""
    sites: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"demo": ("self",)})
    """Site keys, and the origins of the pages that may show the guide in a frame; "self" is the guide's own."""
    demo: bool = False
    """Whether the page of an invented charity is served."""
    statistics: bool = False
    """Whether daily counts are kept of what is asked (guide.statistics)."""
    public_url: str | None = None
    """The guide's own origin as browsers see it; without it, the Host header says."""
    trusted_hops: int = 0
    """How many proxies of ours stand in front, each adding to X-Forwarded-For."""
    rates: Mapping[str, str] = field(default_factory=lambda: dict(RATES))
    redis: str | None = None
    """The address of a Redis (redis://…) where several processes share rates and turns."""


def read(credentials: Mapping[str, Any] | None, environment: Mapping[str, str]) -> Settings:
    """The settings of credentials.yml's entry. Raises SettingsError."""
    given = dict(credentials or {})
    if unknown := [name for name in given if name not in _KNOWN]:
        raise SettingsError(f"credentials.yml: the guide's channel has no setting {unknown[0]!r}, only {_KNOWN}.")
    hops = given.get("trusted_hops", 0)
    if type(hops) is not int or hops < 0:
        raise SettingsError("credentials.yml: trusted_hops is the number of your proxies in front of the guide.")
    for switch in ("demo", "statistics"):
        if type(given.get(switch, False)) is not bool:
            raise SettingsError(f"credentials.yml: {switch} is true or false.")
    public_url = given.get("public_url")
    if public_url is not None and not _ORIGIN.fullmatch(str(public_url)):
        raise SettingsError("credentials.yml: public_url is an origin as https://guide.example.org, without a path.")
    return Settings(
        keys=_keys(environment),
        sites=_sites(given.get("sites", {"demo": ["self"]})),
        demo=given.get("demo", False),
        statistics=given.get("statistics", False),
        public_url=public_url,
        trusted_hops=hops,
        rates=_rates(given.get("limits", {})),
        redis=environment.get("GUIDE_REDIS") or None,
    )


def _keys(environment: Mapping[str, str]) -> tuple[str, ...]:
    given = environment.get("GUIDE_SECRET")
    keys = [key.strip() for key in given.split(",")] if given else [local_secret(SECRET_FILE)]
    if any(len(key) < SHORTEST_SECRET for key in keys):
        raise SettingsError(
            f"GUIDE_SECRET needs {SHORTEST_SECRET} characters or more (several, with commas between, to change it): "
            "`openssl rand -hex 32` makes one."
        )
    return tuple(keys)


def local_secret(path: Path) -> str:
    """The secret of this machine: made once, readable by its user alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("utf-8").strip()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)
    return secret


def _sites(given: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict) or not given:
        raise SettingsError("credentials.yml: sites maps site keys to lists of origins.")
    for key, parents in given.items():
        if not _SITE.fullmatch(str(key)):
            raise SettingsError(f"credentials.yml: the site key {key!r} has more than a to z, 0 to 9 and -.")
        if not isinstance(parents, list):
            raise SettingsError(f"credentials.yml: the site {key} needs a list of origins.")
        for parent in parents:
            if parent != "self" and not _ORIGIN.fullmatch(str(parent)):
                raise SettingsError(
                    f"credentials.yml: {parent!r} of the site {key} is no origin: "
                    "write https://www.example.org (no path), or self."
                )
    return {str(key): tuple(parents) for key, parents in given.items()}


def _rates(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or set(given) - set(RATES):
        raise SettingsError(f"credentials.yml: limits has {tuple(RATES)}, no others.")
    rates = RATES | {name: str(rate) for name, rate in given.items()}
    for name, rate in rates.items():
        try:
            parse(rate)
        except ValueError:
            raise SettingsError(f"credentials.yml: {rate!r} of limits: {name} is no rate as 30/minute.") from None
    return rates

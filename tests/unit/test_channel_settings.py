"""The channel's settings: what may stand in credentials.yml and GUIDE_SECRET, and what is said of anything else."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from guide.channel import settings
from guide.channel.settings import RATES, SettingsError, local_secret, read
from tests.conftest import ROOT

SECRET = {"GUIDE_SECRET": "x" * 32}
CHANNEL, HEALTH = "guide.channel.web.WebChannel", "guide.health.HealthChannel"


def test_without_settings_the_guide_shows_itself_alone() -> None:
    plain = read(None, SECRET)
    assert plain.sites == {"demo": ("self",)}
    assert (plain.demo, plain.public_url, plain.trusted_hops, plain.redis) == (False, None, 0, None)
    assert plain.rates == RATES
    assert not plain.statistics


def test_all_settings() -> None:
    given = {
        "demo": True,
        "statistics": True,
        "sites": {"mnd-trust": ["https://www.mnd-trust.example", "https://*.mnd-trust.example:8443"]},
        "public_url": "https://guide.example.org",
        "trusted_hops": 2,
        "limits": {"sessions": "10/hour"},
    }
    redis = "redis://localhost:6379/2"
    full = read(given, {"GUIDE_SECRET": f"{'a' * 32}, {'b' * 40}", "GUIDE_REDIS": redis})
    assert full.keys == ("a" * 32, "b" * 40)
    assert full.sites == {"mnd-trust": tuple(given["sites"]["mnd-trust"])}  # type: ignore[index]
    assert (full.demo, full.public_url, full.trusted_hops) == (True, "https://guide.example.org", 2)
    assert full.rates == {**RATES, "sessions": "10/hour"}
    assert full.redis == redis
    assert full.statistics


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"site": {}}, "'site'"),
    ({"demo": "yes"}, "demo"),
    ({"statistics": 1}, "statistics"),
    ({"trusted_hops": -1}, "trusted_hops"),
    ({"trusted_hops": True}, "trusted_hops"),
    ({"public_url": "https://guide.example.org/"}, "public_url"),
    ({"sites": {}}, "sites"),
    ({"sites": ["https://a.example"]}, "sites"),
    ({"sites": {"A site": ["self"]}}, "'A site'"),
    ({"sites": {"one": "self"}}, "one needs a list"),
    ({"sites": {"one": ["https://a.example/page"]}}, "'https://a.example/page'"),
    ({"sites": {"one": ["https://a.example; script-src *"]}}, "script-src"),
    ({"sites": {"one": ["*"]}}, "'*'"),
    ({"sites": {"one": [None]}}, "None"),
    ({"limits": {"messages": "1/minute"}}, "limits"),
    ({"limits": {"sessions": "often"}}, "'often'"),
]


@pytest.mark.parametrize(("given", "named"), WRONG, ids=[str(given) for given, named in WRONG])
def test_a_wrong_setting_is_named_in_one_sentence(given: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=r"^credentials\.yml: ") as error:
        read(given, SECRET)
    assert named in str(error.value)


@pytest.mark.parametrize("secret", ["short", f"{'x' * 32},short", f"{'x' * 32},"])
def test_a_short_secret_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(SettingsError, match="openssl rand -hex 32") as error:
        read({}, {"GUIDE_SECRET": secret})
    assert "short" not in str(error.value)


def test_the_secret_of_this_machine_is_made_once_for_its_user_alone(tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "new" / "secret"
    secret = local_secret(file)
    assert len(secret) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert local_secret(file) == secret
    monkeypatch.setattr(settings, "SECRET_FILE", file)
    assert read({}, {}).keys == (secret,)
    assert ".run/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert settings.SECRET_FILE.name == "secret"


def test_rasas_own_channels_are_off_but_for_development() -> None:
    public = yaml.safe_load((ROOT / "credentials.yml").read_text("utf-8"))
    development = yaml.safe_load((ROOT / "credentials.dev.yml").read_text("utf-8"))
    assert set(public) == {CHANNEL, HEALTH}
    assert set(development) == {CHANNEL, HEALTH, "rest"}
    for credentials in (public, development):
        assert read(credentials[CHANNEL], SECRET).demo

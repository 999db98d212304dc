"""The channel's smaller parts: turns, erasing, and the widget's files."""

import asyncio
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from guide import VERSION
from guide.channel.pages import Pages, policy
from guide.channel.refusal import STATUS, Refusal
from guide.channel.turns import Turns
from guide.phrases import PHRASES
from tests.conftest import ROOT

# Turns


async def test_a_conversation_takes_one_message_at_a_time_in_order() -> None:
    turns, log = Turns(), []

    async def turn(conversation: str, name: str, seconds: float) -> None:
        async with turns.of(conversation):
            log.append(f"{name} begins")
            await asyncio.sleep(seconds)
            log.append(f"{name} ends")

    await asyncio.gather(turn("a", "first", 0.05), turn("a", "second", 0), turn("b", "other", 0))
    assert log == ["first begins", "other begins", "other ends", "first ends", "second begins", "second ends"]
    assert len(turns) == 0


async def test_a_turn_that_fails_or_is_cancelled_holds_up_nobody() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="inside"):
        async with turns.of("a"):
            raise ValueError("inside")
    async with turns.of("a"):
        waiting = asyncio.create_task(turns.of("a").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with turns.of("a"):
        assert len(turns) == 1
    assert len(turns) == 0


# The widget's files


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("loader.js", "app.html", "demo.html", "app.1a2b.js", "secret.txt"):
        (folder / name).write_text(f"{name} " * 100)
    names = {"app.js": "app.1a2b.js", "loader.js": "loader.js", "app.html": "app.html"}
    (folder / "manifest.json").write_text(json.dumps(names))
    return folder


def test_files_with_a_hash_are_kept_for_ever_and_pages_are_not(dist: Path) -> None:
    pages = Pages(dist)
    script = pages.hashed("app.1a2b.js")
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.type == "text/javascript; charset=utf-8"
    assert script.packed
    assert gzip.decompress(script.packed) == script.content
    assert pages.app(["self"]).headers["Cache-Control"] == "no-cache"
    assert pages.loader().headers["Cache-Control"] == "public, max-age=3600"
    assert pages.loader().headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_demonstration_says_which_version_serves_it(dist: Path) -> None:
    (dist / "demo.html").write_bytes((ROOT / "widget" / "src" / "demo.html").read_bytes())
    assert f"ALS Guide {VERSION}.</p></footer>".encode() in Pages(dist).demo().content


@pytest.mark.parametrize("name", ["secret.txt", "../secret.txt", "app.html", "loader.js", "manifest.json", ""])
def test_no_other_file_is_served(dist: Path, name: str) -> None:
    with pytest.raises(Refusal):
        Pages(dist).hashed(name)


def test_a_new_build_is_found_and_a_missing_one_is_said(dist: Path, caplog: Any) -> None:
    pages = Pages(dist)
    assert pages.loader().content.startswith(b"loader.js")
    (dist / "loader.js").write_text("new")
    os.utime(dist / "manifest.json", (1, 1))
    assert pages.loader().content == b"new"
    (dist / "manifest.json").unlink()
    with pytest.raises(Refusal):
        pages.loader()
    assert "The widget is not built" in caplog.text


def test_the_policy_allows_nothing_inline_and_only_the_sites_own_pages_around_it() -> None:
    assert policy(["self", "https://one.example"]).endswith("; frame-ancestors 'self' https://one.example")
    assert policy([]).endswith("frame-ancestors 'none'")
    for some in (policy(["self"]), policy([], demo=True)):
        assert "unsafe" not in some
        assert some.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-src 'self'" in policy([], demo=True)


def test_every_refusal_has_its_sentence() -> None:
    assert set(PHRASES["refusals"]) | {"unavailable"} == set(STATUS)

"""The widget's files, as widget/ builds them, with the headers that keep them apart from the page around them."""

import gzip
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guide import VERSION
from guide.channel.refusal import Refusal

DIST = Path(__file__).parents[2] / "widget" / "dist"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_VERSION = b"$GUIDE_VERSION"
"""Stands in a page where the version of the guide that serves it is to stand."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'"
)
_OFF = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "usb"),
)
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _OFF),
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer of the channel."""
HOUR, YEAR = 60 * 60, 365 * 24 * 60 * 60
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    """What is sent: `packed` where it is worth it and the browser can unpack."""

    content: bytes
    packed: bytes | None
    type: str
    headers: Mapping[str, str]


def policy(parents: Sequence[str], demo: bool = False) -> str:
    """The Content-Security-Policy of a page that `parents` (origins, or "self") may show in a frame."""
    ancestors = " ".join("'self'" if parent == "self" else parent for parent in parents) or "'none'"
    frames = "; frame-src 'self'" if demo else ""
    return f"{_POLICY}{frames}; frame-ancestors {ancestors}"


class Pages:
    """Reads what the build made. A new build is found without a restart."""

    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder
        self._built = 0.0
        self._hashed: frozenset[str] = frozenset()
        self._files: dict[str, tuple[bytes, bytes | None]] = {}

    def loader(self) -> File:
        """The script that a charity's page loads from another origin."""
        headers = {"Cache-Control": f"public, max-age={HOUR}", "Cross-Origin-Resource-Policy": "cross-origin"}
        return self._file("loader.js", headers)

    def app(self, parents: Sequence[str]) -> File:
        """The guide as a page, in a frame of `parents` or by itself."""
        headers = {"Content-Security-Policy": policy(parents), "Cross-Origin-Opener-Policy": "same-origin"}
        return self._file("app.html", {**headers, "Cache-Control": "no-cache"})

    def demo(self) -> File:
        """A page of an invented charity, with the guide on it."""
        return self._file("demo.html", {"Content-Security-Policy": policy([], demo=True), "Cache-Control": "no-cache"})

    def hashed(self, name: str) -> File:
        """A file whose name changes with its content. Raises Refusal for any that the build does not list."""
        self._look()
        if name not in self._hashed:
            raise Refusal("not_found")
        return self._file(name, {"Cache-Control": f"public, max-age={YEAR}, immutable"})

    def _file(self, name: str, headers: Mapping[str, str]) -> File:
        self._look()
        if name not in self._files:
            try:
                content = (self._folder / name).read_bytes().replace(_VERSION, VERSION.encode())
            except OSError:
                raise self._missing() from None
            packed = gzip.compress(content, mtime=0)
            self._files[name] = content, packed if len(packed) < len(content) else None
        content, small = self._files[name]
        return File(content, small, _TYPES.get(Path(name).suffix, "application/octet-stream"), headers)

    def _look(self) -> None:
        """Forget what was read, where there is a new build."""
        manifest = self._folder / "manifest.json"
        try:
            built = manifest.stat().st_mtime
            if built != self._built:
                names = json.loads(manifest.read_bytes()).items()
                self._hashed = frozenset(hashed for name, hashed in names if hashed != name)
                self._files, self._built = {}, built
        except (OSError, ValueError):
            raise self._missing() from None

    def _missing(self) -> Refusal:
        _log.error("The widget is not built: run `npm ci && npm run build` in %s.", self._folder.parent)
        return Refusal("not_found")

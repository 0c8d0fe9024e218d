"""What a person calls a camera becomes one: a film, a picture, a device, a stream."""

from __future__ import annotations

import re
from pathlib import Path

from yarl import URL

from articgw.client.camera import FrameSource
from articgw.client.devices import STREAMS, open_camera, open_stream
from articgw.client.pictures import is_still, open_pictures
from articgw.client.sources import ClipSource, StillSource
from articgw.errors import ConfigError

_CAMERA = re.compile(r"camera(?::(\d+))?")
_DEVICE = "/dev/video"


def open_source(name: str | Path) -> FrameSource:
    """The camera that ``name`` means.

    A path of a film or picture; ``camera``, ``camera:1`` or /dev/video1; an rtsp:// or http:// URL
    of a live stream. Waits for the network for up to 10 s. Raises `ConfigError`.
    """
    text = str(name)
    try:
        if camera := _CAMERA.fullmatch(text):
            return open_camera(f"{_DEVICE}{camera[1] or 0}")
        if text.startswith("/dev/"):
            return open_camera(text)
        if "://" in text:
            return _open_url(text)
        return _open_file(text)
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(f"cannot open {shown(text)}: {why}") from error


def shown(name: str) -> str:
    """``name`` without what may be secret in a URL: user, password, query."""
    if "://" not in name:
        return name
    try:
        return str(URL(name).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return f"{name.partition('://')[0]}://…"


def _open_url(url: str) -> FrameSource:
    scheme = url.partition("://")[0].lower()
    if scheme not in STREAMS:
        raise OSError(f"a stream's address begins with one of: {', '.join(STREAMS)}")
    return open_stream(url)


def _open_file(name: str) -> FrameSource:
    path = str(Path(name).absolute())  # else FFmpeg takes the 12 of 12:30.mp4 for a protocol
    container, _ = open_pictures(path)
    with container:
        still = is_still(container)
    return StillSource(path) if still else ClipSource(path)

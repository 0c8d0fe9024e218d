"""`articgw models export`: a YOLO model of your own, from a .pt file to one that the gateway runs.

    model.pt ──copy──▶ empty folder ──ultralytics──▶ ONNX ──tried here──▶ OUT.onnx

Needs the extra `gpu` (torch, ultralytics: AGPL-3.0, as are its models); serving does not. Left to
itself ultralytics fetches what it misses from the network, installs packages and counts its users;
all of that is switched off. A .pt file is a program: loading one runs what its maker wrote, so
export only what you trust. An ONNX file is not.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artic_perception.yolo import Yolo
from articgw.errors import ConfigError

SIDE_PX = 640
EXTRA = "pip install 'articgw[gpu]'"
OFFLINE = {"YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false", "YOLO_VERBOSE": "false"}

Exporter = Callable[[Path, Path], Path]
"""Makes an ONNX file of a .pt file, with a folder for its settings; the file's path."""


def export(
    model: Path, out: Path, report: Callable[[str], None], exporter: Exporter | None = None
) -> Path:
    """Write ``out``, whole or not at all; its path.

    ``report`` gets lines for people. Raises `ConfigError` where the extra is missing, ``model`` is
    no detector that ultralytics knows, or ``out`` cannot be written.
    """
    if not model.is_file():
        raise ConfigError(f"there is no file {model}")
    report(f"models: loading {model}; a .pt file is a program: export only what you trust")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model.pt"
        shutil.copyfile(model, copy)
        made = (exporter or by_ultralytics)(copy, Path(folder)).read_bytes()
    try:
        detector = Yolo(made)
    except ValueError as error:
        raise ConfigError(f"{model} was exported, and the result is of no use: {error}") from error
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(made)
        part.replace(out)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    licence = detector.licence or "not stated; ask its maker"
    report(f"models: {out}, {len(detector.labels)} kinds of object; licence: {licence}")
    return out


def by_ultralytics(model: Path, folder: Path) -> Path:
    """With any picture size, and free of suppression where the model can do without it.

    Raises `ConfigError`.
    """
    os.environ.update(OFFLINE, YOLO_CONFIG_DIR=str(folder))
    try:
        importlib.import_module("onnx")
        ultralytics: Any = importlib.import_module("ultralytics")
    except ImportError as error:
        raise ConfigError(f"this needs torch, ultralytics and onnx: {EXTRA} ({error})") from error
    try:
        made = ultralytics.YOLO(str(model)).export(
            format="onnx", imgsz=SIDE_PX, dynamic=True, nms=False
        )
    except Exception as error:  # noqa: BLE001 - ultralytics and torch raise what they like
        raise ConfigError(f"ultralytics cannot export this: {_first_line(error)}") from error
    return Path(made)


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0].strip() if lines else 'it did not say why'}"

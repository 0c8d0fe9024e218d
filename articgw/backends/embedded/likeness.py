"""How like in meaning are a question and what stands in the picture? By embeddings, where they are.

The files come from `articgw models fetch`. Without them there is no likeness, and who asks for it
goes on by rules alone. Embeddings of what was seen before are kept: signs stay, questions change.
"""

from __future__ import annotations

import importlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.wordpiece import WordPiece

MODEL = "minilm.int8.onnx"
VOCABULARY = "minilm-vocabulary.txt"
KEPT = 512
"""Embeddings; 1.5 KB each."""

Floats = NDArray[np.float32]


class Likeness:
    """Cosines between sentences."""

    def __init__(self, session: Any, words: WordPiece) -> None:
        """``session`` runs what `minilm.convert` makes."""
        self._session = session
        self._words = words
        self._kept: OrderedDict[str, Floats] = OrderedDict()

    @staticmethod
    def is_there(models_dir: Path) -> bool:
        """True where a folder holds the files."""
        return all((models_dir / name).is_file() for name in (MODEL, VOCABULARY))

    @classmethod
    def load(cls, models_dir: Path) -> Likeness | None:
        """From the files in a folder; None where they are missing or damaged."""
        try:
            model = (models_dir / MODEL).read_bytes()
            vocabulary = (models_dir / VOCABULARY).read_text(encoding="utf-8").splitlines()
            return cls(_session(model), WordPiece(vocabulary))
        except (OSError, ValueError, RuntimeError):
            return None

    def __call__(self, question: str, descriptions: Sequence[str]) -> tuple[float, ...]:
        """Cosine of each description with the question, -1..1."""
        if not descriptions:
            return ()
        first, *others = self._embedded([question, *descriptions])
        return tuple(float(first @ other) for other in others)

    def _embedded(self, sentences: Sequence[str]) -> list[Floats]:
        new = [s for s in dict.fromkeys(sentences) if s not in self._kept]
        if new:
            rows = [self._words(sentence) for sentence in new]
            ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
            for row, numbers in zip(ids, rows, strict=True):
                row[: len(numbers)] = numbers
            mask = np.array([[k < len(row) for k in range(ids.shape[1])] for row in rows], np.int64)
            (made,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            self._kept.update(zip(new, made, strict=True))
        found = [self._kept[sentence] for sentence in sentences]
        for sentence in sentences:
            self._kept.move_to_end(sentence)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found


def _session(model: bytes) -> Any:
    """Raises ``RuntimeError`` where the file is no model."""
    onnxruntime: Any = importlib.import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise RuntimeError(f"no model: {error}") from error

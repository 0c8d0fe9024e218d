"""A model of CLIP's shape, small and untrained: two layers of width 8, two heads, 3 x 3 patches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded.clip_words import END, LETTERS, START
from tests.articgw.backends.embedded import tiny_minilm

Floats = NDArray[np.float32]
LAYERS, HEADS, WIDTH, INNER, TOGETHER = 2, 2, 8, 16, 6
PATCH_PX, SIDE = 4, 3
PLACES = 77
MERGES = [("e", "x"), ("ex", "i"), ("exi", "t</w>"), ("t", "h"), ("th", "e</w>")]


def vocabulary() -> dict[str, int]:
    """Every byte, alone and as the last of a word; what is learned; start and end."""
    letters = list(LETTERS.values())
    pieces = [*letters, *(f"{letter}</w>" for letter in letters)]
    pieces += ["".join(pair) for pair in MERGES]
    return {piece: number for number, piece in enumerate([*pieces, START, END])}


def weights(seed: int = 5) -> dict[str, Floats]:
    """By the names of the published file."""
    rng = np.random.default_rng(seed)
    vision, text = "vision_model.", "text_model."
    shapes: dict[str, tuple[int, ...]] = {
        f"{vision}embeddings.class_embedding": (WIDTH,),
        f"{vision}embeddings.patch_embedding.weight": (WIDTH, 3, PATCH_PX, PATCH_PX),
        f"{vision}embeddings.position_embedding.weight": (SIDE * SIDE + 1, WIDTH),
        **_norm(f"{vision}pre_layrnorm"),
        **_norm(f"{vision}post_layernorm"),
        "visual_projection.weight": (TOGETHER, WIDTH),
        f"{text}embeddings.token_embedding.weight": (len(vocabulary()), WIDTH),
        f"{text}embeddings.position_embedding.weight": (PLACES, WIDTH),
        **_norm(f"{text}final_layer_norm"),
        "text_projection.weight": (TOGETHER, WIDTH),
    }
    for prefix in (vision, text):
        for layer in range(LAYERS):
            name = f"{prefix}encoder.layers.{layer}."
            for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                shapes |= _dense(f"{name}self_attn.{part}", WIDTH, WIDTH)
            shapes |= _norm(f"{name}layer_norm1") | _norm(f"{name}layer_norm2")
            shapes |= _dense(f"{name}mlp.fc1", INNER, WIDTH) | _dense(
                f"{name}mlp.fc2", WIDTH, INNER
            )
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def write(folder: Path) -> Path:
    """The folder, with the files that a model is passed around in."""
    sides = {"num_attention_heads": HEADS, "hidden_act": "quick_gelu"}
    about = {"vision_config": sides, "text_config": sides}
    (folder / "config.json").write_text(json.dumps(about))
    (folder / "vocab.json").write_text(json.dumps(vocabulary()), "utf-8")
    lines = ["#version: 0.2", *(" ".join(pair) for pair in MERGES)]
    (folder / "merges.txt").write_text("\n".join(lines), "utf-8")
    (folder / "model.safetensors").write_bytes(tiny_minilm.safetensors(weights()))
    return folder


def _dense(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}

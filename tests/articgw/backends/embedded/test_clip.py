"""Both files against the same model computed by hand in numpy."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest

from articgw.backends.embedded import clip
from tests.articgw.backends.embedded import tiny_clip as tiny

onnxruntime: Any = importlib.import_module("onnxruntime")
WEIGHTS = tiny.weights()
IDS = [515, 4, 9, 260, 516]
SIDE_PX = tiny.PATCH_PX * tiny.SIDE


def norm(x: tiny.Floats, name: str) -> tiny.Floats:
    middle = x - x.mean(-1, keepdims=True)
    scaled = middle / np.sqrt((middle**2).mean(-1, keepdims=True) + clip.EPSILON)
    return np.asarray(scaled * WEIGHTS[f"{name}.weight"] + WEIGHTS[f"{name}.bias"], np.float32)


def dense(x: tiny.Floats, name: str) -> tiny.Floats:
    return np.asarray(x @ WEIGHTS[f"{name}.weight"].T + WEIGHTS[f"{name}.bias"], np.float32)


def layer(x: tiny.Floats, name: str, *, gathers: bool = True, causal: bool = False) -> tiny.Floats:
    inner = norm(x, f"{name}layer_norm1")
    seen = dense(inner, f"{name}self_attn.v_proj")
    if gathers:
        q, k, v = (
            dense(inner, f"{name}self_attn.{part}_proj")
            .reshape(len(x), tiny.HEADS, -1)
            .swapaxes(0, 1)
            for part in "qkv"
        )
        scores = np.exp(q @ k.swapaxes(1, 2) / math.sqrt(tiny.WIDTH / tiny.HEADS))
        scores = np.tril(scores) if causal else scores
        seen = (scores / scores.sum(-1, keepdims=True)) @ v
        seen = seen.swapaxes(0, 1).reshape(len(x), tiny.WIDTH)
    x = x + dense(seen, f"{name}self_attn.out_proj")
    inner = dense(norm(x, f"{name}layer_norm2"), f"{name}mlp.fc1")
    inner = np.asarray(inner / (1 + np.exp(-clip.BELL * inner)), np.float32)
    return x + dense(inner, f"{name}mlp.fc2")


def along(x: tiny.Floats, projection: str) -> tiny.Floats:
    made = x @ WEIGHTS[projection].T
    return np.asarray(made / np.linalg.norm(made, axis=-1, keepdims=True), np.float32)


def run(file: bytes, **given: Any) -> tiny.Floats:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, given)[0], np.float32)


def test_patches_are_those_of_the_published_model_with_their_own_values_at_the_end() -> None:
    pixels = np.random.default_rng(2).normal(size=(1, 3, SIDE_PX, SIDE_PX)).astype(np.float32)
    name = "vision_model."
    table = WEIGHTS[f"{name}embeddings.patch_embedding.weight"].reshape(tiny.WIDTH, -1)
    cut = [
        pixels[0, :, y : y + tiny.PATCH_PX, x : x + tiny.PATCH_PX].ravel() @ table.T
        for y in range(0, SIDE_PX, tiny.PATCH_PX)
        for x in range(0, SIDE_PX, tiny.PATCH_PX)
    ]
    x = np.stack([WEIGHTS[f"{name}embeddings.class_embedding"], *cut])
    x = norm(x + WEIGHTS[f"{name}embeddings.position_embedding.weight"], f"{name}pre_layrnorm")
    x = layer(x, f"{name}encoder.layers.0.")
    x = norm(layer(x, f"{name}encoder.layers.1.", gathers=False), f"{name}post_layernorm")
    made = run(clip.build_patches(WEIGHTS, heads=tiny.HEADS), pixels=pixels)
    assert made.shape == (tiny.SIDE**2, tiny.TOGETHER)
    assert made == pytest.approx(along(x[1:], "visual_projection.weight"), abs=1e-4)


@pytest.mark.parametrize("count", [2, 5])
def test_a_sentence_is_what_its_last_token_gathered(count: int) -> None:
    ids, name = IDS[-count:], "text_model."
    x = WEIGHTS[f"{name}embeddings.token_embedding.weight"][ids]
    x = x + WEIGHTS[f"{name}embeddings.position_embedding.weight"][:count]
    for number in range(tiny.LAYERS):
        x = layer(x, f"{name}encoder.layers.{number}.", causal=True)
    x = norm(x, f"{name}final_layer_norm")
    made = run(clip.build_words(WEIGHTS, heads=tiny.HEADS), ids=np.array([ids]))
    assert made.shape == (1, tiny.TOGETHER)
    assert made[0] == pytest.approx(along(x[-1], "text_projection.weight"), abs=1e-4)


def test_the_same_weights_make_the_same_bytes() -> None:
    one, other = (clip.build_patches(WEIGHTS, heads=tiny.HEADS) for _ in range(2))
    assert one == other


def test_other_weights_are_refused() -> None:
    with pytest.raises(KeyError):
        clip.build_patches({}, heads=2)
    with pytest.raises(KeyError):
        clip.build_words({}, heads=2)

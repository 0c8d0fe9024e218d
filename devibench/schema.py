"""The JSON schemas of a clip set. A ``description`` says what to write; complaints repeat it."""

from __future__ import annotations

from typing import Any

from devibench.clipset import FORMAT

Schema = dict[str, Any]


def _text(description: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": description}


SET: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "set.json",
    "description": "an object with format, seed, licence, made_by",
    "type": "object",
    "required": ["format", "seed", "licence", "made_by"],
    "properties": {
        "format": {"const": FORMAT, "description": f'"{FORMAT}"'},
        "seed": {"type": ["integer", "null"], "description": "a whole number, or null"},
        "licence": _text("the licence of the pictures"),
        "made_by": _text("who or what made the set"),
    },
}

OBJECT: Schema = {
    "type": "object",
    "description": "an object with id, kind, text, label, colour, height_px",
    "required": ["id", "kind", "label", "colour"],
    "properties": {
        "id": _text("a short name, once per clip"),
        "kind": {"enum": ["text", "object", "event"], "description": "text, object or event"},
        "text": {"type": ["string", "null"], "description": "what can be read on it, or null"},
        "label": _text("what it is, in words"),
        "colour": {"type": ["string", "null"], "description": "the name of its colour, or null"},
        "height_px": {
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "description": "the height of a capital letter at scale 1 in px, or null",
        },
    },
    "if": {"properties": {"kind": {"const": "text"}}},
    "then": {
        "required": ["text", "height_px"],
        "properties": {
            "text": _text("what can be read on it"),
            "height_px": {
                "type": "number",
                "description": "the height of a capital letter at scale 1 in px",
            },
        },
    },
}

QUESTION: Schema = {
    "type": "object",
    "description": "an object with id, text, answers, task_type, objects, from_frame, to_frame",
    "required": ["id", "text", "answers", "task_type", "objects", "from_frame", "to_frame"],
    "properties": {
        "id": _text("a short name, once per clip"),
        "text": _text("the question"),
        "answers": {
            "type": "array",
            "minItems": 1,
            "items": _text("an accepted answer"),
            "description": "a list of accepted answers, at least one",
        },
        "task_type": _text("a type of DeViBench, such as Text-Rich Understanding"),
        "objects": {
            "type": "array",
            "items": _text("the id of an object"),
            "description": "a list of ids of the evidence",
        },
        "from_frame": {
            "type": "integer",
            "minimum": 0,
            "description": "the first frame at which it may be asked",
        },
        "to_frame": {
            "type": "integer",
            "minimum": 0,
            "description": "the last frame at which it may be asked",
        },
        "frames_needed": {
            "enum": ["single", "multi"],
            "description": "single, or multi where the newest picture alone cannot answer",
        },
    },
}

CLIP: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "NAME.json",
    "description": "an object with fps, size_px, frames, split, tags, objects, questions",
    "type": "object",
    "required": ["fps", "size_px", "frames", "split", "tags", "objects", "questions"],
    "properties": {
        "fps": {"type": "number", "exclusiveMinimum": 0, "description": "frames per second"},
        "size_px": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": {"type": "integer", "minimum": 2, "description": "a whole number of px"},
            "description": "[width, height]",
        },
        "frames": {"type": "integer", "minimum": 1, "description": "the number of frames"},
        "split": {"enum": ["fit", "score"], "description": '"fit" or "score"'},
        "tags": {
            "type": "array",
            "items": _text("a tag"),
            "description": 'a list such as ["pan", "low-light"]',
        },
        "objects": {"type": "array", "items": OBJECT, "description": "a list of objects"},
        "questions": {"type": "array", "items": QUESTION, "description": "a list of questions"},
    },
}

"""The validator of clip sets: every complaint is ``file:line: what is wrong; what to do``.

A file is judged in two steps: its form (JSON, schema, CSV), and, where the form holds, what it says
(ids, frame ranges, boxes, the film). All complaints of all files are reported, so that one round of
repair is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from articgw.errors import ConfigError
from devibench.check_boxes import Rows, check_boxes
from devibench.check_film import check_film
from devibench.clipset import SET_FILE, ClipMeta
from devibench.complaint import Complaint
from devibench.extras import bench_extra
from devibench.marks import Marked, NotJson, read_marked
from devibench.schema import CLIP, SET, Schema


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    complaints: tuple[Complaint, ...]
    """By file and line; empty if the set can be used."""
    clips: dict[str, ClipMeta]
    """The clips whose JSON could be read, by name."""


def check_set(folder: Path) -> Checked:
    """Check a set; ConfigError if there is no such folder."""
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder; name the folder that holds {SET_FILE}")
    complaints = _set_file(folder)
    clips: dict[str, ClipMeta] = {}
    names = {file.stem for file in folder.iterdir() if file.suffix in (".json", ".csv", ".mkv")}
    for name in sorted(names - {Path(SET_FILE).stem}):
        found, meta = _clip(folder, name)
        complaints += found
        if meta is not None:
            clips[name] = meta
    if not names - {Path(SET_FILE).stem}:
        complaints.append(Complaint(folder / SET_FILE, 1, "the set has no clips; add NAME.json"))
    return Checked(tuple(sorted(complaints, key=Complaint.order)), clips)


def _set_file(folder: Path) -> list[Complaint]:
    file = folder / SET_FILE
    if not file.is_file():
        return [Complaint(file, 1, "is missing; write format, seed, licence, made_by into it")]
    return _json(file, SET)[0]


def _clip(folder: Path, name: str) -> tuple[list[Complaint], ClipMeta | None]:
    file, boxes, film = (folder / f"{name}.{suffix}" for suffix in ("json", "csv", "mkv"))
    complaints = [
        Complaint(missing, 1, f"is missing; a clip is {name}.json, {name}.csv and {name}.mkv")
        for missing in (file, boxes, film)
        if not missing.is_file()
    ]
    if not file.is_file():
        return complaints, None
    found, marked = _json(file, CLIP)
    complaints += found
    if marked is None or found:
        return complaints, None
    try:
        meta = msgspec.convert(marked.value, ClipMeta)
    except msgspec.ValidationError as error:
        return [*complaints, Complaint(file, 1, f"{error}; write the type that is asked")], None
    complaints += _ids(file, marked, meta)
    rows: Rows = {}
    if boxes.is_file():
        found, rows = check_boxes(boxes, meta)
        complaints += found
        if not found:
            complaints += _evidence(file, marked, meta, rows)
    if film.is_file():
        complaints += check_film(film, file, marked, meta)
    return complaints, meta


def _json(file: Path, schema: Schema) -> tuple[list[Complaint], Marked | None]:
    with bench_extra():
        import jsonschema
    try:
        marked = read_marked(file.read_text(encoding="utf-8"))
    except NotJson as error:
        return [Complaint(file, error.line, f"is not JSON ({error}); mend it there")], None
    except UnicodeDecodeError as error:
        return [Complaint(file, 1, f"is not UTF-8 ({error.reason}); save it as UTF-8")], None
    validator = jsonschema.Draft202012Validator(schema)
    complaints = []
    for wrong in validator.iter_errors(marked.value):
        path = list(wrong.absolute_path)
        complaints.append(Complaint(file, marked.line(path), _wording(wrong, path)))
    return sorted(set(complaints), key=Complaint.order), marked


def _wording(error: Any, path: list[str | int]) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    advice = error.schema.get("description", "")
    if error.validator == "required":
        missing = str(error.message).split("'")[1]
        about = error.schema.get("properties", {}).get(missing, {}).get("description")
        advice = f"add {missing}" + (f": {about}" if about else "")
    elif advice:
        advice = f"write {advice}"
    return f"{where.lstrip('.') or 'the file'}: {error.message}" + (f"; {advice}" if advice else "")


# Other tools may end a range at ``frames``, half-open: it says the same, and passes.
def _ids(file: Path, marked: Marked, meta: ClipMeta) -> Iterator[Complaint]:
    ids = {"objects": [o.id for o in meta.objects], "questions": [q.id for q in meta.questions]}
    for plural, names in ids.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                line = marked.line([plural, index, "id"])
                yield Complaint(file, line, f"{plural}[{index}].id {name!r} is taken; rename it")
    known = {entry.id for entry in meta.objects}
    for index, question in enumerate(meta.questions):
        path: list[str | int] = ["questions", index]
        for place, object_id in enumerate(question.objects):
            if object_id not in known:
                line = marked.line([*path, "objects", place])
                text = f"question {question.id}: no object {object_id!r}; name one of objects"
                yield Complaint(file, line, text)
        if question.to_frame > meta.frames:
            text = f"question {question.id}: to_frame {question.to_frame} is past the last frame"
            line = marked.line([*path, "to_frame"])
            yield Complaint(file, line, f"{text}; write {meta.frames - 1} or less")
        if question.from_frame > question.to_frame:
            text = f"question {question.id}: from_frame {question.from_frame} is after to_frame"
            line = marked.line([*path, "from_frame"])
            yield Complaint(file, line, f"{text}; write {question.to_frame} or less")


def _evidence(file: Path, marked: Marked, meta: ClipMeta, rows: Rows) -> Iterator[Complaint]:
    known = {entry.id for entry in meta.objects}
    for index, question in enumerate(meta.questions):
        frames = range(question.from_frame, question.to_frame + 1)
        for place, object_id in enumerate(question.objects):
            if object_id in known and not any((object_id, n) in rows for n in frames):
                line = marked.line(["questions", index, "objects", place])
                text = f"question {question.id}: {object_id!r} is never in view while it is asked"
                yield Complaint(file, line, f"{text}; change from_frame and to_frame, or the CSV")

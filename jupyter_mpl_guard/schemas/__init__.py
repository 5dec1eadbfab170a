"""The documents that fix the shapes of everything sent: the plot state and the REST API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import fastjsonschema
import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from ..agent.storage.diary import STATE_BYTES
from ..agent.storage.disk.checked_file import nests_within
from ..agent.storage.settings_record import MOST_INCARNATIONS

_PLOT_STATE_FILE = "plot_state.v1.json"
_OPENAPI_FILE = "openapi.yaml"


@cache
def plot_state() -> dict[str, Any]:
    """Return the JSON Schema of the plot state; treat it as read-only, it is shared."""
    return json.loads(_text(_PLOT_STATE_FILE))


def is_plot_state(document: Any) -> bool:
    """Return whether something that was read from elsewhere is a plot state, and one that can be kept and sent on."""
    try:
        text = json.dumps(document, allow_nan=False).encode()
        if len(text) > STATE_BYTES or not nests_within(text):
            return False
        _plot_state_validator()(document)
    except (TypeError, ValueError, RecursionError):  # the validator's own error is a ValueError
        return False
    return type(document["incarnation"]) is int and document["incarnation"] < MOST_INCARNATIONS


@cache
def _plot_state_validator() -> Callable[[Any], Any]:
    # jsonschema takes a second for a thousand figures.
    return fastjsonschema.compile(plot_state())


@cache
def openapi() -> dict[str, Any]:
    """Return the OpenAPI document, complete in itself; treat it as read-only, it is shared."""
    document = yaml.safe_load(_text(_OPENAPI_FILE))
    schemas = document["components"]["schemas"]
    if schemas["PlotState"] != {"$ref": _PLOT_STATE_FILE}:
        raise ValueError(f"{_OPENAPI_FILE} must take the shape PlotState from {_PLOT_STATE_FILE}.")
    # Whoever downloads the description has no second file to follow the reference to. OpenAPI 3.1
    # schemas are JSON Schema 2020-12, so the file goes in as it is, but without its own identity:
    # with another `$id` the document would have two base addresses to resolve references against.
    schemas["PlotState"] = {key: value for key, value in plot_state().items() if key not in ("$schema", "$id")}
    return document


@cache
def served_openapi(base_url: str) -> bytes:
    """Return the OpenAPI document as YAML for a server at `base_url`."""
    document = dict(openapi())
    server = dict(document["servers"][0])
    server["url"] = base_url.rstrip("/") or "/"
    document["servers"] = [server]
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()


@cache
def body_schema(name: str) -> dict[str, Any]:
    """Return one of the OpenAPI document's schemas with every reference in its properties followed."""
    schemas = openapi()["components"]["schemas"]
    schema = dict(schemas[name])
    schema["properties"] = {
        key: schemas[value["$ref"].rpartition("/")[2]] if "$ref" in value else value
        for key, value in schema["properties"].items()
    }
    return schema


@cache
def body_validator(name: str) -> Draft202012Validator:
    """Return the validator of one of the OpenAPI document's schemas."""
    return _BodyValidator(body_schema(name))


def _heed_pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Read a pattern as JSON Schema does: ``$`` is the end, and not the place before a last line feed."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("it does not match its pattern")


_BodyValidator = extend(Draft202012Validator, {"pattern": _heed_pattern})


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")

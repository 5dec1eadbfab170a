"""Read request bodies: from bytes to data that has the shape the OpenAPI document asks for."""

from __future__ import annotations

import json
from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from .. import messages
from . import body_schema, body_validator

_EXCERPT_LENGTH = 60


class MalformedBodyError(ValueError):
    """A body is not what the call takes; the text says in one sentence what is wrong and what to send."""


def read_body(name: str, raw: bytes) -> dict[str, Any]:
    """Read a JSON body that must match a schema of the OpenAPI document.

    Parameters
    ----------
    name : str
        The schema's name under `components/schemas`.
    raw : bytes
        The body as it was received.

    Raises
    ------
    MalformedBodyError
        The body is not strict JSON in UTF-8 or does not match the schema.
    """
    body = _parse(name, raw)
    for key, value in body.items() if isinstance(body, dict) else ():
        # JSON can spell half of a surrogate pair, which is no text: no kernel could be sent it.
        texts = value if isinstance(value, list) else [value]
        if not all(_is_text(each) for each in texts if isinstance(each, str)):
            raise MalformedBodyError(messages.half_a_surrogate_pair(_quoted(key)))
    error = best_match(body_validator(name).iter_errors(body))
    while error is not None and error.parent is not None:  # of several shapes that a value may have, name all
        error = error.parent
    if error is not None:
        raise MalformedBodyError(f"{_sentence(error)} {_offer(name)}")
    return body


def _parse(name: str, raw: bytes) -> Any:
    if not raw.strip():
        raise MalformedBodyError(messages.empty_body(_offer(name)))
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except MalformedBodyError:
        raise
    except UnicodeDecodeError as error:
        raise MalformedBodyError(messages.not_utf8(error.start)) from error
    except json.JSONDecodeError as error:
        raise MalformedBodyError(messages.not_json(error, _offer(name))) from error
    except (ValueError, RecursionError) as error:
        # Python refuses integers of more than 4300 digits and lists nested a thousand times.
        raise MalformedBodyError(messages.too_deep_or_long(_offer(name))) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what a JSON reader would settle silently: which of two equal keys applies."""
    body = dict(pairs)
    if len(body) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise MalformedBodyError(messages.key_twice(_quoted(twice)))
    return body


def _refuse_constant(constant: str) -> None:
    """Refuse the numbers that Python reads though JSON does not have them."""
    raise MalformedBodyError(messages.not_finite(constant))


def _sentence(error: ValidationError) -> str:
    """Return what a schema error means, without repeating a value that may be of any size."""
    schema: Any = error.schema
    body: Any = error.instance
    if error.validator == "pattern" and body:
        return messages.must_be(_quoted(error.absolute_path[0]), messages.BACKEND_NAME)
    if error.absolute_path:
        return messages.must_be(_quoted(error.absolute_path[0]), _expected(schema))
    if error.validator == "required":
        lacking = next(key for key in schema["required"] if key not in body)
        return messages.key_lacking(_quoted(lacking))
    if error.validator == "additionalProperties":
        unknown = next(key for key in body if key not in schema["properties"])
        return messages.key_unknown(_quoted(unknown))
    if error.validator == "minProperties":
        return messages.NAMES_NOTHING
    return messages.NO_OBJECT


def _offer(name: str) -> str:
    """Return what a body may hold."""
    schema = body_schema(name)
    required = schema.get("required", ())
    keys = (
        f"{_quoted(key)}: {_expected(value)}{'' if key in required else messages.OPTIONAL}"
        for key, value in schema["properties"].items()
    )
    return messages.send_object(keys)


def _expected(schema: dict[str, Any]) -> str:
    """Describe the values that one key takes."""
    if "anyOf" in schema:
        return ", or ".join(map(_expected, schema["anyOf"]))
    if "enum" in schema:
        return messages.one_of(map(_quoted, schema["enum"]))
    if schema["type"] == "boolean":
        return messages.BOOLEAN
    if schema["type"] == "number":
        return messages.number_between(schema["minimum"], schema["maximum"])
    if schema["type"] == "array":
        return messages.texts_between(schema["minItems"], schema["maxItems"])
    if "maxLength" in schema:
        return messages.text_between(schema["minLength"], schema["maxLength"])
    return messages.TEXT


def _quoted(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _EXCERPT_LENGTH else f'{text[:_EXCERPT_LENGTH]}…"'


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

"""Requests that were right and have been damaged on their way."""

from __future__ import annotations

import json


def damaged(chance, body):
    """Change a right body in a random place, cut it, fill it with noise, or leave it as it is."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        place = chance.randrange(len(body))
        return body[:place] + chance.randbytes(1) + body[place + 1 :]
    if kind == 2:
        return body[: chance.randrange(len(body))]
    if kind == 3:
        values = ["true", "null", "-1", "1e400", "[]", "{}", '"\\ud800"', '"\\u0000"', '"x"', "9" * 400, '"%s"']
        key = chance.choice(["kernel_id", "paused", "enabled", "figures", "timeout", "backend", ""])
        return json.dumps({key: "HERE"}).replace('"HERE"', chance.choice(values)).encode()
    return body

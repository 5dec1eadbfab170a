"""The OpenAPI document and the plot state's schema are right, and the server does what they say."""

from __future__ import annotations

import asyncio
import copy
import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator
from plot_states import full_plot_state, plot_state

from jupyter_mpl_guard.agent.protocol import (
    DataChoice,
    NextRestore,
    RestorePolicy,
    Status,
    Trigger,
    Wanted,
)
from jupyter_mpl_guard.agent.protocol.actions import FORMATS, LEAST_DPI, MOST_DPI
from jupyter_mpl_guard.agent.protocol.check_status import CheckStatus
from jupyter_mpl_guard.agent.protocol.figure_state import FigureState
from jupyter_mpl_guard.cli.arguments import MOST_SECONDS
from jupyter_mpl_guard.figure_routes import MIME_TYPES
from jupyter_mpl_guard.schemas import openapi, served_openapi

PROJECT = Path(__file__).parents[2]


def plot_state_validator():
    return Draft202012Validator(
        openapi()["components"]["schemas"]["PlotState"], format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(openapi()).validate()


def test_the_served_document_needs_no_second_file():
    document = yaml.safe_load(served_openapi("/base/"))
    assert document["servers"][0]["url"] == "/base"
    references = set(re.findall(r"\$ref: ['\"]?([^'\"\s]+)", served_openapi("/base/").decode()))
    assert references
    assert all(reference.startswith("#/components/") for reference in references)
    OpenAPIV31SpecValidator(document).validate()


async def test_the_document_is_served_as_yaml(jp_fetch, jp_base_url):
    response = await jp_fetch("mpl-guard", "spec.yaml")
    assert response.headers["Content-Type"] == "application/yaml"
    document = yaml.safe_load(response.body)
    assert document["paths"] == openapi()["paths"]
    assert document["servers"][0]["url"] == jp_base_url.rstrip("/")


def choices(schema):
    """Return the values of each enumeration in a part of the document, by the key that has it."""
    if isinstance(schema, list):
        return [each for part in schema for each in choices(part)]
    if not isinstance(schema, dict):
        return []
    own = [tuple(schema["enum"])] if isinstance(schema.get("enum"), list) else []
    return own + [each for part in schema.values() for each in choices(part)]


@pytest.mark.parametrize(
    ("name", "owners"),
    [
        ("PlotState", [Status, FigureState, Trigger]),
        ("FigurePolicy", [RestorePolicy]),
        ("DataPolicy", [DataChoice]),
        ("KernelRequest", [NextRestore]),
        ("ReinitRequest", [Wanted, Wanted]),
        ("Check", [CheckStatus]),
    ],
)
def test_the_values_of_an_enumeration_are_those_of_the_class_that_owns_it(name, owners):
    schema = openapi()["components"]["schemas"][name]
    assert choices(schema) == [tuple(each.value for each in owner) for owner in owners]


@pytest.mark.parametrize(("name", "owner"), [("figures", RestorePolicy), ("data", DataChoice)])
def test_the_choices_of_a_setting_are_those_of_the_class_that_owns_them(name, owner):
    setting = json.loads((PROJECT / "schema" / "settings.json").read_text())["properties"][name]
    assert [each["const"] for each in setting["oneOf"]] == [each.value for each in owner]


def test_the_command_line_waits_as_long_as_the_server_does_at_most():
    timeouts = [
        each["properties"]["timeout"]["maximum"]
        for each in openapi()["components"]["schemas"].values()
        if "timeout" in each.get("properties", {})
    ]
    assert timeouts
    assert set(timeouts) == {MOST_SECONDS}


def test_all_formats_of_an_export_are_documented_and_have_a_mime_type():
    assert choices(openapi()["components"]["schemas"]["ExportRequest"]) == [FORMATS]
    assert tuple(MIME_TYPES) == FORMATS


def test_an_agent_and_the_command_line_take_the_resolutions_that_are_documented():
    documented = openapi()["components"]["schemas"]["ExportRequest"]["properties"]["dpi"]
    assert (documented["minimum"], documented["maximum"]) == (LEAST_DPI, MOST_DPI)


@pytest.mark.parametrize("state", [plot_state(), full_plot_state(), plot_state(status="absent", backend=None)])
def test_real_plot_states_are_valid(state):
    plot_state_validator().validate(state)


@pytest.mark.parametrize(
    ("said", "is_right"),
    [
        ({"cell": "c1", "state": "lost", "why": "gone"}, True),
        ({"cell": None}, True),
        ({"cell": ""}, False),
        ({"state": "dead"}, False),
        ({"why": None}, False),
    ],
)
def test_what_is_said_of_a_figure_is_optional_and_checked(said, is_right):
    state = full_plot_state()
    state["figures"][0].update(said)
    assert plot_state_validator().is_valid(state) == is_right


def parts(value, path=()):
    """List the paths of all objects in a plot state whose keys are fixed."""
    free = {"rc_params", "aliases", "print_figure_kwargs", "rc"}
    if isinstance(value, dict) and not free.intersection(path):
        yield path
        for key, item in value.items():
            yield from parts(item, (*path, key))
    elif isinstance(value, list) and value:
        yield from parts(value[0], (*path, 0))


def at(state, path):
    for key in path:
        state = state[key]
    return state


FIXED_PARTS = list(parts(full_plot_state()))


@pytest.mark.parametrize("path", FIXED_PARTS)
def test_no_key_of_a_plot_state_may_be_left_out_or_made_up(path):
    validator = plot_state_validator()
    for key in at(full_plot_state(), path):
        state = copy.deepcopy(full_plot_state())
        del at(state, path)[key]
        with pytest.raises(ValidationError):
            validator.validate(state)
    state = copy.deepcopy(full_plot_state())
    at(state, path)["made_up"] = 1
    with pytest.raises(ValidationError):
        validator.validate(state)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"incarnation": 0},
        {"status": "dead"},
        {"backend": ""},
        {"backend": 5},
        {"interactive": None},
        {"rc_params": {"figure.dpi": {}}},
        {"aliases": {"plt": None}},
        {"message": None},
        {"last_restore": {**full_plot_state()["last_restore"], "trigger": "accident"}},
        {"last_restore": {**full_plot_state()["last_restore"], "at": "yesterday"}},
        {"last_restore": {**full_plot_state()["last_restore"], "took_ms": -1}},
    ],
)
def test_values_of_another_kind_are_no_plot_state(change):
    with pytest.raises(ValidationError):
        plot_state_validator().validate(plot_state(**change))


async def test_the_server_does_what_it_says(jp_serverapp, fetch_json, jp_base_url, jp_auth_header, http_server_client):
    for kernel in ("python3", "echo"):  # one that the guard looks after, one that is not Python
        code, _ = await fetch_json("POST", "api", "kernels", body={"name": kernel})
        assert code == 201
    answered = set()
    jp_serverapp.web_app.settings["log_function"] = lambda handler: answered.add(
        (handler.request.method, type(handler).__name__, handler.get_status())
    )
    base = http_server_client.get_url(jp_base_url)
    schemathesis = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(PROJECT / "schemathesis.toml"), "run"),
        *(f"{base}mpl-guard/spec.yaml", "--url", base.rstrip("/")),
        *("--header", f"Authorization: {jp_auth_header['Authorization']}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await schemathesis.communicate()
    assert schemathesis.returncode == 0, output.decode()
    # It found its way to the kernels, and to every kind of answer that the description has for calls like its own.
    expected = {
        ("POST", "ReinitHandler"): {400, 403, 404},
        ("GET", "KernelsHandler"): {200, 403},
        ("GET", "KernelHandler"): {200, 403, 404},
        ("PATCH", "KernelHandler"): {200, 400, 403, 404},
        ("GET", "DiagnosisHandler"): {403, 404},
        ("GET", "BackendsHandler"): {403, 404},
        ("GET", "CodeHandler"): {200, 403, 404},
        ("DELETE", "KernelHandler"): {204, 403, 404},
        ("DELETE", "FigureHandler"): {403, 404},
        ("GET", "PictureHandler"): {403, 404},
        ("POST", "ExportHandler"): {400, 403, 404},
        ("PUT", "PolicyHandler"): {200, 400, 403},
    }
    for (method, handler), codes in expected.items():
        assert {code for *key, code in answered if key == [method, handler]} >= codes, (method, handler)
    # Which of the two kernels it asks to be reinitialised is left to it.
    assert {("POST", "ReinitHandler", 200), ("POST", "ReinitHandler", 409)} & answered

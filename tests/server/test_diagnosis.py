"""Diagnosis, backends and code over HTTP: of idle, busy, unguarded and dead kernels, and what only the server knows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from server_kernels import LIMIT, PLOT

from jupyter_mpl_guard import messages
from jupyter_mpl_guard.schemas import openapi

SCHEMAS = {"diagnosis": "Diagnosis", "backends": "Backends", "code": "Code"}


@pytest.fixture
def question(call):
    """Ask a kernel a question and validate the answer against its schema."""

    async def ask(kernel_id, path):
        code, answer = await call("GET", f"kernels/{kernel_id}/{path}")
        name = {200: SCHEMAS[path], 202: "Busy"}.get(code, "Error")
        schema = {"$ref": f"#/components/schemas/{name}", "components": openapi()["components"]}
        Draft202012Validator(schema).validate(answer)
        return code, answer

    return ask


async def test_an_idle_kernel_answers_and_the_server_adds_its_checks(question, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    code, answer = await question(kernel_id, "diagnosis")
    assert code == 200
    assert {each["id"]: each["status"] for each in answer["checks"] if each["status"] != "ok"} == {}
    names = [each["id"] for each in answer["checks"]]
    assert len(set(names)) == len(names)
    assert {"guard", "notebooks", "ipympl-in-page", "widget-manager"} < set(names)
    code, answer = await question(kernel_id, "code")
    assert (code, answer["code"]) == (
        200,
        'import matplotlib.pyplot as plt\nplt.rcParams.update({\n    "lines.linewidth": 7.5,\n})\n',
    )
    code, answer = await question(kernel_id, "backends")
    assert (code, answer["backends"][0]) == (200, {"name": "inline", "usable": True, "why": ""})
    assert answer["origin"]
    assert answer["defaults"] == {"lines.linewidth": 1.5}


async def test_a_kernel_that_has_just_become_idle_is_asked(question, kernel, run, jp_serverapp):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    # What a kernel publishes is heard later than its answers.
    manager = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    manager.execution_state = "busy"
    asyncio.get_running_loop().call_later(0.1, setattr, manager, "execution_state", "idle")
    code, _ = await question(kernel_id, "backends")
    assert code == 200


async def test_a_busy_kernel_is_asked_nothing_and_its_code_is_known_all_the_same(question, kernel, run, occupied):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    idle = await question(kernel_id, "code")
    async with occupied(kernel_id):
        for path in ("diagnosis", "backends"):
            assert await question(kernel_id, path) == (202, {"message": messages.BUSY_NOW, "checks": []})
        assert await question(kernel_id, "code") == idle


async def test_what_was_wrong_after_an_incomplete_restore_is_known_while_the_kernel_is_busy(
    question, call, kernel, run, occupied, fetch_json, jp_serverapp
):
    kernel_id = await kernel()
    await run(
        kernel_id, PLOT + "; plt.rcParams['font.family'] = 'Nowhere Sans'; plt.rcParams['image.cmap'] = 'nowhere'"
    )
    code, _ = await fetch_json("POST", "api", "kernels", kernel_id, "restart", request_timeout=LIMIT)
    await run(kernel_id, "plt.rcParams")
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert state["status"] == "partial"
    file = Path(jp_serverapp.runtime_dir, f"mpl-guard-{kernel_id}", "diagnosis.json")
    async with asyncio.timeout(LIMIT):
        while not file.exists():
            await asyncio.sleep(0.05)
    async with occupied(kernel_id):
        code, answer = await question(kernel_id, "diagnosis")
    assert code == 202
    assert "fonts" in [each["id"] for each in answer["checks"] if each["status"] == "problem"]


async def test_a_question_changes_nothing_in_the_kernel(question, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "x, count = 1, get_ipython().execution_count")
    keys = ("status", "incarnation", "backend", "interactive", "rc_params", "inline", "aliases", "figures")
    _, before = await call("GET", f"kernels/{kernel_id}")
    for path in SCHEMAS:
        await question(kernel_id, path)
    _, after = await call("GET", f"kernels/{kernel_id}")
    assert {key: after[key] for key in keys} == {key: before[key] for key in keys}
    await run(kernel_id, "assert get_ipython().execution_count == count + 1")


async def test_an_unguarded_kernel_says_so(question, call, kernel):
    await call("PUT", "policy", {"enabled": False})
    kernel_id = await kernel()
    code, answer = await question(kernel_id, "diagnosis")
    assert code == 200
    assert answer["checks"][0]["sentence"] == messages.UNGUARDED
    assert (await question(kernel_id, "backends"))[0] == 409
    assert await question(kernel_id, "code") == (200, {"code": ""})
    await call("PUT", "policy", {"enabled": True})
    await call("POST", "reinit", {"kernel_id": kernel_id})
    code, answer = await question(kernel_id, "diagnosis")
    assert answer["checks"][0]["status"] == "ok"


async def test_a_kernel_of_another_language_has_no_diagnosis(question, kernel):
    kernel_id = await kernel("echo")
    for path in ("diagnosis", "backends"):
        code, answer = await question(kernel_id, path)
        assert (code, answer["message"]) == (409, messages.NOT_PYTHON)


async def test_several_notebooks_on_one_kernel_are_named_until_each_has_its_own(
    question, kernel, fetch_json, jp_root_dir
):
    kernel_id, other = await kernel(), await kernel()
    sessions = []
    for name, kind in (("one.ipynb", "notebook"), ("two.ipynb", "notebook"), ("console", "console")):
        (jp_root_dir / name).write_text("{}")
        body = {"path": name, "type": kind, "name": name, "kernel": {"id": kernel_id}}
        code, session = await fetch_json("POST", "api", "sessions", body=body, request_timeout=LIMIT)
        assert code == 201
        sessions.append(session["id"])

    async def found(of):
        code, answer = await question(of, "diagnosis")
        while code == 202:  # it is not up yet
            await asyncio.sleep(0.05)
            code, answer = await question(of, "diagnosis")
        return next(each for each in answer["checks"] if each["id"] == "notebooks")

    assert (await found(kernel_id))["sentence"].endswith("one.ipynb, two.ipynb.")
    assert (await found(kernel_id))["remedy"] == messages.GIVE_KERNELS
    code, _ = await fetch_json("PATCH", "api", "sessions", sessions[1], body={"kernel": {"id": other}})
    assert code == 200
    assert (await found(other))["status"] == "ok"

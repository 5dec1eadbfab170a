"""The documentation names the settings, traits and calls that there are, and its links lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

from jupyter_mpl_guard import messages
from jupyter_mpl_guard.agent.diagnosis import sentences
from jupyter_mpl_guard.agent.diagnosis.answers import CHECKS
from jupyter_mpl_guard.agent.protocol import DIARY_DIR
from jupyter_mpl_guard.app import MplGuardApp

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)
FILES_MADE_ELSEWHERE = {"src/plotState.ts", "notebook.json"}
"""By the build, and by the guard."""

SERVER_REMEDIES = {
    "guard": (messages.GUARD_IT, messages.RESTART),
    "notebooks": (messages.GIVE_KERNELS,),
    "ipympl-in-page": (messages.INSTALL_IPYMPL, messages.UPDATE_IPYMPL),
    "widget-manager": (messages.INSTALL_WIDGET_MANAGER, messages.ENABLE_WIDGET_MANAGER),
}
"""Check of the server to its remedies."""

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows of a page."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def anchors(page: Path) -> set[str]:
    """Return the names under which the headings of a page can be linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def links() -> list[tuple[Path, str]]:
    """Return each link and picture of the pages that is not a web address."""
    found = [(page, target) for page in PAGES for target in re.findall(r"\]\(([^)]+)\)", page.read_text())]
    return [(page, target) for page, target in found if not target.startswith("http")]


@pytest.mark.parametrize(("page", "target"), links(), ids=lambda part: getattr(part, "name", part))
def test_links_lead_to_pages_and_headings_that_are_there(page: Path, target: str) -> None:
    path, _, heading = target.partition("#")
    linked = (page.parent / path).resolve() if path else page
    assert linked.exists()
    assert not heading or heading in anchors(linked)


def test_the_files_that_the_page_on_architecture_names_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    places = ("jupyter_mpl_guard", "src", "tests", "benchmarks", "schema", "docs")
    files = [path.relative_to(ROOT).as_posix() for place in places for path in (ROOT / place).rglob("*.*")]
    named = set(re.findall(r"`([\w/]+\.(?:py|tsx?|json|yaml|md))`", page)) - FILES_MADE_ELSEWHERE
    assert [name for name in sorted(named) if not any(f"/{path}".endswith(f"/{name}") for path in files)] == []


def test_walks_and_the_table_of_changes_are_short() -> None:
    _, *parts = re.split(r"^##+ ", (ROOT / "docs" / "architecture.md").read_text(), flags=re.MULTILINE)
    steps = {part.split("\n")[0]: len(re.findall(r"^\d+\. ", part, re.MULTILINE)) for part in parts}
    assert {walk for walk, count in steps.items() if count} == {
        "A restart",
        "A checkpoint after a cell",
        "The page",
    }
    assert max(steps.values()) <= 10
    (changes,) = (part for part in parts if part.startswith("Where does my change go"))
    assert len(rows(changes)) - 2 <= 15


def test_the_settings_are_documented_with_their_titles_and_defaults() -> None:
    settings = json.loads((ROOT / "schema" / "settings.json").read_text())["properties"]
    described = {}
    for first, default, *_ in rows(CONFIGURATION):
        if named := re.fullmatch(r"(.*) \(`(\w+)`\)", first):
            described[named[2]] = (named[1], {"on": True, "off": False}.get(default, default.strip("`")))
    assert described == {name: (each["title"], each["default"]) for name, each in settings.items()}


def test_the_traits_are_documented_with_their_defaults() -> None:
    described = {}
    for first, default, *_ in rows(CONFIGURATION):
        if named := re.fullmatch(r"`c\.MplGuardApp\.(\w+)`", first):
            described[named[1]] = yaml.safe_load(default.strip("`"))
    own = MplGuardApp.class_own_traits(config=True)
    usual = {"never_keep": "names like credentials"}  # a long list
    assert described == {name: usual.get(name, trait.default_value) for name, trait in own.items()}


def test_the_rest_calls_are_documented() -> None:
    paths = yaml.safe_load((ROOT / "jupyter_mpl_guard" / "schemas" / "openapi.yaml").read_text())["paths"]
    verbs = {"get", "post", "put", "patch", "delete"}
    calls = {f"`{verb.upper()} {path}`" for path, each in paths.items() for verb in verbs & set(each)}
    page = (ROOT / "docs" / "rest.md").read_text()
    assert {first for first, *_ in rows(page) if first.startswith("`")} == calls


def test_the_checks_of_the_diagnosis_are_documented_with_their_remedies() -> None:
    page = (ROOT / "docs" / "diagnosis.md").read_text()
    described = {first.strip("`"): tuple(last.split("<br>")) for first, *_, last in rows(page) if first[:1] == "`"}
    assert list(sentences.REMEDIES) == list(CHECKS)
    assert described == {**sentences.REMEDIES, **SERVER_REMEDIES}


def snippets(language: str) -> list[str]:
    """Return the blocks in one language of the page on kernels elsewhere."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", (ROOT / "docs" / "remote.md").read_text(), re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize("snippet", snippets("python"))
def test_the_lines_of_configuration_to_copy_can_be_read(snippet: str) -> None:
    config = Config()
    exec(compile(snippet, "config.py", "exec"), {"c": config})
    assert config
    assert set(config.get("MplGuardApp", {})) <= set(MplGuardApp.class_trait_names())


def test_the_documents_to_copy_can_be_read() -> None:
    documents = [yaml.safe_load(each) for each in snippets("yaml")] + [json.loads(each) for each in snippets("json")]
    assert len(documents) == 4
    named = [each["env"][DIARY_DIR] for each in documents if "env" in each]
    assert all(path.startswith(("/", "${HOME}/")) for path in named)
    assert len(named) == 2

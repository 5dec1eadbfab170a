"""The results as a table, a JSON file and a plot."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
PACKAGES = ("jupyter_server", "ipykernel", "ipython", "matplotlib")


@dataclass
class Result:
    """One question and its answers.

    Attributes
    ----------
    question : str
        What was measured.
    milliseconds : dict
        Contender to its single times.
    budget : str
        What was promised, as a sentence.
    figure : float
        What is compared with the budget, in the budget's unit.
    kept : bool
        Whether the budget was kept.
    """

    question: str
    milliseconds: dict[str, list[float]]
    budget: str
    figure: float
    kept: bool


def difference(question: str, taken: dict[str, list[float]], most: float) -> Result:
    """Compare the difference of two medians, guarded less plain, with a budget in milliseconds."""
    more = median(taken["guarded"]) - median(taken["plain"])
    return Result(question, taken, f"at most {most:g} ms more", more, more <= most)


def ratio(question: str, taken: dict[str, list[float]], most: float) -> Result:
    """Compare the ratio of two medians, guarded to plain, with a budget."""
    share = median(taken["guarded"]) / median(taken["plain"])
    return Result(question, taken, f"at most {most:g} x", share, share <= most)


def at_most(question: str, taken: dict[str, list[float]], most: float) -> Result:
    """Compare the median of the only contender with a budget in milliseconds."""
    (times,) = taken.values()
    return Result(question, taken, f"at most {most:g} ms", median(times), median(times) <= most)


def table(results: list[Result]) -> str:
    """Return the results as lines of text: medians in milliseconds."""
    names = list(dict.fromkeys(name for result in results for name in result.milliseconds))
    lines = [f"{'median, ms':44}" + "".join(f"{name:>11}" for name in names) + f"{'figure':>9}  budget"]
    for result in results:
        cells = "".join(
            f"{median(result.milliseconds[name]):11.2f}" if name in result.milliseconds else f"{'-':>11}"
            for name in names
        )
        verdict = "kept" if result.kept else "NOT KEPT"
        lines.append(f"{result.question:44}{cells}{result.figure:9.2f}  {result.budget}: {verdict}")
    return "\n".join(lines)


def write(results: list[Result]) -> None:
    """Write ``results.json`` and ``results.png`` beside the benchmarks."""
    setting = {"python": platform.python_version()} | {package: version(package) for package in PACKAGES}
    document = {"setting": setting, "results": [asdict(result) for result in results]}
    (HERE / "results.json").write_text(json.dumps(document, indent=1))
    plot(results, HERE / "results.png")


def plot(results: list[Result], path: Path) -> None:
    """Draw each question's single times as boxes, contender beside contender."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(results), figsize=(3.2 * len(results), 3.6), layout="constrained")
    for ax, result in zip(axes, results, strict=True):
        ax.boxplot(list(result.milliseconds.values()), tick_labels=list(result.milliseconds), showfliers=False)
        ax.set_title(result.question, fontsize=8)
        ax.set_ylabel("ms")
        ax.set_ylim(bottom=0)
    figure.savefig(path, dpi=100)

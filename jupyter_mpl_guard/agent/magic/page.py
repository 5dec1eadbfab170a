"""A summary as HTML, for clients that show it; every text in it is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..state.summary import Summary


def page(summary: Summary) -> str:
    """Return a summary as HTML."""
    table = _head(summary.head) + "".join(map(_row, summary.rows))
    return "".join(
        [
            *map(_paragraph, summary.sentences),
            f"<table>{table}</table>" if table else "",
            *map(_paragraph, summary.after),
        ]
    )


def listing(text: str) -> str:
    """Return lines of code or of a help text as HTML, spaces and all."""
    return f"<pre>{escape(text)}</pre>"


def _paragraph(sentence: str) -> str:
    return f"<p>{escape(sentence)}</p>"


def _head(cells: Iterable[str]) -> str:
    row = "".join(f'<th style="text-align: left">{escape(cell)}</th>' for cell in cells)
    return f"<thead><tr>{row}</tr></thead>" if row else ""


def _row(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in cells) + "</tr>"

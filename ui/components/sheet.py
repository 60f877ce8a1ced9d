"""The frame of every component: scripts, styles and the article pane that all of them share.

A component is drawn by the files in frontend/; what they do in common is in sheet.js.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.types import Citation, Span
from ui.components.article import KnownArticle, view_article

if TYPE_CHECKING:
    from factcheck.index.records import StoredUtterance

FRONTEND = Path(__file__).parent / "frontend"
# Streamlit accepts one module; the order is that of use.
SCRIPTS = ("dom.js", "chips.js", "find.js", "article.js", "sheet.js")
STYLES = ("sheet.css", "article.css")
_BODY = """<div class="sheet {name}">
  <div class="status" role="status" aria-live="polite"></div>
  {body}
  <div class="card" id="factcheck-card-{name}" role="tooltip" popover="manual" hidden></div>
  <aside class="pane" role="complementary" popover="manual" hidden>
    <div class="bar"></div>
    <div class="scroller" tabindex="0" role="document"></div>
  </aside>
</div>"""

Show = Callable[..., None]
OnEvent = Callable[[str, Any], None]


class Texts(Protocol):
    """What an article is read from; an opened index fits."""

    def text(self, file: str) -> str:
        """Return an article's exact text."""

    def boilerplate(self, file: str) -> tuple[Span, ...]:
        """Return its spans that are not part of its story."""

    def utterances(self, file: str) -> list[StoredUtterance]:
        """Return who says what in it."""


def declare(
    name: str, *, body: str, scripts: Sequence[str], styles: Sequence[str] = (), events: Sequence[str] = ()
) -> Show:
    """Declare a component and return what shows it; to be called once, where a module is loaded.

    Args:
        name: Of the component; also the class of its root element.
        body: Markup inside the root; never anything from a visitor or an article.
        scripts: Files of frontend/ beyond the shared ones; the last has the default export.
        styles: The same for its styles.
        events: Names that its scripts send beyond "opened".
    """
    renderer: list[Callable[..., Any]] = []

    def show(data: Mapping[str, Any], *, key: str, on_event: OnEvent) -> None:
        """Show the component.

        Args:
            data: Plain text in plain containers, never markup.
            key: Identity of the component and name of its state.
            on_event: Called with an event's name and value before the page runs again. The browser is not
                trusted: a value may be anything that JSON can hold.
        """
        if not renderer:
            renderer.append(
                st.components.v2.component(
                    f"factcheck.{name}",
                    html=_BODY.format(name=name, body=body),
                    css=_join((*STYLES, *styles)),
                    js=_join((*SCRIPTS, *scripts)),
                )
            )

        def notify(event: str) -> Callable[[], None]:
            return lambda: on_event(event, st.session_state[key].get(event))

        # In a list, because Streamlit imports pandas, half a second, to look for tables in a mapping.
        renderer[0](
            key=key, data=[dict(data)], **{f"on_{event}_change": notify(event) for event in ("opened", *events)}
        )

    return show


def view_opened(
    group: str,
    position: int,
    citations: Sequence[Citation],
    texts: Texts,
    articles: Mapping[str, KnownArticle],
) -> dict[str, Any]:
    """Return the open article and its place among the citations of a group, for `data["opened"]`.

    Args:
        group: Id of the group.
        position: Of the citation that is open, from 0.
        citations: All of the group, in reading order.
        texts: Where articles are read; one that is gone is shown as such.
        articles: Articles by file, for titles and dates.
    """
    file = citations[position].file
    cited = {key: each for key, each in enumerate(citations) if each.file == file}
    article = _view_text(file, cited, position, texts, articles)
    return {"group": group, "position": position, "count": len(citations), "article": article}


def view_reading(file: str, texts: Texts, articles: Mapping[str, KnownArticle]) -> dict[str, Any]:
    """Return an article to be read from its beginning, without a citation, for `data["opened"]`."""
    return {"group": "", "position": -1, "count": 0, "article": _view_text(file, {}, None, texts, articles)}


def _view_text(
    file: str,
    citations: Mapping[int, Citation],
    selected: int | None,
    texts: Texts,
    articles: Mapping[str, KnownArticle],
) -> dict[str, Any]:
    try:
        text, boilerplate, utterances = texts.text(file), texts.boilerplate(file), texts.utterances(file)
    except FactcheckError:  # removed since
        text, boilerplate, utterances = "", (), []
    return view_article(
        file,
        text,
        boilerplate=boilerplate,
        citations=citations,
        selected=selected,
        articles=articles,
        utterances=utterances,
    )


def _join(names: tuple[str, ...]) -> str:
    return "\n".join((FRONTEND / name).read_text("utf-8") for name in names)

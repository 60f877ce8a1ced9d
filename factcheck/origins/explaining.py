"""Why files count as one origin: the fewest links that hold them together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from factcheck.origins.records import Link


@dataclass(frozen=True, slots=True)
class SharedOrigin:
    """Files of one origin and what links them.

    Attributes:
        files: The files that were asked about.
        links: Reasons that lead from one to the next, perhaps over files that were not asked about; empty where
            there is one file, or where the index holds no reason any more.
    """

    files: tuple[str, ...]
    links: tuple[Link, ...]


def explain_origins(origins: Mapping[str, str | None], links: Iterable[Link]) -> tuple[SharedOrigin, ...]:
    """Return the files grouped by origin, with the links that make each a group.

    Args:
        origins: Origin of each file asked about; a file without one stands alone.
        links: Between these files and others of their origins.
    """
    groups: dict[str, list[str]] = {}
    for file, origin in origins.items():
        groups.setdefault(origin or f"alone {file}", []).append(file)
    strongest: dict[str, dict[str, Link]] = {}
    for link in sorted(links, key=lambda link: link.strength):
        strongest.setdefault(link.a, {})[link.b] = link
        strongest.setdefault(link.b, {})[link.a] = link
    return tuple(SharedOrigin(tuple(files), _connect(files, strongest)) for files in groups.values())


def _connect(files: Sequence[str], links: Mapping[str, Mapping[str, Link]]) -> tuple[Link, ...]:
    found: dict[tuple[str, str], Link] = {}
    for file in files[1:]:
        for link in _path(files[0], file, links):
            found[link.a, link.b] = link
    return tuple(found.values())


def _path(start: str, end: str, links: Mapping[str, Mapping[str, Link]]) -> list[Link]:
    """Return the fewest links between two files, the strongest first at each step; none where none lead there."""
    came: dict[str, tuple[str, Link] | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there, link in sorted(links.get(here, {}).items(), key=lambda item: -item[1].strength):
            if there not in came:
                came[there] = (here, link)
                waiting.append(there)
    path, at = [], came.get(end)
    while at is not None:
        path.append(at[1])
        at = came[at[0]]
    return path[::-1]

"""Why files are one origin: the fewest links that hold them together."""

from __future__ import annotations

from factcheck.origins.explaining import explain_origins
from factcheck.origins.records import Link


def link(a: str, b: str, strength: float = 0.9) -> Link:
    return Link(a, b, "near_copy", strength)


def test_files_of_one_origin_are_linked_and_others_stand_alone() -> None:
    groups = explain_origins({"a": "o1", "b": "o2", "c": "o1", "d": None}, [link("a", "c")])
    assert [(group.files, group.links) for group in groups] == [
        (("a", "c"), (link("a", "c"),)),
        (("b",), ()),
        (("d",), ()),
    ]


def test_links_lead_over_files_that_nobody_cites_by_the_shortest_way() -> None:
    links = [link("a", "x"), link("x", "y"), link("y", "b"), link("x", "b", 0.5)]
    (group,) = explain_origins({"a": "o1", "b": "o1"}, links)
    assert group.links == (link("a", "x"), link("x", "b", 0.5))


def test_of_two_reasons_the_stronger_is_given_and_a_lost_one_is_none() -> None:
    (group,) = explain_origins({"a": "o1", "b": "o1"}, [link("a", "b", 0.9), link("a", "b", 0.2)])
    assert group.links == (link("a", "b", 0.9),)
    (group,) = explain_origins({"a": "o1", "b": "o1"}, [])
    assert (group.files, group.links) == (("a", "b"), ())

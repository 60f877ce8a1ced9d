"""Who says what over all files: the utterances of the index, gathered into people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from factcheck.comparing.citing import CitationList
from factcheck.comparing.records import LikelyVariant, Saying, Voice
from factcheck.index.records import StoredUtterance
from factcheck.speech.people import Mention, gather_people
from factcheck.types import SourceSentence


def gather_voices(
    utterances: Sequence[StoredUtterance],
    sentences: Mapping[str, Sequence[SourceSentence]],
    citations: CitationList,
) -> tuple[Voice, ...]:
    """Return each person and body with what they say, those in most files first, the unnamed last.

    Args:
        utterances: Of the compared files, by file and place.
        sentences: All sentences of each file, in order.
        citations: Where quotes get their ids.
    """
    said: dict[tuple[str, str | None], list[Saying]] = defaultdict(list)
    mentions: list[Mention] = []
    for stored in utterances:
        saying = _cite(stored, sentences.get(stored.file, ()), citations)
        if saying is None:
            continue
        name = stored.utterance.speaker
        said[stored.file, name].append(saying)
        if name is not None:
            mentions.append(Mention(stored.file, name, stored.utterance.role))
    voices = []
    placed: set[tuple[str, str | None]] = set()
    for person in gather_people(mentions):
        places = sorted({(mention.file, mention.name) for mention in person.mentions})
        placed.update(places)
        sayings = [saying for place in places for saying in said.get(place, ())]
        variants = tuple(LikelyVariant(each.name, tuple(each.files), each.reason) for each in person.variants)
        files = tuple(sorted({file for file, _ in places}))
        voices.append(Voice(person.name, tuple(person.roles), files, variants, tuple(sayings)))
    voices.sort(key=lambda voice: (-len(voice.files), -len(voice.sayings), voice.name or ""))
    # "A US official" is nobody in particular: two files may mean two people.
    unnamed = [(place[0], saying) for place, found in said.items() if place not in placed for saying in found]
    if unnamed:
        files = tuple(sorted({file for file, _ in unnamed}))
        voices.append(Voice(None, (), files, (), tuple(saying for _, saying in unnamed)))
    return tuple(voices)


def _cite(stored: StoredUtterance, sentences: Sequence[SourceSentence], citations: CitationList) -> Saying | None:
    """Return an utterance as the record shows it, or None where its article has changed meanwhile."""
    utterance = stored.utterance
    first = next((each for each in sentences if each.ordinal == utterance.first), None)
    if first is None or first.sha256 != stored.sha256:
        return None
    cited = citations.add(first, utterance.start, utterance.end, speaker=utterance.speaker, via=utterance.via)
    content = tuple((span.start, span.end) for span in utterance.content)
    return Saying(cited, utterance.kind, utterance.cue, content, utterance.chain)

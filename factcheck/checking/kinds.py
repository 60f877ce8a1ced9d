"""What sort of sentence somebody wants checked: a claim about the world, or a question, an opinion, a prediction.

Narrow on purpose: a claim that is refused for nothing costs more than an opinion that no article bears out.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

from factcheck.claims.documents import ClaimDoc
from factcheck.lexicon import CUES
from factcheck.speech.words import BARE_CUES

ClaimKind = Literal["checkable", "prediction", "question", "request", "opinion", "foreign", "nothing"]
# Kinds that articles can bear out or refute. A prediction can be: they may tell that it was announced or called off.
CHECKED: frozenset[ClaimKind] = frozenset({"checkable", "prediction"})

_WH = frozenset("who whom whose what which where when why how".split())
_ASKING = frozenset(
    "do does did is are was were am has have had can could will would shall should may might must".split()
)
_OWN_VIEW = frozenset("think believe feel guess suppose hope wish love hate like prefer doubt reckon".split())
# Verbs that tell of speech without a clause behind them.
_SPEAKING = BARE_CUES | frozenset(
    "accuse admit apologise apologize blame claim complain concede criticise criticize demand denounce insist lament "
    "pledge praise promise suggest thank threaten vow".split()
)
# Words that judge and measure nothing.
_JUDGING = frozenset(
    "beautiful ugly lovely nice wonderful marvellous marvelous terrific awful terrible horrible dreadful disgusting "
    "disgraceful shameful pathetic ridiculous stupid idiotic silly boring amazing fantastic brilliant gorgeous evil "
    "wicked outrageous overrated underrated tasteless delightful charming hideous adorable contemptible despicable "
    "disgrace scandal shame masterpiece nonsense joke idiot fool genius coward hero villain".split()
)
_SUPERLATIVE = frozenset({"best", "worst", "greatest", "finest", "nicest"})
_SEEMING = frozenset({"be", "seem", "look", "sound"})
_OUGHT = frozenset({"should", "ought"})
# Function words of other languages written in Latin letters that are no common English words.
_FOREIGN = frozenset(
    "la le les une des du est sont avec dans pour qui ne der die das und ist nicht ein eine den dem mit von zu auf "
    "für sich el los las un una y es son que con por para del no se il gli che di per non sono della o os do da em "
    "não uma het een van en niet dat zijn och att det som är på av inte og ikke på er jest nie się".split()
) - {"no", "do", "en", "die", "den", "an"}
# English words too, and foreign only in the company of accents.
_FOREIGN_BESIDE_ACCENTS = frozenset("die hat den war was de en do a sur no an".split())


def find_kind(doc: Any, *, attributed: bool = False) -> ClaimKind:
    """Say what sort of sentence this is.

    Args:
        doc: The spaCy `Doc` of one sentence.
        attributed: The sentence tells what somebody said; that he said so can be checked, whatever it is.
    """
    words = [token for token in doc if not token.is_space and not token.is_punct]
    if _is_foreign(doc, words):
        return "foreign"
    if _is_question(doc, words):
        return "question"
    if _is_empty(words):
        return "nothing"
    if _is_request(doc, words):
        return "request"
    if attributed:
        return "checkable"
    if _is_opinion(doc):
        return "opinion"
    return "prediction" if _is_prediction(doc) else "checkable"


def tells_speech(claim: ClaimDoc) -> bool:
    """Whether a claim is itself about what somebody says: "X denied it", "the report blames Y"."""
    if claim.speech is not None:
        return True
    root = _root(claim.doc)
    lemma = root.lemma_.lower()
    clause = any(child.dep_ in {"ccomp", "xcomp"} for child in root.children)
    said = lemma in _SPEAKING or (lemma in CUES and clause)
    return said and root.pos_ == "VERB" and any(child.dep_ in {"nsubj", "agent"} for child in root.children)


def find_subject(claim: ClaimDoc) -> str:
    """Return whom a claim is about: the noun phrase of its main subject, "" where there is none."""
    root = _root(claim.doc)
    subject = next((child for child in root.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
    if subject is None:
        return ""
    own = [token for token in subject.subtree if token.i <= subject.i]
    return str(claim.doc[own[0].i : subject.i + 1].text)


def _is_foreign(doc: Any, words: list[Any]) -> bool:
    letters = [char for char in doc.text if char.isalpha()]
    if letters and sum("LATIN" in unicodedata.name(char, "") for char in letters) < len(letters) / 2:
        return True
    # Names keep their articles: "Rio de Janeiro", "El Pais".
    plain = [token for token in words if token.is_lower or token.i == 0]
    foreign = [token for token in plain if token.lower_ in _FOREIGN]
    shared = _FOREIGN | _FOREIGN_BESIDE_ACCENTS
    english = [token for token in plain if token.is_stop and token.lower_ not in shared]
    accented = any(not token.text.isascii() and token.is_lower for token in words)
    if len({token.lower_ for token in foreign}) >= 2:
        return len(foreign) > len(english)
    also = any(token.lower_ in _FOREIGN_BESIDE_ACCENTS for token in plain)
    return len(words) >= 3 and accented and (bool(foreign) or also) and not english


def _is_question(doc: Any, words: list[Any]) -> bool:
    text = doc.text.rstrip(" \"'”’)")
    if text.endswith(("?", "？", "⁇")):
        return True
    if not words:
        return False
    first, root = words[0], _root(doc)
    if first.lower_ in _WH:
        # "When the river rose, the town was warned" asks nothing, nor does "What he said was wrong".
        clause = next((above for above in first.ancestors if above.pos_ in {"VERB", "AUX"}), first)
        return bool(clause == root) and not any(
            child.dep_ in {"csubj", "advcl"} and first in child.subtree for child in root.children
        )
    subject = next((child for child in root.children if child.dep_ in {"nsubj", "nsubjpass", "expl"}), None)
    return (
        first.lower_ in _ASKING
        and (first == root or first.head == root)
        and subject is not None
        and subject.i > first.i
        and (first.pos_ == "AUX" or first.lower_ in {"do", "does", "did"})
    )


def _is_empty(words: list[Any]) -> bool:
    """Whether there is nothing to look for: no noun, name or number at all, or a bare name."""
    content = [token for token in words if token.pos_ in {"NOUN", "PROPN", "NUM"} or token.like_num]
    said = any(token.pos_ in {"VERB", "AUX"} for token in words)
    return not content or (not said and len([token for token in words if not token.is_stop]) < 4)


def _is_request(doc: Any, words: list[Any]) -> bool:
    """Whether it tells somebody to do something, as "Tell me about China" does."""
    root = _root(doc)
    opening = words[1] if words[0].lower_ == "please" and len(words) > 1 else words[0]
    bare = root.tag_ == "VB" and not any(child.dep_ in {"nsubj", "nsubjpass", "aux", "expl"} for child in root.children)
    return bool(bare and opening == root)


def _is_opinion(doc: Any) -> bool:
    root = _root(doc)
    subject = next((child for child in root.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
    if subject is not None and subject.lower_ in {"i", "we"} and root.lemma_.lower() in _OWN_VIEW:
        return True
    if any(phrase in f" {doc.text.lower()} " for phrase in (" in my opinion", " in my view", " to my mind ", " imho ")):
        return True
    if any(child.dep_ == "aux" and child.lower_ in _OUGHT for child in root.children):
        return True
    for token in doc:
        if token.dep_ in {"acomp", "attr", "oprd"} and token.head == root and root.lemma_.lower() in _SEEMING:
            judged = [token, *(child for child in token.children if child.dep_ in {"amod", "compound"})]
            if any(word.lower_ in _JUDGING for word in judged):
                return True
            measured = any(near.like_num or near.ent_type_ in {"DATE", "CARDINAL"} for near in doc)
            if not measured and any(word.lower_ in _SUPERLATIVE for word in judged):
                return True
    return False


def _is_prediction(doc: Any) -> bool:
    root = _root(doc)
    ahead = {child.lower_ for child in root.children if child.dep_ in {"aux", "auxpass"}}
    if ahead & {"will", "’ll", "'ll", "wo", "shall"}:
        return True
    return root.lower_ == "going" and any(child.dep_ == "xcomp" for child in root.children)


def _root(doc: Any) -> Any:
    return next((token for token in doc if token.dep_ == "ROOT"), doc[0])

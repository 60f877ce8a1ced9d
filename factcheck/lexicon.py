"""Word knowledge of news English: which verbs say the same, and what a noun asks for.

Small closed classes, not facts about any story. Verbs are lemmas; a verb may be in several classes.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Verbs and their nouns that report the same act. Order within a class means nothing.
ACTIONS: tuple[frozenset[str], ...] = tuple(
    frozenset(words.split())
    for words in (
        "deny reject refute dismiss rebut disavow repudiate contradict denial rejection dismissal rebuttal",
        "confirm acknowledge admit concede verify confirmation acknowledgement admission",
        "say state tell remark comment note declare add explain announce statement comment remark",
        "warn caution alert warning",
        "accuse blame allege charge accusation allegation blame",
        "ask request seek solicit appeal request appeal approach turn demand sought",
        "demand call urge insist press pressure want seek ask",
        "criticize criticise condemn denounce slam blast decry deplore lambast criticism condemnation",
        "praise welcome applaud hail laud commend praise",
        "promise pledge vow commit guarantee promise pledge vow commitment",
        "threaten threat",
        "agree accept approve endorse back consent agreement approval endorsement acceptance",
        "refuse decline balk refusal",
        "support back endorse favor favour support backing endorsement",
        "oppose resist object protest fight opposition objection opponent against critic",
        "kill slay murder assassinate die death dead killing fatality toll claim",
        "injure wound hurt injury wounded casualty",
        "attack strike bomb shell bombard hit raid assault invade attack strike bombing raid assault",
        "invade invasion incursion",
        "destroy demolish ruin wreck level flatten raze destruction",
        "damage harm damage",
        "win defeat beat victory triumph win",
        "lose defeat loss",
        "elect vote choose appoint name pick select nominate election appointment nomination",
        "resign quit step leave depart resignation departure",
        "fire dismiss sack oust remove dismissal removal",
        "replace succeed successor replacement",
        "hire recruit employ hiring recruitment",
        "arrest detain apprehend capture seize custody arrest detention",
        "charge indict prosecute accuse charge indictment",
        "sue suit lawsuit sue",
        "convict sentence jail imprison prison conviction guilty",
        "acquit clear acquittal",
        "buy acquire purchase takeover acquisition purchase",
        "sell sale disposal",
        "merge combine merger",
        "pay spend cost pay payment spending cost",
        "fund finance bankroll donate funding donation financing",
        "build construct erect construction building",
        "make produce manufacture production",
        "develop create design invent development creation invention",
        "found establish launch start begin open set foundation establishment launch start opening",
        "start begin commence open kick launch start beginning outset onset",
        "end finish conclude stop cease close complete end conclusion closure completion",
        "plan intend aim propose schedule consider plan intention proposal",
        "meet talk confer negotiate discuss meeting talk negotiation discussion summit",
        "visit travel trip visit go",
        "arrive come reach land arrival",
        "leave depart flee evacuate departure evacuation",
        "send deliver ship supply provide give dispatch delivery shipment supply",
        "receive get obtain accept",
        "rise increase grow climb jump surge soar gain rally advance edge rebound growth",
        "fall drop decline decrease sink plunge slump shrink slide slip tumble dip shed ease plummet lose",
        "cut reduce slash lower trim cut reduction",
        "raise lift increase hike boost raise hike",
        "delay postpone defer delay postponement",
        "cancel scrap abandon call cancellation",
        "ban prohibit bar outlaw forbid ban prohibition",
        "allow permit let authorize authorise permission",
        "block stop prevent halt veto block halt",
        "show reveal disclose publish release find report indicate revelation finding release",
        "investigate probe examine inquire investigation probe inquiry",
        "cause trigger prompt spark result",
        "lead head run chair direct command leader head chief chair chairman director commander",
        "own hold owner",
        "write author pen writer author",
        "work serve work service",
        "join enter",
        "sign signature",
        "rescue save rescue",
        "rob steal theft robbery burglary thief burgle",
        "mediate broker arbitrate mediator mediation",
        "design draw designer architect",
        "discover find detect spot notice identify isolate uncover unearth discovery finding",
        "test trial test",
        "believe think consider expect belief expectation",
        "predict forecast expect project prediction forecast projection",
        "testify testimony",
        "happen occur",
        "locate situate base headquarter stand lie location",
        "live reside stay resident",
        "speak address speech",
        "strike walkout stoppage strike",
    )
)

ACTION_WORDS: frozenset[str] = frozenset().union(*ACTIONS)

OPPOSITES: tuple[tuple[str, str], ...] = tuple(
    tuple(pair.split("/"))  # type: ignore[misc]
    for pair in (
        "deny/confirm deny/admit deny/acknowledge reject/accept reject/confirm reject/approve refute/confirm "
        "dismiss/confirm dismiss/accept agree/refuse agree/reject agree/deny accept/refuse accept/decline "
        "approve/reject approve/block support/oppose back/oppose praise/criticize praise/condemn "
        "welcome/condemn rise/fall increase/decrease increase/fall increase/cut rise/drop grow/shrink gain/lose "
        "raise/cut raise/lower win/lose buy/sell start/end begin/end open/close allow/ban allow/block "
        "allow/prevent permit/ban ban/lift arrive/leave join/leave hire/fire acquit/convict "
        "send/receive deny/claim reject/welcome stop/continue halt/resume delay/speed build/destroy "
        "agree/decline confirm/reject confirm/dispute support/reject promise/refuse"
    ).split()
)

# What a noun asks for: "which country", "what date", "the cost of".
NOUN_ENTITIES: dict[str, frozenset[str]] = {
    noun: frozenset(labels.split())
    for nouns, labels in (
        ("country nation state countries government", "GPE NORP"),
        ("city town village place capital municipality region area province county district", "GPE LOC FAC"),
        ("river mountain sea ocean lake island continent valley coast", "LOC GPE"),
        (
            "company firm organisation organization agency group bank newspaper outlet party team club university"
            " institution ministry department union court network broadcaster publisher airline school",
            "ORG",
        ),
        (
            "person man woman official authority minister president leader politician spokesman spokeswoman"
            " spokesperson"
            " author professor scientist expert analyst chief director adviser advisor mayor judge player coach"
            " senator candidate reporter journalist doctor lawyer secretary ambassador commander governor",
            "PERSON",
        ),
        ("day date month year time week hour weekday season decade century", "DATE TIME"),
        ("language", "LANGUAGE"),
        ("percentage percent share proportion", "PERCENT"),
        ("price cost amount sum budget salary fee revenue value fine profit loss turnover", "MONEY"),
        ("number figure total toll count", "CARDINAL QUANTITY"),
        ("temperature speed height weight distance depth length", "QUANTITY"),
        ("building stadium bridge airport road street hospital hotel", "FAC ORG GPE"),
        ("event war storm hurricane festival", "EVENT"),
        ("law act bill treaty", "LAW"),
    )
    for noun in nouns.split()
}

# Short noun questions: "death toll", "cost of the bridge", "date of the vote".
NOUN_QUESTIONS: dict[str, str] = {
    "toll": "how_many", "number": "how_many", "count": "how_many", "casualties": "how_many",
    "turnout": "how_much", "population": "how_many", "attendance": "how_many", "age": "how_many",
    "cost": "how_much", "price": "how_much", "budget": "how_much", "amount": "how_much", "value": "how_much",
    "fine": "how_much", "revenue": "how_much", "profit": "how_much", "salary": "how_much", "size": "how_much",
    "percentage": "how_much", "rate": "how_much", "share": "how_much", "yield": "how_much", "level": "how_much",
    "temperature": "how_much", "depth": "how_much", "stake": "how_much", "length": "how_much",
    "height": "how_much", "weight": "how_much",
    "speed": "how_much", "distance": "how_much", "magnitude": "how_much",
    "date": "when", "time": "when", "deadline": "when", "day": "when", "year": "when",
    "location": "where", "venue": "where", "place": "where", "headquarters": "where", "site": "where",
    "reason": "why", "cause": "why", "motive": "why",
    "winner": "who", "author": "who", "owner": "who", "leader": "who", "name": "who",
}  # fmt: skip

# Verbs that introduce reported speech.
CUES: frozenset[str] = frozenset(
    (
        "say tell add state declare announce explain note remark comment respond reply answer insist claim argue "
        "warn caution assert maintain stress emphasize emphasise point deny confirm acknowledge admit concede "
        "reveal disclose report write tweet post testify recall observe suggest believe think predict "
        "promise pledge vow urge call demand ask question accuse allege describe reiterate repeat continue "
        "conclude joke quip contend estimate indicate inform reject dismiss refute rebut criticize criticise "
        "condemn praise complain lament read agree caution advise joke tweet mention underline underscore signal"
    ).split()
)

NEGATIONS: frozenset[str] = frozenset(
    "not n't n’t never no nobody none nothing neither nor without cannot hardly unlikely".split()
)

# Words that introduce a reason.
REASON = re.compile(
    r"(?i)\b(?:because|due to|since|so that|in order to|for fear|as a result|owing to|reasons?|amid|blamed?|cited?|"
    r"citing|caus(?:e[ds]?|ing)|led to|prompted|following|thanks to|fear(?:s|ed|ing)?|enough)\b|\bso\b(?=\s\w+\s\w+)"
)

# "X did not specify", "declined to say": the articles say that they do not know.
UNSPECIFIED_VERBS: frozenset[str] = frozenset(
    "specify say disclose comment reveal elaborate identify name detail give provide clarify release know".split()
)


@lru_cache(maxsize=8192)
def action_similarity(first: str, second: str) -> float:
    """Say whether two lemmas (verbs or their nouns) name the same act.

    Args:
        first: A lemma in lower case.
        second: Another.

    Returns:
        1.0 for the same lemma, 0.95 for the same class, 0.9 for the same stem, -1.0 for opposites, else 0.0.
    """
    if first == second:
        return 1.0
    if opposite(first, second):
        return -1.0
    if any(first in words and second in words for words in ACTIONS):
        return 0.95
    return 0.9 if same_stem(first, second) else 0.0


def opposite(first: str, second: str) -> bool:
    """Say whether two lemmas are known opposites."""
    return (first, second) in OPPOSITES or (second, first) in OPPOSITES


def same_stem(first: str, second: str) -> bool:
    """Say whether two words share a stem of at least four letters and differ only in their endings."""
    shorter, longer = sorted((first, second), key=len)
    common = 0
    for left, right in zip(shorter, longer, strict=False):
        if left != right:
            break
        common += 1
    return common >= 4 and common >= len(shorter) - 2 and len(longer) - common <= 5

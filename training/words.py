"""Word lists for synthetic claims: opposites, near synonyms, and details that nobody stated."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["DETAILS", "OUTLETS", "SPEECH", "SYMMETRIC", "inflect", "opposite", "synonym"]

# Verbs by lemma; each holds both ways.
OPPOSITE_VERBS = """confirm/deny accept/reject rise/fall increase/decrease win/lose arrest/release approve/block
support/oppose agree/disagree begin/end start/stop open/close enter/leave arrive/depart attack/defend gain/lose
succeed/fail allow/forbid permit/prohibit join/leave praise/criticize hire/dismiss appoint/dismiss buy/sell lend/borrow
expand/shrink raise/lower strengthen/weaken improve/worsen love/hate like/dislike accelerate/slow include/exclude
remember/forget build/destroy create/destroy push/pull admit/deny acquit/convict pass/reject launch/cancel
grow/shrink climb/drop jump/drop boost/cut extend/shorten advance/retreat welcome/condemn back/oppose endorse/oppose
lift/impose legalize/ban adopt/abandon resume/suspend retain/lose deploy/withdraw send/receive give/take import/export
connect/separate unite/divide encourage/discourage survive/die live/die marry/divorce save/waste free/imprison
overturn/uphold reveal/hide publish/withhold appear/vanish sink/float please/anger exceed/trail"""
OPPOSITE_WORDS = """more/less most/least first/last before/after higher/lower highest/lowest
larger/smaller largest/smallest
bigger/smaller biggest/smallest older/younger oldest/youngest early/late earlier/later northern/southern
eastern/western north/south east/west male/female man/woman men/women boy/girl boys/girls father/mother
son/daughter brother/sister husband/wife king/queen up/down above/below inside/outside old/new major/minor
public/private legal/illegal guilty/innocent positive/negative strong/weak good/bad best/worst
successful/unsuccessful increase/decrease rise/fall victory/defeat majority/minority maximum/minimum
winner/loser cheap/expensive rich/poor young/old long/short longest/shortest fast/slow hot/cold warm/cool
dry/wet dead/alive empty/full safe/dangerous popular/unpopular possible/impossible known/unknown likely/unlikely
domestic/foreign rural/urban active/inactive left/right many/few always/never all/none everyone/nobody
with/without over/under permanent/temporary open/closed light/heavy black/white summer/winter morning/evening
day/night birth/death success/failure supporter/opponent supporters/opponents buyer/seller better/worse
thousands/dozens millions/thousands billion/million hundreds/dozens"""
SYNONYM_VERBS = """say/state begin/start purchase/buy obtain/get construct/build kill/slay depart/leave assist/help
finish/complete receive/get show/demonstrate halt/stop reject/refuse injure/hurt discover/find choose/select
announce/declare require/need attempt/try conclude/end demand/request reveal/disclose defeat/beat employ/hire
permit/allow establish/found acquire/buy retain/keep seek/pursue assault/attack murder/kill encounter/meet publish/issue
strike/hit collapse/crumble resign/quit examine/inspect forbid/ban donate/give create/make manufacture/produce
repair/fix speak/talk reside/live perish/die commence/begin happen/occur"""
SYNONYM_WORDS = """film/movie car/automobile doctor/physician lawyer/attorney approximately/about roughly/about
nearly/almost large/big quickly/rapidly also/too primary/main famous/well-known children/kids people/persons
street/road company/firm town/city area/region conflict/war songs/tracks song/track album/record author/writer
initially/originally several/various huge/enormous often/frequently whole/entire following/after prior/before
U.S./American policeman/officer teenager/adolescent autumn/fall percent/per-cent illness/disease"""
SPEECH = frozenset(
    "say tell state announce claim argue report add note explain warn insist suggest declare deny confirm admit believe"
    " acknowledge allege stress reveal predict promise vow comment reply write complain conclude maintain"
    " emphasize".split()
)
SYMMETRIC = frozenset(
    "meet marry join fight equal resemble face divorce contact accompany include be have become".split()
)
OUTLETS = (
    "Reuters", "the Associated Press", "the BBC", "CNN", "the New York Times", "the Guardian", "Al Jazeera",
    "the Washington Post",
    "Agence France-Presse", "the Times", "Bloomberg", "the Financial Times", "Sky News", "Fox News",
    "NBC News", "Xinhua",
    "Le Monde", "Der Spiegel", "the Daily Telegraph", "ABC News", "the Independent", "CBS News", "NPR",
    "the Wall Street Journal",
    "Haaretz", "the Irish Times", "El País", "Kyodo News", "Deutsche Welle", "the Toronto Star", "USA Today",
    "Politico",
)  # fmt: skip
DETAILS = {
    "DATE": ("on Tuesday", "on Friday", "last month", "in 1998", "in March 2011", "in the spring",
             "two years earlier", "in 2004",
             "on 12 June", "in the early 1970s", "three weeks later", "on Christmas Day", "in late October", "in 2019"),
    "GPE": ("in Berlin", "in Chicago", "in northern France", "in Nairobi", "outside London", "in Sydney",
            "in Rome", "near Lima",
            "in the state of Ohio", "in Hong Kong", "in Cairo", "at a hotel in Geneva", "in Toronto"),
    "MONEY": ("at a cost of $3 million", "for $40,000", "for about £200,000", "at a loss of $12 billion"),
    "CARDINAL": ("for the third time", "with eleven others", "in front of 4,000 people",
                 "after five attempts", "with two friends"),
    "WHY": ("because of rising costs", "because of bad weather", "to protest against the government",
            "due to poor health",
            "in order to save money", "after pressure from his family", "out of fear", "because of a lack of evidence"),
    "HOW": ("by car", "with the help of volunteers", "in secret", "by helicopter", "without any warning",
            "under police protection",
            "on live television", "at short notice", "with his own money"),
}  # fmt: skip


def pairs(text: str) -> dict[str, list[str]]:
    """Returns each word's partners, both ways."""
    table: dict[str, list[str]] = {}
    for pair in text.split():
        left, _, right = pair.partition("/")
        table.setdefault(left, []).append(right)
        table.setdefault(right, []).append(left)
    return table


VERBS, WORDS = pairs(OPPOSITE_VERBS), pairs(OPPOSITE_WORDS)
NEAR_VERBS, NEAR_WORDS = pairs(SYNONYM_VERBS), pairs(SYNONYM_WORDS)
FORMS: dict[tuple[str, str], str] = {
    ("leave", "VBD"): "left", ("leave", "VBN"): "left", ("lose", "VBD"): "lost", ("lose", "VBN"): "lost",
    ("get", "VBN"): "received", ("get", "VBD"): "got", ("beat", "VBD"): "beat", ("beat", "VBN"): "beaten",
    ("cut", "VBD"): "cut", ("cut", "VBN"): "cut", ("hit", "VBD"): "hit", ("hit", "VBN"): "hit", ("quit", "VBD"): "quit",
    ("hurt", "VBD"): "hurt", ("hurt", "VBN"): "hurt", ("permit", "VBD"): "permitted", ("permit", "VBN"): "permitted",
    ("forbid", "VBD"): "forbade", ("forbid", "VBN"): "forbidden", ("admit", "VBD"): "admitted",
    ("admit", "VBN"): "admitted",
    ("stop", "VBD"): "stopped", ("stop", "VBN"): "stopped", ("drop", "VBD"): "dropped", ("drop", "VBN"): "dropped",
    ("ban", "VBD"): "banned", ("ban", "VBN"): "banned", ("slay", "VBD"): "slew", ("slay", "VBN"): "slain",
}  # fmt: skip


def learn_forms(found: dict[tuple[str, str], str]) -> None:
    """Adds verb forms seen in parsed text; those written above stay."""
    for key, form in found.items():
        FORMS.setdefault(key, form)


@lru_cache(maxsize=20_000)
def inflect(lemma: str, tag: str) -> str:
    """Returns a verb's form for a Penn tag, from forms seen in text or by the regular rules."""
    if (lemma, tag) in FORMS:
        return FORMS[lemma, tag]
    if tag in {"VB", "VBP"}:
        return lemma
    if tag == "VBZ":
        ended = re.sub(r"([^aeiou])y$", r"\1ie", lemma)
        return ended + ("es" if re.search(r"(s|x|z|ch|sh|o)$", ended) else "s")
    stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith("ee") else lemma
    if tag == "VBG":
        return stem + "ing"
    return re.sub(r"([^aeiou])y$", r"\1i", stem) + "ed"


def opposite(lemma: str, text: str, *, verb: bool) -> list[str]:
    """Returns what contradicts a verb (lemmas) or another word (forms)."""
    return VERBS.get(lemma, []) if verb else WORDS.get(text.casefold(), [])


def synonym(lemma: str, text: str, *, verb: bool) -> list[str]:
    """Returns what says nearly the same as a verb (lemmas) or another word (forms)."""
    return NEAR_VERBS.get(lemma, []) if verb else NEAR_WORDS.get(text.casefold(), [])

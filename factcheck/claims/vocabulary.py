"""Words that decide whether a sentence agrees with a claim: opposites, near synonyms, demonyms, doubt.

Small closed classes of news English beside `factcheck.lexicon`; lemmas in lower case.
"""

from __future__ import annotations

from functools import lru_cache

from factcheck.lexicon import ACTIONS, OPPOSITES, same_stem


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    found = [tuple(pair.split("/")) for pair in text.split()]
    return frozenset((one, two) for first, second in found for one, two in ((first, second), (second, first)))


# Verbs and adjectives that cannot both hold; "clear/convict" holds of people in court.
CONTRARY = _pairs(
    """confirm/deny accept/reject rise/fall increase/decrease rise/decline grow/decline win/lose arrest/release
    approve/block approve/reject support/oppose agree/disagree begin/end start/stop open/close enter/leave
    arrive/depart attack/defend gain/lose succeed/fail allow/forbid permit/prohibit join/leave praise/criticize
    hire/dismiss appoint/dismiss buy/sell lend/borrow expand/shrink raise/lower strengthen/weaken improve/worsen
    include/exclude remember/forget build/destroy admit/deny acquit/convict clear/convict acquit/jail pass/reject
    grow/shrink climb/drop jump/drop boost/cut extend/shorten advance/retreat welcome/condemn endorse/oppose
    lift/impose lift/tighten lift/introduce ease/tighten relax/tighten adopt/abandon resume/suspend retain/lose
    deploy/withdraw send/receive import/export
    connect/separate encourage/discourage survive/die live/die marry/divorce free/imprison overturn/uphold
    uphold/dismiss dismiss/uphold dismiss/accept throw/uphold reveal/hide publish/withhold exceed/trail remain/leave
    stay/leave stay/resign remain/resign keep/abandon keep/lose postpone/hasten postpone/bring delay/hasten
    urge/discourage advise/warn recommend/oppose open/shut reopen/close cancel/confirm finish/abandon
    demand/offer trust/doubt believe/doubt praise/mock praise/scorn vote/abstain
    high/low large/small big/small great/small long/short old/young old/new early/late first/last
    good/bad well/badly strong/weak cheap/dear cheap/expensive rich/poor
    fast/slow hot/cold warm/cool wet/dry dead/alive full/empty safe/dangerous possible/impossible legal/illegal
    known/unknown likely/unlikely public/private positive/negative guilty/innocent successful/unsuccessful
    popular/unpopular permanent/temporary unanimous/divided willing/unwilling ready/unwilling able/unable
    more/less more/few most/least many/few above/below before/after north/south east/west northern/southern
    eastern/western inside/outside always/never increase/reduction rise/reduction rise/cut victory/defeat
    success/failure majority/minority winner/loser profit/loss up/down quickly/slowly openly/secretly late/soon
    know/unaware know/ignore aware/unaware
    near/far domestic/foreign male/female""".strip()
)
# People in one role exclude each other there: coached by his father, not by his mother.
SIBLINGS: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "father mother brother sister son daughter uncle aunt cousin wife husband grandfather grandmother neighbour "
        "neighbor friend nephew niece fiancé",
        "man woman boy girl",
        "buyer seller",
        "prosecutor judge lawyer defendant witness juror",
        "policeman farmer ploughman fisherman teacher student pupil doctor nurse priest soldier fireman firefighter "
        "engineer clerk journalist plumber electrician baker shepherd hiker gardener guard diver cyclist pilot",
    )
)
# Nouns and verbs that say nearly the same in news.
ALIKE: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "aid assistance help support relief", "country nation state", "company firm business group",
        "declaration statement communiqué", "weapon arm armament weaponry", "government administration cabinet",
        "invasion attack war offensive", "spokesman spokeswoman spokesperson speak", "reserve reserves",
        "loan financing finance credit lending", "limit restrict curb cap", "large big huge major",
        "fighter soldier troop combatant", "restrict limit curb", "deprive cut", "short low run",
        "count recount", "ruling decision verdict judgment", "judge court justice", "footbridge bridge",
        "disease illness sickness", "outbreak epidemic", "festival fair", "exam examination", "fare ticket",
        "price cost", "pay fund finance bear cover", "repay reimburse refund compensate", "acquit clear exonerate",
        "jail imprison sentence", "hold own have", "take seize steal", "turn refuse decline", "find discover uncover",
        "resign quit step", "collect gather sign", "climb rise up", "dear expensive", "flood flooding inundation",
        "dead die kill death victim life", "injure wound hurt casualty", "petition signature", "plan scheme project",
        "agreement deal accord pact settlement", "strike walkout stoppage", "report study paper survey",
        "percent percentage share", "chief head boss leader director chairman president", "founder found",
        "city town", "car vehicle", "road street", "child kid", "home house", "job post position",
        "worker employee staff", "fire blaze", "accident crash collision", "storm gale hurricane", "talk negotiation",
        "money fund sum", "employ hire", "doctor physician medic", "lawyer attorney counsel", "film movie",
        "team side squad", "game match", "goal score", "beat defeat", "ship vessel boat ferry", "plane aircraft jet",
        "apologise apologize apology sorry", "vote ballot", "election poll", "mayor mayoralty", "name call",
        "buy purchase acquire takeover take", "rival competitor", "break beat", "fence barrier wall",
        "end over finish stop", "last go take run", "become declare elect", "customer client", "theft stealing stolen",
        "begin start open launch", "know aware hear", "release free", "respond reply comment answer",
        "reject refuse decline",
        "official authority",
        "call describe label reject", "closure close shut", "ban prohibition prohibit", "approve approval yes",
        "year decade", "inhabitant people resident population", "attempt try bid", "choose pick select",
    )
)  # fmt: skip

# Places and peoples by the words that stand for them; a government is also called by its seat.
PLACES: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "china chinese beijing peking", "russia russian russians moscow kremlin",
        "ukraine ukrainian ukrainians kyiv kiev",
        "us u.s. u.s america american americans usa washington",
        "uk u.k. britain british briton britons london downing",
        "france french paris elysée", "germany german germans berlin", "italy italian italians rome",
        "spain spanish spaniard madrid", "portugal portuguese lisbon", "poland polish pole poles warsaw",
        "sweden swedish swede stockholm", "norway norwegian norwegians oslo", "denmark danish dane copenhagen",
        "finland finnish finn helsinki", "netherlands dutch hague", "belgium belgian brussels", "greece greek athens",
        "turkey turkish turk turks ankara", "iran iranian tehran", "iraq iraqi baghdad",
        "israel israeli israelis jerusalem",
        "egypt egyptian cairo", "kenya kenyan kenyans nairobi", "ethiopia ethiopian", "nigeria nigerian",
        "india indian delhi",
        "pakistan pakistani islamabad", "japan japanese tokyo", "korea korean koreans seoul pyongyang",
        "australia australian canberra", "canada canadian ottawa", "mexico mexican", "brazil brazilian brasilia",
        "argentina argentine", "chile chilean", "austria austrian vienna", "switzerland swiss bern",
        "ireland irish dublin",
        "scotland scottish scot edinburgh", "wales welsh cardiff", "hungary hungarian budapest", "czech czechia prague",
        "romania romanian bucharest", "bulgaria bulgarian sofia", "serbia serbian belgrade", "croatia croatian zagreb",
        "syria syrian damascus", "afghanistan afghan kabul", "chechnya chechen", "europe european eu brussels",
        "africa african", "asia asian", "vatican pope", "taiwan taiwanese taipei", "cuba cuban havana",
        "un u.n. nations", "washington white house", "biden white house",
    )
)  # fmt: skip

# Verbs behind which an act is not yet done, or only said.
PLANNING = frozenset(
    "plan intend aim propose consider hope want expect threaten promise pledge vow offer agree prepare seek "
    "try attempt "
    "ask urge demand call order recommend advise warn fear suggest schedule set due discuss weigh ready mull "
    "predict forecast persuade invite instruct let allow".split()
)
ALLEGING = frozenset("allege accuse suspect claim rumour rumor reportedly allegedly supposedly apparently".split())
POSSIBLE = frozenset("may might could can would should".split())
# Verbs whose object or clause did not happen.
DENYING = frozenset(
    "deny reject refute dismiss rebut refuse decline fail avoid prevent stop halt cease dispute disavow lack cancel "
    "block ban forbid rule scrap doubt unaware untrue unable unwilling denial rejection refusal failure absence".split()
)
NOTHING = frozenset("no none never neither nor nobody nothing nowhere without hardly not n't n’t cannot".split())
LIGHT = frozenset("be have do make take get give go come put set keep become seem remain let say tell".split())


def _groups_of(classes: tuple[frozenset[str], ...]) -> dict[str, frozenset[int]]:
    """Return the classes of each word, by number."""
    found: dict[str, set[int]] = {}
    for number, words in enumerate(classes):
        for word in words:
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_NONE: frozenset[int] = frozenset()
_ACTIONS_OF, _ALIKE_OF = _groups_of(ACTIONS), _groups_of(ALIKE)


@lru_cache(maxsize=65536)
def contrary(first: str, second: str) -> bool:
    """Whether two lemmas are opposites that cannot both hold of one act or thing."""
    return (first, second) in CONTRARY or (first, second) in OPPOSITES or (second, first) in OPPOSITES


@lru_cache(maxsize=65536)
def alike(first: str, second: str) -> float:
    """Return how surely two lemmas say the same: 1.0 the same word, 0.8 to 0.95 by class or stem, else 0.0."""
    if first == second:
        return 1.0
    if contrary(first, second):
        return 0.0
    if not _ACTIONS_OF.get(first, _NONE).isdisjoint(_ACTIONS_OF.get(second, _NONE)):
        return 0.95
    if not _ALIKE_OF.get(first, _NONE).isdisjoint(_ALIKE_OF.get(second, _NONE)):
        return 0.85
    return 0.9 if same_stem(first, second) else 0.0


def siblings(first: str, second: str) -> bool:
    """Whether two nouns are different people of one kind: father and mother."""
    return first != second and any(first in words and second in words for words in SIBLINGS)

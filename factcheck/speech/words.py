"""Words by which news English says that somebody says something. Closed classes, no facts of any story."""

from __future__ import annotations

import re

from factcheck.lexicon import CUES, NOUN_ENTITIES

# Verbs of saying and thinking aloud beside those that questions and claims know (lexicon.py).
SAYING = CUES | frozenset(
    "threaten reckon expect contradict counter assure boast hint shout cry roar sigh thunder whisper mutter joke "
    "quote cite opine interject guess fear hope apologise apologize forecast protest retort scoff sneer swear tease "
    "speak blame rule counsel summarise summarize elaborate clarify specify allow answer affirm confess applaud".split()
)
# They report speech also without a clause and without a quotation: "The Kremlin denied the reports."
BARE_CUES = frozenset(
    "deny reject refute dismiss rebut warn accuse blame announce confirm acknowledge condemn admit concede denounce "
    "criticize criticise".split()
)
# "claims to have written", "threatened to sue"
INFINITIVE_CUES = frozenset("claim threaten promise pledge vow swear".split())
# "urged both sides to talk"
URGING = frozenset("urge warn advise caution implore beg ask tell".split())
# They report speech only where somebody is named as their subject: "The move suggests …" does not.
SOFT_CUES = frozenset(
    "suggest indicate signal read observe predict estimate think believe expect mention describe argue claim demand "
    "underline underscore call ask question continue conclude point report maintain stress emphasize emphasise "
    "reveal disclose caution contend assume fear hope guess forecast promise threaten reckon rule allow state "
    "recall agree accuse blame assert hint reject confirm dismiss quote cite write contradict counter answer "
    "respond swear post note remark insist protest".split()
)
# They say something only with a clause, a quotation or a colon, and then only of whoever thinks aloud.
PARENTHETIC = frozenset("find hear learn calculate know understand hold feel suspect".split())
LISTENING = frozenset("tell inform remind assure warn notify advise ask reassure".split())
CHANNELS = frozenset(
    "statement interview briefing conference letter email e-mail tweet post speech testimony hearing broadcast "
    "appearance call memo blog note message report article column filing release address podcast programme program "
    "show panel debate video podcast newsletter editorial book diary lecture webinar transcript circular".split()
)
# They hear what is said and are no outlets.
AUDIENCES = frozenset(
    "congress parliament senate house commons assembly council court cabinet jury bundestag duma knesset diet "
    "committee commission board inquiry police nato eu un".split()
)
# Documents that can be a source: "according to a report".
DOCUMENTS = frozenset(
    "report statement survey study filing letter document memo poll source record transcript indictment complaint "
    "lawsuit analysis estimate figure data forecast calculation bulletin communique paper email".split()
)
ORGANISATIONS = frozenset(
    noun for noun, labels in NOUN_ENTITIES.items() if "ORG" in labels or labels & {"GPE"}
) | frozenset(
    "association union police government parliament authority administration commission committee council alliance "
    "federation charity hospital police regulator embassy operator railway opposition board brigade service office "
    "defence defense prosecution supplier maker builder contractor developer publisher paper daily weekly station "
    "laboratory lab foundation institute society staff management side".split()
)
OUTLETS = frozenset(
    "newspaper paper agency broadcaster station daily weekly magazine outlet portal site website channel radio "
    "television media newswire wire press".split()
)
PERSONS = frozenset(noun for noun, labels in NOUN_ENTITIES.items() if "PERSON" in labels) | frozenset(
    "premier chancellor king queen prince princess pope bishop archbishop rabbi imam lawyer attorney solicitor "
    "barrister prosecutor advocate counsel secretary chair chairman chairwoman chairperson boss deputy vice "
    "captain coach trainer manager striker keeper goalkeeper midfielder defender sergeant inspector detective "
    "constable superintendent colonel general lieutenant major admiral marshal officer soldier pilot driver "
    "engineer astronomer geologist biologist chemist physicist economist historian researcher sociologist "
    "psychologist surgeon physician nurse patient teacher lecturer principal dean rector student pupil farmer "
    "fisherman beekeeper baker butcher worker labourer electrician plumber carpenter architect designer artist "
    "actor actress singer soloist violinist pianist conductor musician tenor soprano composer dancer writer poet "
    "novelist editor publisher correspondent columnist blogger presenter producer director owner founder tycoon "
    "banker trader broker investor shareholder dealer merchant seller shopkeeper landlord tenant hotelier waiter "
    "cook chef cleaner guard warden firefighter paramedic rescuer diver sailor skipper resident neighbour neighbor "
    "villager citizen voter tourist visitor passenger commuter witness victim survivor defendant suspect prisoner "
    "convict lawmaker deputy mp congressman congresswoman councillor councilor alderman delegate envoy diplomat "
    "consul representative leader head activist campaigner organiser organizer volunteer member unionist striker "
    "specialist consultant veterinarian vet meteorologist virologist epidemiologist statistician mathematician "
    "philosopher theologian priest pastor vicar nun monk brother sister mother father son daughter wife husband "
    "widow aunt uncle cousin friend colleague rival ally critic supporter opponent fan spokespeople aide adviser "
    "advisor treasurer clerk registrar curator librarian archivist zookeeper ranger hunter veteran pensioner "
    "ceo cfo pm mp mep contractor developer caretaker janitor inventor entrepreneur magnate executive".split()
)
HONORIFICS = frozenset("mr mrs ms miss dr prof professor sir dame madam rev".split())
WOMEN = frozenset(
    "mrs ms miss dame lady queen princess spokeswoman chairwoman congresswoman actress mother sister daughter wife "
    "widow aunt nun woman soprano businesswoman policewoman".split()
)
MEN = frozenset(
    "mr sir lord king prince spokesman chairman congressman brother father son husband uncle monk man tenor "
    "businessman policeman fisherman".split()
)

_IRREGULAR = (
    "said says saying told tells telling wrote writes written reads replied replies denied denies vowed swore thought "
    "thinks cried cries according heard hears found finds felt feels held holds knew knows understood understands "
    "learnt spoke spoken speaks put"
).split()
# Their plain form is a noun as often as not, and reports speech only after a plural: "officials say".
_PLAIN = (
    "say tell deny warn insist argue claim believe think admit allege accuse confirm reject describe maintain expect "
    "fear reckon suggest complain predict acknowledge concede assert contend urge demand blame"
).split()
_WORD = re.compile(r"[a-z]+")


def _forms() -> frozenset[str]:
    """Return the finite forms and participles of all cues, wrong ones too."""
    forms = {*_IRREGULAR, *_PLAIN}
    for verb in SAYING | PARENTHETIC:
        bare = verb[:-1] if verb.endswith("e") else verb
        forms |= {f"{verb}s", f"{verb}es", f"{verb}d", f"{bare}ed", f"{bare}ing", f"{verb[:-1]}ied", f"{verb[:-1]}ies"}
        forms |= {f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"}
    return frozenset(forms) - {"reads", "finds", "points", "posts", "notes", "states", "rules", "holds", "calls"}


CUE_FORMS = _forms()


def has_cue(text: str) -> bool:
    """Return whether a text holds a form of a verb of saying, or a word that looks like one."""
    return not CUE_FORMS.isdisjoint(_WORD.findall(text.lower()))

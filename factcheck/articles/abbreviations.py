"""Words that carry a full stop without ending a sentence, and words that start one.

Case matters: "Sat." is a day, "sat." ends a sentence.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name or a noun follows: never the end of a sentence.
ALWAYS = _words("""
    Mr Mrs Ms Mx Messrs Mme Mlle Dr Drs Prof Gen Sen Sens Rep Reps Gov Govs Lt Col Sgt Capt Cmdr Cdr Cpt
    Adm Maj Cpl Pvt Brig Rev Revd Fr Hon Pres Amb Atty Supt Det Insp Msgr Sgts Cllr Adj Ald Ens Spc Pfc
    Sec Dir Treas Mt Ft v vs viz cf approx ca e.g i.e eg ie Br Bro incl esp St Ste
""")

# A number follows ("No. 5", "p. 12"); without one the word is an ordinary end.
BEFORE_NUMBER = _words("""
    No Nos no nos c Art art Fig Figs fig Vol vol vols p pp Ch ch Eq Op op Ver ver Pt pt Para para Bd Nr nr
    Bldg Apt Sect sect Rm Ste tel Tel Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
""")

# Mostly inside a sentence; an end only where the next word is one that starts sentences.
MOSTLY = _words("""
    Inc Corp Ltd Co Cos Bros LLC PLC plc Jr Sr Esq Ph.D PhD Ph M.D B.A M.A B.Sc M.Sc D.Phil LL.B J.D R.N
    Dept Univ Assn Assoc Ave Blvd Rd Hwy Pkwy Sq Gov't Govt Int'l Intl Nat'l Natl Cie al Mon Tue Tues
    Wed Thu Thur Thurs Fri Sat Sun Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass
    Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo Ont Que Jan Feb Mar Apr
    Jun Jul Aug Sep Sept Oct Nov Dec sq ft lb lbs oz yd km kg mph est ext dept govt max min avg temp
    misc ed eds trans repr resp
""")

# A time of day: the end of a sentence unless a day or a time zone follows.
TIMES = _words("a.m p.m A.M P.M am pm")

AFTER_TIMES = _words("""
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
    January February March April May June July August September October November December Jan Feb Mar
    Apr Jun Jul Aug Sep Sept Oct Nov Dec ET EST EDT CT CST CDT MT MST MDT PT PST PDT GMT UTC BST CET
    CEST IST JST AEST AEDT HKT MSK EET EEST Eastern Central Mountain Pacific Greenwich Moscow Kyiv Kiev
    Beijing London Paris Brussels Local
""")

# Never the first word of a sentence: parts of a name.
NAME_TAILS = _words("Inc Corp Ltd Co LLC PLC Jr Sr Esq")

STARTERS = _words("""
    The A An This That These Those There Here It Its He She They We You I His Her Their Our My Your In
    On At By For From With Without Of To As Into Over Under About Against Between During Before After
    Since Until While When Where Who What Which Why How If Unless Although Though Because Whether Once
    But And Or Nor So Yet Still Then Thus Also However Meanwhile Moreover Instead Despite Nevertheless
    Nonetheless Not No Nobody None Nothing Some Many Most Several Few All Both Each Every Another Other
    Others Any Is Are Was Were Has Have Had Do Does Did Will Would Can Could Should May Might Must Let
    Earlier Later Last Next Now Today Yesterday Tomorrow Recently Currently Finally First Second Ahead
    Asked According Officials Police Authorities Critics Experts Analysts More Only Just Even Such Among
    Following One Two Three Four Five Six Seven Eight Nine Ten Like Unlike Around Through Within Across
    Along Speaking
""")

SPEECH = _words("""
    said says say added adds told tells asked asks wrote writes tweeted replied replies responded
    answered explained explains insisted insists argued argues noted notes warned warns continued
    continues concluded declared declares announced stated states claimed claims recalled remarked
    observed stressed shouted yelled joked quipped cried exclaimed wondered
""")

# Where a capital follows a full stop without a space, these are names of sites and files.
SITE_ENDINGS = _words("""
    com org net gov edu mil int info biz io co uk us eu de fr ru cn jp in au ca ua il nl es it ch tv me
    ai app dev news js ts py rb go md txt pdf doc docx xls xlsx csv json xml html htm php asp aspx exe
    zip png jpg jpeg gif mp mov
""")

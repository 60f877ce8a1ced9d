"""Names of news outlets, for reading an outlet's name off a line."""

from __future__ import annotations

import difflib
import re
from functools import cache

_KNOWN = """
    Reuters; Associated Press=AP; Agence France-Presse=AFP; Bloomberg; Bloomberg News; CNN; BBC; BBC News;
    Sky News; The New York Times=New York Times=NYT; The Washington Post=Washington Post;
    The Guardian=Guardian; The Wall Street Journal=Wall Street Journal=WSJ;
    Financial Times=The Financial Times; The Times; The Sunday Times; The Economist=Economist;
    The Telegraph=The Daily Telegraph=Daily Telegraph; The Independent; Daily Mail=MailOnline;
    Daily Mirror=The Mirror; The Sun; Daily Express; Evening Standard; i news; Metro; The Observer;
    The Spectator; USA Today; Los Angeles Times; Chicago Tribune; The Boston Globe=Boston Globe; The Hill;
    Politico; Axios; Vox; The Atlantic; The New Yorker; Newsweek; Time; Forbes; Fortune;
    Business Insider=Insider; HuffPost; BuzzFeed News; NPR; PBS NewsHour; ABC News; CBS News; NBC News;
    MSNBC; CNBC; Fox News; Fox Business; New York Post; The Daily Beast=Daily Beast; Slate; Salon;
    ProPublica; The Intercept; Foreign Policy; Foreign Affairs; UPI; The Conversation; Vice News;
    VOA News=Voice of America=VOA; Radio Free Europe/Radio Liberty=RFE/RL=RFERL; Al Jazeera; Al Arabiya;
    Arab News; Gulf News; Khaleej Times; The National; Middle East Eye; Haaretz;
    The Jerusalem Post=Jerusalem Post; The Times of Israel=Times of Israel; All Israel News; Ynet; i24NEWS;
    Deutsche Welle=DW; France 24=France24; Le Monde; Le Figaro; Der Spiegel=Spiegel; Die Zeit;
    Süddeutsche Zeitung; Frankfurter Allgemeine Zeitung=FAZ; El País=El Pais; El Mundo; La Repubblica;
    Corriere della Sera; ANSA; EFE; dpa; Euronews; Politico Europe; The Local; Swissinfo;
    The Irish Times=Irish Times; RTÉ News=RTE News; The Irish Independent; TASS; RIA Novosti; Interfax; RT;
    Sputnik; The Moscow Times=Moscow Times; Meduza; Novaya Gazeta; Kommersant;
    Kyiv Independent=The Kyiv Independent; Kyiv Post; Ukrinform; Ukrainska Pravda; Xinhua; Global Times;
    China Daily; CGTN; South China Morning Post=SCMP; The Straits Times=Straits Times; Channel NewsAsia=CNA;
    Nikkei Asia; The Japan Times; Kyodo News=Kyodo; NHK World; The Asahi Shimbun; Yonhap=Yonhap News Agency;
    The Korea Herald=Korea Herald; The Times of India=Times of India; The Hindu; Hindustan Times;
    The Indian Express=Indian Express; NDTV; ANI; PTI; Press Trust of India; India Today; The Print;
    Scroll.in; Dawn; Geo News; The Express Tribune; The Daily Star; ABC News Australia;
    The Sydney Morning Herald=Sydney Morning Herald; The Age; The Australian; SBS News; RNZ; Stuff;
    The New Zealand Herald=New Zealand Herald; The Globe and Mail=Globe and Mail; Toronto Star; CBC News;
    CTV News; Global News; National Post; Daily Nation; News24; Mail & Guardian; Premium Times; The Punch;
    Vanguard; AllAfrica; Anadolu Agency; Hürriyet Daily News; Daily Sabah; TRT World; Tasnim; IRNA;
    Press TV; SANA; Folha de S.Paulo; Clarín
"""

_TYPICAL = re.compile(
    r"(?:The )?(?:[A-Z][\w'’.&-]* ){1,4}(?:News|Times|Post|Herald|Tribune|Journal|Gazette|Telegraph|Chronicle"
    r"|Courier|Observer|Examiner|Echo|Mercury|Argus|Bulletin|Dispatch|Sentinel|Register|Star-?[A-Z]\w+|Daily|Mail|Mirror"
    r"|Ledger|Monitor|Review|Weekly"
    r"|Press|Newswire|News Agency|Broadcasting|Radio|Television)"
)
# One word with a capital inside, "TechBeat"; surnames are built so, too ("McAllister", "LaRue").
_JOINED = re.compile(r"(?!Mc|Mac|De|Di|Du|La|Le|Van|Fitz|Jo)[A-Z][a-z]{2,}[A-Z][A-Za-z]*[a-z]")


@cache
def _load() -> dict[str, str]:
    names: dict[str, str] = {}
    for entry in " ".join(_KNOWN.split()).strip("; ").split(";"):
        canonical, *aliases = (name.strip() for name in entry.split("="))
        for name in (canonical, *aliases):
            names[name.casefold()] = canonical
    return names


def find_outlet(name: str, *, misspelt: bool = False, unknown: bool = False) -> str | None:
    """Return the usual name of an outlet, or None where the words are not one.

    Args:
        name: Words that may be an outlet's name.
        misspelt: Accept a known name with a letter or two wrong.
        unknown: Accept a name that is only built like an outlet's ("Elmford Gazette").
    """
    name = " ".join(name.split()).strip(" .,:;|*_–—-()[]")
    if not 2 <= len(name) <= 60:
        return None
    known = _load().get(name.casefold())
    # Short names are common words: "Time", "Metro", "RT" only as they are written.
    if known and (len(name) > 7 or name in (known, known.upper()) or name.isupper()):
        return known
    if misspelt and len(name) >= 8:
        close = difflib.get_close_matches(name.casefold(), _load(), n=1, cutoff=0.9)
        if close and close[0][0] == name.casefold()[0]:
            return _load()[close[0]]
    return name if unknown and _TYPICAL.fullmatch(name) else None


def find_site_name(name: str) -> str | None:
    """Return an outlet's name where the place says that it is one: beside a date, behind a headline."""
    found = find_outlet(name, unknown=True)
    word = name.strip(" .,:;|*_–—-()[]")
    return found or (word if _JOINED.fullmatch(word) else None)

"""Find what in an article is no report but speaks to the machine that reads it, or is hidden from people.

Such words stay in the text, where a person can read and quote them, and are left out of what is searched: they
say nothing about the news, so they are evidence for nothing. There are four kinds:

- markup that hides: comments, elements that are not displayed;
- marks of a chat or a program: `<|im_start|>`, `[INST]`, `{"answerable": true`, "System:";
- orders about answering, quoting and ignoring, and sentences addressed to a model or a checker;
- verdicts on "this claim" or "the answer", which name no claim and so say nothing.

What somebody is quoted as saying is a report, whatever it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from factcheck.articles.sentences import split_sentences
from factcheck.types import Sentence, Span

_LONGEST_HIDDEN = 20_000
_STYLE = (
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|(?<![-\w])color\s*:\s*transparent"
)
HIDING_STYLE = re.compile(_STYLE, re.IGNORECASE)
"""Inline style of an element that nobody sees."""

_COMMENT = re.compile(r"<!--|-->")
_OPENING = re.compile(
    r"<(?P<name>[a-z][a-z0-9]{0,15})\b(?P<rest>[^<>]{0,500})>|(?P<note>^\[//\]:[^\n]{1,2000})", re.IGNORECASE | re.M
)
_HIDDEN = re.compile(rf"(?<![\w-])hidden(?![\w-])|style\s*=[^<>]{{0,300}}?(?:{_STYLE})", re.IGNORECASE)
_UNSEEN = frozenset("template script style noscript".split())

_MACHINE = (
    r"(?:a\.?i\.?|llms?|(?:large )?language models?|chat ?bots?|gpt\w*|(?:ai |virtual )?assistants?|bots?|crawlers?"
    r"|(?:automated|automatic|ai|answering) (?:systems?|agents?|readers?|tools?|checkers?)|fact[- ]?check(?:ers?|ing)"
    r"(?: (?:systems?|models?|bots?|tools?))?|verifiers?|models?|retrievers?|developers?)"
)
_ITEM = (
    r"(?:claims?|statements?|questions?|answers?|sentences?|assertions?|articles?|story|file|text|document|passages?)"
)
_NOUN = (
    r"(?:instructions?|prompts?|directions?|guidelines|rules|context|everything|sources?|evidence|citations?|files?"
    r"|sentences?|articles?|text|passages?|material|rest)"
)
_SAY = (
    r"(?:answer|reply|respond|abstain|say|state|report|declare|conclude|claim|assert|output|print|return|write"
    r"|give|cite|quote|mark|label|rate|classify|confirm|tell|obey|follow|treat|use|repeat|reveal|translate)"
)
_HEAD = r"^\W{0,40}(?:(?:please|now|just|simply|always|never|only|instead|therefore|kindly|do not|don't)\W+){0,4}"
_CLAUSE = rf"(?:{_HEAD}|(?<=[.!?:;,>\])»—–-])\s*|\b(?:and|then|now|please|kindly|so)\s+)"
# An order stands at the head of a clause: nobody is named who does it.
_ORDERS = (
    rf"{_CLAUSE}(?:ignore|disregard|forget|override|overrule|bypass|discard|skip|dismiss)\b[^.!?]{{0,60}}?"
    rf"\b(?:{_NOUN}|{_ITEM}|what (?:you|stands|was)|all|above)\b",
    rf"{_HEAD}(?:answer|reply|respond)\s+(?:[^\W_]|[“\"'‘])",
    rf"{_CLAUSE}(?:answer|reply|respond)\s+(?:with|that (?:it|the)|only|as (?:if|though)|[“\"':]|to (?:all|every"
    rf"|any)\b)",
    rf"{_CLAUSE}(?:give|return|use|report|write)\s[^.!?]{{1,80}}\bas\s+(?:the|your)\s+(?:\w+\s+)?answer\b",
    rf"{_HEAD}(?:say|state|report|write|declare|conclude|claim|confirm|output|print|mention)\s+(?:that|only"
    rf"|nothing|[“\"'‘])",
    rf"{_HEAD}(?:print|output|reveal|repeat|display|dump|list|show)\s+(?:me\s+|the reader\s+)?(?:your|the|all|out"
    rf"|every|hidden|this)\b"
    r"[^.!?]{0,60}\b(?:prompts?|instructions?|keys?|fences?|rules|text|files?|names|context|links?)\b",
    rf"{_HEAD}(?:cite|quote|attribute|credit|use|trust|rely on|mention)\s+(?:this|that|any|all|only|no|the|it|them"
    rf"|everything|nothing|sentences?"
    rf"|[\[(]?\d|{_ITEM}|[A-Z][\w.]+\s+[A-Z][\w.]+\s+as)\b",
    r"\b(?:must|should|may|can)\s*not\s+be\s+(?:cited|quoted|used as|relied|trusted|answered)|[;,]"
    r"\s*do not (?:quote|cite|use|trust) (?:it|them|this)\b",
    rf"{_HEAD}(?:mark|label|rate|classify|treat|set|return|give|consider)\s+(?:this|that|the|every|each|all|any"
    rf"|your|it)\b[^.!?]{{0,40}}"
    rf"\b(?:{_ITEM}|as\s+(?:an?\s+)?(?:the\s+)?(?:supported|refuted|true|false|verified|answer)|label|verdict)\b",
    rf"{_HEAD}(?:refuse|decline|abstain)(?:\s+(?:to answer|from answering)|\s*[:.])",
    rf"{_HEAD}(?:pretend|imagine|suppose|act as|role-?play|let us play|let's play)\b[^.!?]{{0,80}}\b(?:you"
    rf"|answers?|oracle)\b",
    rf"{_HEAD}(?:decode|decrypt|unscramble|read backwards|read this backwards)\b",
    r"\b(?:end|start|begin(?:ning)?) of (?:the )?(?:articles|documents|context|prompt|evidence|input)\b",
)  # fmt: skip
_ADDRESSED = (
    rf"\b(?:attention|dear|hey|hello|hi|note to|notice to|(?:message|instructions?|note) (?:to|for|from)|to (?:any"
    rf"|all|every))\s+(?:\w+\s+){{0,2}}?"
    rf"{_MACHINE}\b[^.!?]{{0,80}}(?:[:,]|\byou\b)",
    rf"\b(?:if|since|because|as)\s+(?:you\s+are\s+)?an?\s+{_MACHINE}\b[^.!?]{{0,80}}\b(?:you|must|should|{_SAY})\b",
    rf"\byou\s+are\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:\w+\s+)?(?:{_MACHINE}|\w*bot)\b",
    rf"\bthe\s+(?:{_MACHINE}|system|reply)\s+(?:must|shall|has to|needs? to|is to|can only)\s+(?:\w+\s+)?"
    r"(?:answer|reply|respond|say|state|conclude|output|cite|quote|declare)\b",
    r"\byou\s+(?:must|should|shall|have to|need to|are to|can only|will)\s+(?:\w+\s+)?(?:answer|reply|respond|cite"
    r"|quote|output|conclude)\b",
    r"\byou\s+(?!can\b|could\b|may\b)(?:\w+\s+){0,3}?(?:answer|respond|reply|quote this|cite this|obey"
    r"|are checking)\b(?!\s+(?:yes|no\b|the (?:phone|door|call)))",
    r"\b(?:every|any|all)\s+answers?\s+(?:but|except|other than)\b",
    r"^\W{0,40}(?:system|assistant|developer|admin(?:istrator)?|ai|bot|model)\s*(?:message|prompt|note|notice|override"
    r"|instructions?|update)*\s*[\])>]*\s*[:>\])]",
    r"^\W{0,40}(?:developer|admin|system|assistant|root)\s+(?:message|prompt|note|override|update|mode)\b",
    r"\b(?:system|assistant|developer|hidden)\s+(?:prompt|instructions?)\b(?=[^.!?]*(?:\byou|:|answers?\b"
    r"|\babove\b))",
    r"\b(?:new|updated|revised|real)\s+instructions?\s*:",
)  # fmt: skip
_TRUTH = (
    r"(?:true|false|correct|incorrect|wrong|right|supported|unsupported|refuted|verified|confirmed|proven"
    r"|established|valid|accurate"
    r"|untrue|fake|unanswerable|retracted|withdrawn|disproved|debunked|rated|fact-?checked)"
)
_DEICTIC = (
    rf"\b(?:this|that|the|these|those|every|each|any|all|said)\s+(?:\w+\s+)?{_ITEM}"
    rf"(?:\s+(?:above|below|here|in question|being checked|to be checked|(?:that\s+)?you\s+are\s+checking"
    rf"|in this (?:file|article|text)))*"
    rf"\s+(?:has|have|had|is|are|was|were|must be|should be|can be|will be|cannot be)\s+(?:(?:been|being|now|also"
    rf"|fully|independently|completely|in full|rated"
    rf"|hereby|already|officially|therefore)\s+)*[“\"'‘]?{_TRUTH}\b",
    rf"\b(?:nothing|everything|all|anything)\s+in\s+this\s+{_ITEM}\s+(?:is|was|has been)\b",
    r"\bthe\s+publisher\s+has\s+(?:withdrawn|retracted)\s+the\s+sentences?\b",
    rf"^\W{{0,40}}(?:the\s+)?(?:\w+\s+)?(?:verdict|rating|ruling|label|claim status|status|confidence|fact[- ]?check"
    rf"|stance|conclusion)\s*[:=]\s*\W*{_TRUTH}\b",
    r"^\W{0,40}(?:the\s+)?claim\s+(?:status|verdict|rating)\b",
    r"\b(?:all|every|any|the|this|that|your|acceptable|correct|right|real|true|final|only|verified|expected)"
    r"\s+answers?"
    r"(?:\s+(?:to|for)\s+(?:the|this|that|every|all|any|your|“[^”]{0,200}”|\"[^\"]{0,200}\")(?:\s+(?:\w+"
    r"\s+)?questions?)?)?"
    r"(?:\s+(?:(?:that\s+)?you\s+must\s+give|to\s+(?:be\s+)?give[n]?|here|above))?\s*(?:is|are|must be|should be"
    r"|will be|shall be|:)(?=\s|$)",
    r"\bfinal\s+answer\s*:|\bthe\s+answer\s+[^.!?]{1,80}\s+is\s+(?:correct|right|true|verified)\b",
)  # fmt: skip
_MARKUP = (
    r"<\|[\w ]{1,40}\|>|\[/?inst\]|<</?sys>>|</?s>\s*<|<</?\w+>>",
    r"</?(?:system|assistant|user|developer|instructions?|prompts?|answer|evidence|articles|context|documents?"
    r"|tool_call|tool_use"
    r"|function_calls?|invoke|parameter|output|response|result)\b[^<>]{0,200}>",
    r"[\"“]?(?:answerable|short_answer|statements|labels?|verdict|tool_calls?|arguments|support)[\"”]\s*:",
    r"\b(?:function_call|tool_call|submit_\w+|set_answer|final_answer)\b|\baction\s*:\s*\w+\s*\[",
    r"^\W{0,20}#{2}#{0,4}\s*(?:system|instructions?|new instructions?|assistant|response)\b",
    r"[=\-~#*`\"\]\[{}]{3}\s{0,5}(?:begin|end|stop)\b",
    r"[=~#\]\[{}\"]{3}\s{1,5}[=~#\]\[{}\"]{3}|`{3}",
    r"^(?:\[\d{1,3}\]|【\d{1,3}】).*\b(?:answers?|cite)\b|^\W{0,40}\(?sentences?\s+\d+\s*:?\)?:",
)  # fmt: skip
_CLOSING = {"<<sys>>": "<</SYS>>", "<|im_start|>": "<|im_end|>"}
_CHAT = re.compile(
    r"<(?P<name>system|assistant|user|developer|instructions?|prompt|answer|tool_call|function_calls?|invoke)\b[^<>]{0,200}>"
    r"|(?P<mark><<SYS>>|<\|im_start\|>)",
    re.IGNORECASE,
)
_FOREIGN = (
    r"\b(?:ignor\w*|vergiss|vergessen|missachte\w*|oublie\w*|n[ée]glige\w*|olvida\w*|dimentica\w*|esque[cç]\w*"
    r"|игнорир\w*|забудь\w*|negeer|zignoruj\w*)\b"
    r"[^.!?]{0,60}\b(?:anweisung\w*|instru[ck]\w*|consigne\w*|instrucci\w*|istruzion\w*|instru[cç]\w*|инструкц\w*"
    r"|указани\w*|instructies|polece\w*)",
    r"(?:忽略|无视|無視)[^。]{0,30}(?:指令|指示|说明|内容|一切|以上)|(?:以上|上記)[^。]{0,20}(?:無視|忽略)",
)  # fmt: skip
_REVERSED = re.compile("[\u202d\u202e]")
_TAGS = re.compile("(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]{2,}")  # of a flag they are a part
_BLOB = re.compile(r"(?<![/\w.-])(?=[A-Za-z0-9+/=]*\d)[A-Za-z0-9+/]{24,}={0,2}(?![\w./-])")
_TOLD = tuple(re.compile(rule, re.IGNORECASE) for rule in (*_ORDERS, *_ADDRESSED, *_MARKUP))
_VERDICTS = tuple(re.compile(rule, re.IGNORECASE) for rule in _DEICTIC)
_OF_OTHERS = tuple(re.compile(rule, re.IGNORECASE) for rule in _FOREIGN)
# Every pattern but those of other languages needs a mark, one of these words, or one of the verbs at the head;
# most sentences of a story have none, and cost nothing.
_MARKS = re.compile(r"[<>\[{`=#~_【]|---|\*{3}|\"{3}")
_WORDS = re.compile(r"[^\W\d_]+")
_TELLING = frozenset(
    "admin administrator agent agents ai answer answered answers article articles assertion assertions"
    " assistant assistants automated automatic bot bots bypass chatbot chatbots checker checkers checking"
    " cite cited claim claims conclusion confidence context crawler crawlers developer developers discard"
    " dismiss disregard document documents evidence file forget gpt ignore input instruction instructions"
    " label labels llm llms model models obey override overrule passage passages prompt prompts publisher"
    " question questions quote quoted rating relied replies reply respond retriever root ruling sentence"
    " sentences skip stance statement statements status stories story system systems text trusted used"
    " verdict verifier verifiers".split()
)
_LEADING = frozenset(
    "abstain act attribute claim classify conclude confirm consider credit declare decline decode decrypt"
    " display dump fact give imagine let list mark mention output pretend print rate read refuse rely repeat"
    " report return reveal role roleplay say set show state suppose treat trust unscramble use write".split()
)
_HEAD_WORDS = 6
_CUE = re.compile(
    r"\b(?:said|says|told|asked|wrote|added|tweeted|posted|replied|according|insisted|argued|testified)\b", re.I
)
_QUOTED = re.compile(r"“[^”]{1,1500}”|\"[^\"]{1,1500}\"|«[^»]{1,1500}»|„[^“”]{1,1500}[“”]")
_SPACED = re.compile(r"\b\w(?: \w\b){3,}")
_ALIKE = str.maketrans("аеорсхуіјѕһАЕОРСХУІЈЅВНКМТαονρΑΒΕΖΗΙΚΜΝΟΡΤΧ", "aeopcxyijshAEOPCXYIJSBHKMTaovpABEZHIKMNOPTX")
_MOST_REPEATED = 0.25
_LONGEST = 2_000


def find_addressed(text: str, boilerplate: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Return what is left out of the search: boilerplate, and what is hidden or speaks to a machine.

    Args:
        text: The article's text.
        boilerplate: Sorted, disjoint spans that are left out anyway; they are returned too.
    """
    hidden = [*_find_hidden(text), *_find_chat(text)]
    known = _merge([*boilerplate, *hidden])
    found = [Span(each.start, each.end) for each in split_sentences(text, known) if _speaks(text, each)]
    return _merge([*known, *found])


def speaks_to_machine(sentence: str) -> bool:
    """Return whether a sentence is addressed to who reads the article by machine, and reports nothing."""
    plain = _plain(sentence[:_LONGEST])
    if _REVERSED.search(sentence) or _is_repetition(plain) or _is_code(plain):
        return True
    reported = _CUE.search(plain) is not None
    quoted = [match.span() for match in _QUOTED.finditer(plain)] if reported else []
    patterns = (*_TOLD, *(() if reported else _VERDICTS), *_OF_OTHERS) if _may_speak(plain) else _OF_OTHERS
    for pattern in patterns:
        for match in pattern.finditer(plain):
            if not any(start <= match.start() < end for start, end in quoted):
                return True
    return False


def _speaks(text: str, sentence: Sentence) -> bool:
    return speaks_to_machine(text[sentence.start : sentence.end])


def _plain(sentence: str) -> str:
    """Return a sentence as it looks: without invisible characters, look-alike letters as the Latin ones."""
    shown = sentence
    if not sentence.isascii():
        shown = "".join(c for c in unicodedata.normalize("NFKC", sentence) if unicodedata.category(c) != "Cf")
        latin = shown.translate(_ALIKE)
        shown = latin if latin.isascii() or any(c.isascii() and c.isalpha() for c in shown) else shown
    shown = _SPACED.sub(lambda match: match.group().replace(" ", ""), shown)
    return " ".join(shown.replace("’", "'").split())


def _is_repetition(plain: str) -> bool:
    """Return whether a sentence says the same words over and over."""
    words = plain.casefold().split()
    return len(words) >= 24 and len(set(words)) <= _MOST_REPEATED * len(words)


def _may_speak(plain: str) -> bool:
    words = _WORDS.findall(plain.casefold())
    return not (
        _TELLING.isdisjoint(words) and _LEADING.isdisjoint(words[:_HEAD_WORDS]) and _MARKS.search(plain) is None
    )


def _is_code(plain: str) -> bool:
    """Return whether most of a sentence is one encoded word."""
    return any(2 * len(match.group()) > len(plain) for match in _BLOB.finditer(plain))


def _find_hidden(text: str) -> Iterator[Span]:
    """Yield what a browser would not show of the markup in a text: comments and hidden elements."""
    start = None
    for mark in _COMMENT.finditer(text):
        if mark.group() == "<!--" and start is None:
            start = mark.start()
        elif mark.group() == "-->" and start is not None:
            if mark.end() - start <= _LONGEST_HIDDEN:
                yield Span(start, mark.end())
            start = None
    yield from (Span(match.start(), match.end()) for match in _TAGS.finditer(text))
    for opening in _OPENING.finditer(text):
        if opening["note"]:
            yield Span(opening.start(), opening.end())
        elif opening["name"].lower() in _UNSEEN or _HIDDEN.search(opening["rest"]):
            close = f"</{opening['name']}>"
            end = text.find(close, opening.end(), opening.end() + _LONGEST_HIDDEN)
            yield Span(opening.start(), end + len(close) if end >= 0 else opening.end())


def _find_chat(text: str) -> Iterator[Span]:
    """Yield what stands between the marks of a chat or a program, so that a sentence beside them stays."""
    for opening in _CHAT.finditer(text):
        name = opening["name"] or opening["mark"]
        close = f"</{name}>" if opening["name"] else _CLOSING[name.lower()]
        end = text.find(close, opening.end(), opening.end() + _LONGEST_HIDDEN)
        if end >= 0:
            yield Span(opening.start(), end + len(close))


def _merge(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif span.start < span.end:
            merged.append(span)
    return tuple(merged)

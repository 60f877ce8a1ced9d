from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factcheck.articles.boilerplate import find_boilerplate
from factcheck.articles.sentences import MAX_SENTENCE, group_passages, split_sentences
from factcheck.types import Span

# "⏎" marks the places where a sentence ends; white space around it is not part of a sentence.
CASES = """
The war began in February. ⏎ It goes on.
Washington has not said what, or under what conditions. ⏎ According to sources, the request came early.
The U.S. and NATO lag behind. ⏎ Nobody denied it.
U.S. National Security Adviser Jake Sullivan told CNN.
He lives in the U.S. ⏎ The move was sudden.
He lives in the U.S. and works in the U.K. ⏎ It suits him.
The embassy in Washington D.C., said he was not aware.
They met in Washington, D.C. ⏎ In the evening they left.
Gen. Mark Milley spoke first. ⏎ Lt. Gen. Ben Hodges followed.
Sen. Marco Rubio, R-Fla., and Rep. Adam Schiff, D-Calif., agreed.
Mr. and Mrs. Smith met Dr. Jones. ⏎ Prof. Li came later.
Acme Inc. said it would pay. ⏎ Acme Corp. Chairman Bob Lee resigned.
She works at Apple Inc. ⏎ The company declined to comment.
The meeting starts at 10 a.m. Monday in Rome.
The meeting starts at 10 a.m. ⏎ Police closed the road.
It ended at 5:30 p.m. EST on Friday. ⏎ Nobody stayed.
7:45 p.m. - The ferry has left. ⏎ Nobody stayed.
11:40 a.m. — 'We heard a bang' was all she said. ⏎ Nobody stayed.
He left at 10 p.m. ⏎ “Nobody stayed,” she said.
See No. 5 on the list. ⏎ It is the best.
He asked for help and was told no. ⏎ Nobody came.
Use drones, e.g. Chinese ones, i.e. cheap ones.
On Jan. 6 they came. ⏎ On Feb. 24, they left. ⏎ In Sept. 2021 they returned.
The book by J. K. Rowling sold well. ⏎ William J. Burns agreed.
J.K. Rowling and George R. R. Martin met. ⏎ Nobody knows why.
They moved to plan B. ⏎ The plan failed.
He is better than I. ⏎ She knows.
Growth was 6.2% between 2014 and 2020. ⏎ Russia reached 0.4%.
It cost $1.5 million. ⏎ Of that, €2.3 billion was lent.
The vote was in 2021. ⏎ 35 people were hurt.
“We are clear. ⏎ We are concerned,” they say.
“We have been clear. ⏎ We support peace.” ⏎ The officials avoided the word war.
"I've never heard of that." ⏎ Liu left the room.
In an email he responded, "I've never heard of that." ⏎ "China is saddened," he said.
“Never!” he said. ⏎ The crowd cheered.
“Never.” he said. ⏎ The crowd cheered.
“Will they come?” Sullivan asked reporters in Rome. ⏎ Nobody knew.
“It is over.” Sullivan said. ⏎ He left.
“It is over.” ⏎ Sullivan left for Rome.
“Why now?” asked one of them. ⏎ “Why not?” said another.
The reports were “disinformation” and “malicious.” ⏎ “The top priority is restraint,” Zhao said.
(He had left. ⏎ She had stayed.) ⏎ They met again.
He left (she stayed). ⏎ They met.
The talks [held in Rome] failed. ⏎ [The Kremlin did not comment.] ⏎ Nobody did.
The situation is getting out of control. ... ⏎ China calls for restraint.
We have different approaches... ⏎ "I believe that Russia needs nothing," she said.
He was, well... tired of it.
I think ... China is right.
I… I do not know. ⏎ Ask her.
Wait . . . and see. ⏎ It will come.
The meeting ended.⏎The next one is in May.
It began in 2021.⏎The war ended it.
He said “no.”⏎The room fell silent.
The site example.com was down. ⏎ Visit www.example.org/Index.Html now.
The U.S.A. team won. ⏎ Version 3.5 is out. ⏎ Open Report.Pdf first.
Node.js and ASP.Net were used. ⏎ It worked.
Really?! ⏎ Yes!!! ⏎ They won?
Yahoo! said it was sold. ⏎ Nobody asked.
Yahoo! Inc. was sold.
The economy is larger than the Russian economy. and, in addition, more developed.
the bridge in aid of the armed forces. democracies – including Spain – helped.
The army vs. the people: nobody won. ⏎ St. Petersburg slept.
He moved to St. Louis, Mo., in 1990. ⏎ It rained.
Smith et al. found nothing. ⏎ The study ended.
Martin Luther King Jr. spoke here. ⏎ John Smith Sr. Listened? ⏎ Nobody knows.
The company, founded ca. 1900, closed. ⏎ Fig. 3 shows it.
He bought apples, pears, etc. ⏎ Then he left.
中国否认了。 ⏎ 俄罗斯也否认了！ ⏎ 真的吗？
Россия отрицает это. ⏎ Китай тоже.
It rose to 1,000. ⏎ And 3.14 is pi.
She said: “Go.” ⏎ And he went.
iPhone sales fell. ⏎ iPads did not sell. ⏎ eBay rose.
The CEO of Moody's Corp. Raymond McDaniel spoke.
He read it.[1] ⏎ She did not.[23] ⏎ They argued.
The time was 10.30 in Rome. ⏎ The date was 14.03.2022 there.
‘We won.’ ⏎ ‘So did they.’
«Мы не просили.» ⏎ «Это ложь», сказал он.
What did Russia ask for? ⏎ Drones, officials said.
"Stop!" ⏎ Then silence.
She earned a Ph.D. in physics. ⏎ He had an M.A. from Yale.
Is it in the Mass. ⏎ The answer is no.
Brown v. Board of Education ended it. ⏎ The case of Godfrey v. Georgia did not.
Such theorists as J. A. Hobson wrote (c. 1902) on it. ⏎ See Vol. II of his works.
The series by I. Marlene King ended. ⏎ He fell in World War I. ⏎ Sir Hugh mourned.
It is the oldest in the U.S. ⏎ There's an older one in Mexico.
Of 1,500 troops, 35 died. ⏎ 134 were injured.
""".strip().splitlines()


def split(text, boilerplate=()):
    return [text[s.start : s.end] for s in split_sentences(text, boilerplate)]


@pytest.mark.parametrize("marked", CASES)
def test_splits_where_marked(marked):
    text = marked.replace(" ⏎ ", " ").replace("⏎", "")
    assert split(text) == [part.strip() for part in marked.split("⏎")]


def test_there_are_enough_cases():
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Title without a stop\n\nThe first line.", ["Title without a stop", "The first line."]),
        (
            "Title without a stop\nBy Ana Ruiz\nThe first line.",
            ["Title without a stop", "By Ana Ruiz", "The first line."],
        ),
        (
            "US asks China\nDC warns Beijing to steer clear of partnering",
            ["US asks China", "DC warns Beijing to steer clear of partnering"],
        ),
        ("One.\r\nTwo\r\nThree.\rFour.", ["One.", "Two", "Three.", "Four."]),
        ("One\u2028Two\u2029Three\x85Four\x0bFive", ["One", "Two", "Three", "Four", "Five"]),
        (
            "They want:\n- peace\n- 5,000 tanks\n- Mr. Li",
            ["They want:", "- peace", "- 5,000 tanks", "- Mr. Li"],
        ),
        (
            "1. Russia asked.\n2. China said no. It left.",
            ["1. Russia asked.", "2. China said no.", "It left."],
        ),
        ("• First thing\n• second thing", ["• First thing", "• second thing"]),
        ("10:30 Talks begin\n11:45 Talks end", ["10:30 Talks begin", "11:45 Talks end"]),
        (
            "She said that the talks would not be held this year\nand that nobody had asked.",
            ["She said that the talks would not be held this year\nand that nobody had asked."],
        ),
        ("\u200e“שלום.” הוא אמר. עוד משפט.", ["\u200e“שלום.”", "הוא אמר.", "עוד משפט."]),
        (
            "A zero\u200bwidth.\u200b The next.",
            ["A zero\u200bwidth.\u200b The next."[:13], "\u200b The next."],
        ),
        ("   \n\t\n", []),
        ("", []),
        ("...", ["..."]),
        ("”", ["”"]),
    ],
)
def test_lines_and_odd_characters(text, sentences):
    assert split(text) == sentences


WRAPPED = """\
The harbour master of Portmarron has resigned after an inquiry found
that the port had paid a dredging company twice for removing the same
silt. He said that he should have read the invoices. The chair, Diane
Marsh, said that the port takes full responsibility for the loss.

Shares of the contractor fell by nine per cent on Tuesday, and a new
harbour master will be named next week."""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_hard_wrapped_text_is_joined(newline):
    sentences = [" ".join(sentence.split()) for sentence in split(WRAPPED.replace("\n", newline))]
    assert sentences == [
        "The harbour master of Portmarron has resigned after an inquiry found that the port had paid a "
        "dredging company twice for removing the same silt.",
        "He said that he should have read the invoices.",
        "The chair, Diane Marsh, said that the port takes full responsibility for the loss.",
        "Shares of the contractor fell by nine per cent on Tuesday, and a new harbour master will be named next week.",
    ]


def test_a_list_of_headlines_is_not_taken_for_wrapped_text():
    text = "\n".join(
        [
            "Harbour master resigns over dredging contract in Portmarron",
            "Council votes to keep the last cinema of the old town open",
            "Two firefighters hurt in warehouse blaze near the new docks",
            "Grain ship leaves port after three weeks behind a mine belt",
        ]
    )
    assert split(text) == text.split("\n")


def test_boilerplate_holds_no_sentence_and_ends_one():
    text = "He said that SHARE THIS she left."
    start = text.index("SHARE")
    assert split(text, [Span(start, start + 10)]) == ["He said that", "she left."]


def test_a_heading_starts_behind_its_marker():
    text = "# What the judge said\nThe judge wrote.\n\n## The appeal"
    assert split(text, find_boilerplate(text)) == ["What the judge said", "The judge wrote.", "The appeal"]


@pytest.mark.parametrize("unit", ["word ", "word; ", "x", "a.b", "“x” "])
def test_a_very_long_sentence_is_cut(unit):
    sentences = split(unit * 3000)
    assert max(map(len, sentences)) <= MAX_SENTENCE
    assert "".join("".join(sentences).split()) == "".join((unit * 3000).split())


WORDS = "The |U.S. |Gen. |said |he |“|”|\"|'|’|. |.|... |…|?! |! |1. |3.5| |。|# |- |(|)|[1]|ended.The|*| » "
BREAKS = [
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\u2028",
    "\u2029",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\t",
    "\x1c",
    "\x00",
    "|",
]
SITE = ["Home\n", "Share this\n", "Related Articles\n", "---\n", "key: value\n", "a" * 40]
PIECES = st.sampled_from([*WORDS.split("|"), *BREAKS, *SITE])
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("\ufeff")
@example("---\na: b\n---")
def test_every_character_belongs_to_one_sentence_or_to_boilerplate(text):
    boilerplate = find_boilerplate(text)
    sentences = split_sentences(text, boilerplate)
    spans = sorted([*((s.start, s.end) for s in sentences), *((b.start, b.end) for b in boilerplate)])
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {offset for start, end in spans for offset in range(start, end)}
    assert all(offset in covered for offset, character in enumerate(text) if not character.isspace())
    for sentence in sentences:
        quote = text[sentence.start : sentence.end]
        assert quote
        assert quote == quote.strip()


def count_words(texts):
    return [len(text.split()) for text in texts]


def group(text, max_tokens, boilerplate=()):
    sentences = split_sentences(text, boilerplate)
    passages = group_passages(sentences, count_words, text, max_tokens=max_tokens)
    assert tuple(s for passage in passages for s in passage.sentences) == sentences
    return [text[passage.start : passage.end] for passage in passages]


def test_passages_hold_whole_sentences_within_the_limit():
    text = "One two three. Four five six. Seven eight nine."
    assert group(text, 6) == ["One two three. Four five six.", "Seven eight nine."]


def test_a_passage_ends_with_a_paragraph_where_that_leaves_it_half_full():
    text = "One two three. Four five six.\n\nSeven eight nine. Ten eleven twelve."
    assert group(text, 10) == ["One two three. Four five six.", "Seven eight nine. Ten eleven twelve."]


def test_a_headline_goes_with_what_follows():
    text = "One two three. Four five six.\n\nThe headline\n\nSeven eight nine. Ten eleven twelve."
    assert group(text, 8) == [
        "One two three. Four five six.",
        "The headline\n\nSeven eight nine. Ten eleven twelve.",
    ]


def test_a_sentence_over_the_limit_is_a_passage_of_its_own():
    text = "One two. Three four five six seven eight nine ten. Eleven."
    assert group(text, 4) == ["One two.", "Three four five six seven eight nine ten.", "Eleven."]


def test_no_passage_spans_long_boilerplate():
    notice = "This site uses cookies to improve your experience. Read our cookie policy."
    text = f"One two.\n\n{notice}\n\nThree four."
    assert group(text, 100, find_boilerplate(text)) == ["One two.", "Three four."]


def test_byline_and_share_bar_do_not_part_a_headline_from_its_story():
    between = "Share this article\n\nShare on Facebook\n\nSkip to main content\n\n5 min read"
    text = f"The headline of it\n\n{between}\n\nThe port of Averley will close."
    assert len(find_boilerplate(text)) == 1
    assert group(text, 100, find_boilerplate(text)) == [text]


def test_no_sentences_make_no_passages():
    assert group_passages((), count_words, "", max_tokens=10) == ()


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 40))
def test_passages_never_exceed_the_limit_but_for_one_sentence(text, limit):
    sentences = split_sentences(text)
    for passage in group_passages(sentences, count_words, text, max_tokens=limit):
        sizes = count_words([text[s.start : s.end] for s in passage.sentences])
        assert sum(sizes) <= limit or len(sizes) == 1

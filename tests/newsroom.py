"""Small news articles of several beats, written for the tests, and the sentences they are made of."""

from __future__ import annotations

from pathlib import Path

from factcheck.answering.questions import analyse_question
from factcheck.answering.readings import Reading, read_hit
from factcheck.models.parser import Parser
from factcheck.types import Hit, Retrieved, Searched, SourceSentence

ARTICLES: dict[str, str] = {
    "court/hollis-wire.txt": """Former treasurer convicted of fraud in Marlow Bay

MARLOW BAY, 3 May 2023 (Coastline News) - A jury on Wednesday convicted Garrett Hollis, the former treasurer of the \
Marlow Bay Harbour Trust, of fraud.

Judge Miriam Okafor will sentence Hollis on June 12. Hollis stole $412,000 from the trust between 2016 and 2020, \
prosecutors said.

“He betrayed every fisherman in this town,” prosecutor Lena Whitfield told the court. “There was no mistake here.”

Defence lawyer Tomas Brandt said his client would appeal. He declined to say when. Hollis, 58, denied the charges \
throughout the trial.

Witnesses did not identify the buyer of the boat.
""",
    "court/hollis-gazette.txt": """Hollis found guilty

3 May 2023 | The Bay Gazette

Garrett Hollis was convicted on Wednesday of stealing $421,000 from the Marlow Bay Harbour Trust.

Whitfield, the prosecutor, said Hollis had betrayed the fishermen of the town.

According to defence lawyer Tomas Brandt, Hollis will not appeal.

The buyer of the boat was identified as Quentin Marsh.
""",
    "sport/lakers-final.txt": """Northgate Rovers win cup after 31 years

Sunday 28 May 2023

Northgate Rovers beat Eastvale United 3-1 in the final of the Carrow Cup on Saturday at Dunmore Stadium.

Captain Sofia Renaldi scored twice. Ingrid Bauer, the Eastvale goalkeeper, saved a penalty in the 70th minute.

“We waited 31 years for this night,” Renaldi said. “Nobody believed in us.”

Coach Peter Adeyemi said the team would celebrate in Northgate on Monday. Some 48,200 spectators watched the match.
""",
    "flood/river-monday.txt": """Flood kills 14 in Verrin valley

2 October 2023

At least 14 people died when the River Ostra burst its banks near Verrin early on Monday, rescuers said.

More than 2,300 residents were evacuated to schools in Kalten. The flood destroyed the Alder Bridge.

Mayor Edda Lindqvist blamed blocked drains for the flood. “The drains had not been cleaned since 2019,” Lindqvist \
said.

The water company Ostra Water rejected the accusation. The dam was not safe, an engineer said.
""",
    "flood/river-tuesday.txt": """Death toll of Verrin flood rises

3 October 2023

The flood of the River Ostra near Verrin killed 17 people, the interior ministry said on Tuesday.

The dam was safe, an engineer said.

Repairs to the Alder Bridge will cost 6.5 million euros, the ministry said. Rebuilding will take two years.

Ostra Water spokeswoman Hanna Brekke told Radio Kalten that the company “cleans its drains every spring”.
""",
    "company/tessaro.md": """# Tessaro to shut Holm plant

5 April 2024

Tessaro Motors will close its plant in Holm because demand for diesel engines has collapsed, chief executive Yusuf \
Demir said on Thursday.

The plant employs 1,150 people. The company will not cut pensions, Demir said.

Union leader Carla Voss condemned the decision. “They have lied to us,” she said.

Tessaro was founded in Turin in 1957 and is owned by the Belgian group Arven.
""",
    "company/tessaro-copy.txt": """Tessaro Motors will close its plant in Holm because demand for diesel engines has \
collapsed, chief executive Yusuf Demir said on Thursday.

The company will cut pensions, Demir said.

Tessaro was founded in Turin in 1957 and is owned by the Belgian group Arven.
""",
}


def write_articles(folder: Path) -> Path:
    """Write the articles below a folder and return it."""
    for file, text in ARTICLES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read_sentence(question: str, text: str, parser: Parser, *, file: str = "a.txt", ordinal: int = 0) -> Reading:
    """Hold a sentence against a question without a search."""
    sentence = SourceSentence(ordinal + 1, file, "h", ordinal, 1, 0, len(text), ordinal + 1, text, origin=file)
    hit = Hit(sentence, 0.0, 1)
    retrieved = Retrieved(question, (hit,), Searched(1, 1))
    return read_hit(analyse_question(question, parser.parse(question)), retrieved, hit, parser.parse(text))

import hashlib
import json
import os
import zipfile
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest

from factcheck.articles import formats
from factcheck.articles.read import SUFFIXES, find_articles, read_article
from factcheck.errors import UnreadableArticle, UsageError

LIMIT = 1_000_000
STORY = "The port of Averley will close for a week, the mayor said on Tuesday. Nobody was asked."

PAGE = f"""<html><head><title>Port closes | Courier</title>
<meta property="og:site_name" content="Averley Courier"><meta name="author" content="Ana Ruiz">
<meta property="article:published_time" content="2022-03-14T10:00:00Z"></head>
<body><nav><a href="/">Home</a><a href="/news">News</a></nav><article><h1>Port closes for a week</h1>
<p>{STORY}</p><p>{STORY.replace("Averley", "Marstead")}</p></article>
<footer>All rights reserved</footer></body></html>"""


def read(path, max_bytes=LIMIT):
    return read_article(path, path.name, max_bytes=max_bytes)


def write(folder, name, data):
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def make_pdf(*lines, password=None):
    writer = pypdf.PdfWriter()
    font = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/Type"): pypdf.generic.NameObject("/Font"),
            pypdf.generic.NameObject("/Subtype"): pypdf.generic.NameObject("/Type1"),
            pypdf.generic.NameObject("/BaseFont"): pypdf.generic.NameObject("/Helvetica"),
        }
    )
    for line in lines:
        page = writer.add_blank_page(width=600, height=200)
        page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject("/Font"): pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F1"): font})}
        )
        content = pypdf.generic.DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 20 100 Td ({line}) Tj ET".encode("latin-1"))
        page[pypdf.generic.NameObject("/Contents")] = writer._add_object(content)
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def make_docx():
    document = docx.Document()
    document.add_heading("Port closes for a week", 0)
    document.add_paragraph(STORY)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells),
        ["Ship", "Tonnes", "Estella", "27,000"],
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("The last paragraph.")
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "A.TXT"])
def test_text_is_the_decoded_file_itself(tmp_path, name):
    data = f"\ufeffPort closes\r\n\r\n{STORY}\rÄ\u2028\u200b".encode() + b"\xff caf\xe9\n"
    article = read(write(tmp_path, name, data))
    assert article.text == data.decode("utf-8", "replace")
    assert article.sha256 == hashlib.sha256(data).hexdigest()
    assert article.title == "Port closes"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\r\n", "no words"),
        ("utf16.txt", STORY.encode("utf-16"), "UTF-16; save it as UTF-8"),
        ("utf16le.txt", STORY.encode("utf-16-le"), "not UTF-8 text; save it as UTF-8"),
        (
            "cp1251.txt",
            ("Порт Аверли закрыт на неделю. " * 9).encode("cp1251"),
            "not UTF-8 text; save it as UTF-8",
        ),
        ("sjis.txt", ("港は一週間閉鎖される。" * 9).encode("shift-jis"), "not UTF-8 text; save it as UTF-8"),
        ("binary.txt", bytes(range(256)) * 40, "not UTF-8 text; save it as UTF-8"),
        ("really-pdf.txt", make_pdf(STORY), "wrong suffix"),
        ("broken.pdf", b"%PDF-1.7 and nothing else", "the PDF is broken"),
        ("text.pdf", STORY.encode(), "the PDF is broken"),
        ("scan.pdf", make_pdf(""), "no text, probably only scanned pages"),
        ("secret.pdf", make_pdf(STORY, password="s3cret"), "protected by a password"),
        ("broken.docx", b"PK\x03\x04 and nothing else", "the Word file is broken"),
        ("text.docx", STORY.encode(), "the Word file is broken"),
        ("empty.html", b"<html></html>", "no article text"),
        ("many.html", b"<i>x</i>" * 20_001, "more than 20000 elements"),
        ("deep.html", b"<div>" * 5000 + STORY.encode(), "nested too deeply"),
        ("other.rtf", b"{}", "not a format that is read"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, data, reason):
    with pytest.raises(UnreadableArticle, match=reason):
        read(write(tmp_path, name, data))


def test_a_latin_1_file_is_read_with_replacement(tmp_path):
    text = read(write(tmp_path, "a.txt", "Le maire a refusé. Il n'a pas précisé pourquoi.".encode("latin-1"))).text
    assert text == "Le maire a refus\ufffd. Il n'a pas pr\ufffdcis\ufffd pourquoi."


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = write(tmp_path, "a.txt", b"x" * 2_500_000)
    with pytest.raises(UnreadableArticle, match=r"2\.5 MB, the limit is 1\.0 MB"):
        read(path)


def test_one_long_line_is_read(tmp_path):
    assert len(read(write(tmp_path, "a.txt", b"word " * 199_999)).text) == 999_995


def test_html(tmp_path):
    path = write(tmp_path, "a.html", PAGE)
    article = read(path)
    assert STORY in article.text
    assert "All rights reserved" not in article.text
    assert article.title == "Port closes for a week"
    assert article.outlet == "Averley Courier"
    assert article.byline == "Ana Ruiz"
    assert article.date == "2022-03-14"
    assert read(path) == article


BARE_PAGE = """<html><head><title>Port of 1.84bn tonnes closes, owner silent | PortLine</title></head><body>
<div id=nav>News Ships Jobs <a href=/n>Newsletter</a></div>
<h1>Port of 1.84bn tonnes closes, owner silent</h1>
<div class=meta>Ana Ruiz — Mar 14, 2022 — 9:14 am EST <span>204 comments</span></div>
<div class=socials><a>Tweet</a> <a>Share</a></div>{story}</body></html>"""


def test_a_page_without_fields(tmp_path):
    story = f"<p>{STORY}</p><p>{STORY.replace('Averley', 'Marstead')}</p>"
    article = read(write(tmp_path, "a.html", BARE_PAGE.format(story=story)))
    headline = "Port of 1.84bn tonnes closes, owner silent"
    assert article.text.startswith(f"{headline}\n{STORY}")
    assert article.text.count(headline) == 1
    assert (article.title, article.outlet) == (headline, "PortLine")
    assert (article.byline, article.date) == ("Ana Ruiz", "2022-03-14")


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Port closes for a week | PortLine", "PortLine"),
        ("Port closes for a week - The Daily Ledger", "The Daily Ledger"),
        ("Port closes for a week – World – Hafenblatt", "Hafenblatt"),
        ("Averley Courier | Port closes for a week", "Averley Courier"),
        ("Port closes for a week | News", None),
        ("Port closes for a week - owner silent on the cause of it", None),
        ("Port closes for a week", None),
        ("Another title - Somebody", None),
    ],
)
def test_the_outlet_behind_the_headline(tmp_path, title, outlet):
    page = f"<html><head><title>{title}</title></head><body><h1>Port closes for a week</h1><article>"
    page += f"<p>{STORY}</p><p>{STORY.replace('Averley', 'Marstead')}</p></article></body></html>"
    assert read(write(tmp_path, "a.html", page)).outlet == outlet


def test_html_over_its_own_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "MAX_HTML", 100)
    with pytest.raises(UnreadableArticle, match="larger than"):
        read(write(tmp_path, "a.html", PAGE))


def test_pdf(tmp_path):
    first, second = STORY.split(". ")
    assert read(write(tmp_path, "a.pdf", make_pdf(first + ".", second))).text == f"{first}.\n\n{second}"


def test_a_pdf_that_opens_without_a_password_is_read(tmp_path):
    assert read(write(tmp_path, "a.pdf", make_pdf("Nobody was asked.", password=""))).text == "Nobody was asked."


def test_docx(tmp_path):
    article = read(write(tmp_path, "a.docx", make_docx()))
    assert article.text == (
        f"Port closes for a week\n\n{STORY}\n\nShip | Tonnes\n\nEstella | 27,000\n\nThe last paragraph."
    )
    assert article.title == "Port closes for a week"


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "MAX_UNPACKED", 1_000_000)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 2_000_000)
    assert len(stream.getvalue()) < 10_000
    with pytest.raises(UnreadableArticle, match="unpacks to more than 1 MB"):
        read(write(tmp_path, "a.docx", stream.getvalue()))


def test_extracted_text_holds_nothing_that_a_store_cannot(tmp_path):
    page = PAGE.replace("Nobody", "Nobody&#xD83D; \N{GRINNING FACE}")
    text = read(write(tmp_path, "a.html", page)).text
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\0" not in text


def test_a_pipe_and_a_folder_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(UnreadableArticle, match="it is a pipe, not a file"):
        read(tmp_path / "pipe.txt")
    with pytest.raises(UnreadableArticle, match="it is a folder, not a file"):
        read(tmp_path / "folder.txt")


def test_a_vanished_file(tmp_path):
    with pytest.raises(UnreadableArticle, match="does not exist any more"):
        read(tmp_path / "gone.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path):
    path = write(tmp_path, "a.txt", STORY)
    path.chmod(0)
    with pytest.raises(UnreadableArticle, match="no permission"):
        read(path)


def test_finds_articles_in_order(tmp_path):
    for name in ["b.txt", "a.md", "c.HTML", "sub/d.pdf", "sub/deeper/e.docx", "f.htm"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path, name, STORY)
    for name in ["g.rtf", "h.jpg", "README"]:
        write(tmp_path, name, "x")
    (tmp_path / ".factcheck").mkdir()
    write(tmp_path, ".factcheck/a.txt", STORY)
    write(tmp_path, ".hidden.txt", STORY)
    found = find_articles(tmp_path)
    names = ["a.md", "b.txt", "c.HTML", "f.htm", "sub/d.pdf", "sub/deeper/e.docx"]
    assert found.paths == tuple((name, tmp_path / name) for name in names)
    assert found.skipped == ()
    assert found.ignored == 3


@pytest.mark.parametrize("name", ["a b.txt", 'it\'s "a".txt', "two\nlines.txt", "\N{GRINNING FACE}.txt", "שלום.txt"])
def test_names_of_every_kind(tmp_path, name):
    path = write(tmp_path, name, STORY)
    assert find_articles(tmp_path).paths == ((name, path),)
    assert read(path).file == name


def test_a_name_that_is_not_unicode_is_skipped_and_can_be_written(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(raw, "wb") as stream:
        stream.write(STORY.encode())
    found = find_articles(tmp_path)
    assert found.paths == ()
    assert "not valid UTF-8" in found.skipped[0].reason
    assert json.dumps(asdict(found.skipped[0]), ensure_ascii=False).encode("utf-8")


def test_links(tmp_path):
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    write(outside, "x.txt", STORY)
    write(folder, "a.txt", STORY)
    write(folder, ".store", STORY)
    links = {
        "leaves.txt": outside / "x.txt",
        "twice.txt": folder / "a.txt",
        "only.txt": folder / ".store",
        "nowhere.txt": folder / "missing",
        "loop.txt": folder / "loop.txt",
        "folder": outside,
        "self": folder,
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    found = find_articles(folder)
    assert [file for file, _ in found.paths] == ["a.txt", "only.txt"]
    reasons = {skipped.file: skipped.reason for skipped in found.skipped}
    assert reasons == {
        "folder": "a link to a folder is not followed",
        "leaves.txt": "the link leaves the folder",
        "loop.txt": "the link leads nowhere or in a circle",
        "nowhere.txt": "the link leads nowhere or in a circle",
        "self": "a link to a folder is not followed",
        "twice.txt": "a link to 'a.txt', which is read itself",
    }


def test_the_same_content_under_two_names_is_two_articles(tmp_path):
    write(tmp_path, "a.txt", STORY)
    write(tmp_path, "b.txt", STORY)
    assert len(find_articles(tmp_path).paths) == 2


def test_a_linked_folder_may_itself_be_indexed(tmp_path):
    (tmp_path / "real").mkdir()
    write(tmp_path / "real", "a.txt", STORY)
    (tmp_path / "real" / "b.txt").symlink_to("a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [file for file, _ in find_articles(tmp_path / "link").paths] == ["a.txt"]


def test_a_folder_with_a_suffix_is_walked(tmp_path):
    (tmp_path / "x.txt").mkdir()
    write(tmp_path, "x.txt/a.txt", STORY)
    assert [file for file, _ in find_articles(tmp_path).paths] == ["x.txt/a.txt"]


def test_an_empty_folder_holds_nothing(tmp_path):
    assert find_articles(tmp_path).paths == ()


def test_a_missing_folder_says_what_was_looked_for(tmp_path):
    with pytest.raises(UsageError, match="does not exist") as caught:
        find_articles(tmp_path / "missing")
    assert all(suffix in caught.value.hint for suffix in SUFFIXES)
    with pytest.raises(UsageError, match="is not a folder"):
        find_articles(write(tmp_path, "a.txt", STORY))


@pytest.mark.parametrize("seed", sorted((Path(__file__).parent.parent / "seeds").iterdir()), ids=lambda p: p.stem)
def test_the_seeds_are_read_as_they_are(seed):
    article = read(seed)
    assert article.text == seed.read_bytes().decode("utf-8")
    assert article.format == "txt"
    assert all(span.of(article.text).strip() for span in article.boilerplate)

"""Read a finished report back: what a browser and what a reader of PDF would find."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import html5lib
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

HTML = "{http://www.w3.org/1999/xhtml}"


def squeezed(text: str) -> str:
    """The text without white space and marks that cannot be seen, which a line break may add or take."""
    return "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if not character.isspace() and unicodedata.category(character) != "Cf"
    )


def parsed(page: str) -> ElementTree.Element:
    """The page as a tree; raises on the first fault of its HTML."""
    found: ElementTree.Element = html5lib.HTMLParser(strict=True).parse(page)
    return found


def elements(page: str, name: str) -> list[ElementTree.Element]:
    """Every element of that name, in order."""
    return list(parsed(page).iter(HTML + name))


def words_of(element: ElementTree.Element) -> str:
    """The text inside an element."""
    return " ".join("".join(element.itertext()).split())


def text_of_page(page: str) -> str:
    """Everything a page says: its text, and what stands in for its pictures."""
    body = elements(page, "body")[0]
    alternatives = [image.attrib["alt"] for image in body.iter(HTML + "img")]
    return squeezed("".join([*body.itertext(), *alternatives]))


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of_paper(pdf: bytes) -> str:
    """Everything a PDF says: its text without what every page repeats, and what stands in for its pictures."""
    texts = [re.sub(r"\n[^\n]*· version [^\n]*\s*\d+ of \d+\s*$", "\n", text) for text in pages_of(pdf)]
    return squeezed("".join([*texts, *alternatives_of(pdf)]))


def alternatives_of(pdf: bytes) -> list[str]:
    """The alternative texts of a PDF, from its structure."""
    tree = PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]
    return [str(node["/Alt"]) for node in _nodes(tree) if "/Alt" in node]


def roles_of(pdf: bytes) -> list[str]:
    """The roles of the elements of a PDF, from its structure."""
    tree = PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]
    return [str(node["/S"]) for node in _nodes(tree) if "/S" in node]


def _nodes(node: Any) -> list[DictionaryObject]:
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop().get_object()
        if isinstance(each, ArrayObject):
            waiting += reversed(each)
        elif isinstance(each, DictionaryObject):
            found.append(each)
            waiting += [each["/K"]] if "/K" in each else []
    return found


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def word_element(docx: bytes) -> ElementTree.Element:
    """The body of a Word document as a tree."""
    with ZipFile(io.BytesIO(docx)) as archive:
        found: ElementTree.Element = ElementTree.fromstring(archive.read("word/document.xml"))
    return found


def text_of_word(docx: bytes) -> str:
    """Everything a Word document says, in order: its text, and what stands in for its pictures."""
    said = []
    for part in word_element(docx).iter():
        if part.tag == W + "t":
            said.append(part.text or "")
        elif part.tag == DRAWN + "docPr":
            said.append(part.attrib["descr"])
    return squeezed("".join(said))

"""Each document of the table is printed once for all tests that look at it."""

from collections.abc import Callable
from functools import cache

import pytest

from paper.document import Document
from paper.pdf import write_pdf
from tests.support.paper_cases import CASES
from tests.support.paths import FONTS

Printed = Callable[[str], tuple[Document, bytes]]


@pytest.fixture(scope="session")
def printed() -> Printed:
    """`printed(name)`: the document of that name and its PDF."""

    @cache
    def one(name: str) -> tuple[Document, bytes]:
        document = CASES[name]()
        return document, write_pdf(document, FONTS)

    return one

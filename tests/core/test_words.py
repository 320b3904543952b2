"""Everything people read has its Chinese, and no translation has lost what is to be filled in."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from script import words


@pytest.fixture(scope="module")
def wrong() -> list[str]:
    return words.problems()[0]


def test_every_string_of_the_source_has_its_chinese(wrong):
    assert not [line for line in wrong if "no Chinese" in line]


def test_no_translation_has_other_placeholders_than_its_source(wrong):
    assert not [line for line in wrong if "placeholders" in line]


def test_no_two_catalogues_disagree():
    assert not words.translations()[1]


def test_each_string_stands_once_in_the_lowest_app_that_says_it():
    stands: dict[words.Key, list[str]] = {}
    for path in words.catalogues():
        for message in words.load(path):
            text = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            if text:
                context = message.context if isinstance(message.context, str) else None
                stands.setdefault((context, text), []).append(path.relative_to(words.ROOT).parts[0])
    said = {key: [words.home(word)] for key, word in words.collect().items()}
    assert {key: at for key, at in stands.items() if at != said.get(key, at)} == {}


def test_english_strings_are_their_own_translation():
    """There is no English catalogue: what isn't found is shown as it stands, one and many by the rule of English."""
    with translation.override("en"):
        for word in words.collect().values():
            one, many = _shown(word, 1), _shown(word, 2)
            assert (one, many) == (word.text, word.plural or word.text)


def _shown(word: words.Word, n: int) -> str:
    if word.plural:
        text, many = word.text, word.plural
        return (
            translation.npgettext(word.context, text, many, n) if word.context else translation.ngettext(text, many, n)
        )
    return translation.pgettext(word.context, word.text) if word.context else translation.gettext(word.text)


@pytest.mark.django_db
def test_an_english_page_has_no_chinese_words_of_ours(client):
    client.cookies["django_language"] = "en"
    html = client.get("/sign-in/").content.decode()
    assert '<html lang="en">' in html
    own = re.sub(r"<button[^>]* lang=\"zh-hans\">[^<]*</button>", "", html)
    assert "Sign in" in own
    assert not re.findall(r"[\u4e00-\u9fff]+", own)


@pytest.fixture
def project(tmp_path):
    """A small source tree with one module, one template and a catalogue."""

    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    write(
        "core/a.py",
        'x = _("Save %(name)s")\ny = ngettext("%(n)s day", "%(n)s days", 3)\nz = pgettext("verb", "Open")',
    )
    write(
        "templates/core/a.html",
        "<p>it's \"(un\"balanced\n    {% translate 'PPP (%)' %}\n"
        "  {% blocktranslate count n=n trimmed %}\n one {{ n }} thing\n {% plural %}\n {{ n }} things\n"
        " {% endblocktranslate %}</p>",
    )
    write(
        f"core/{words.PATH}",
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Save %(name)s"\nmsgstr "保存%(nom)s"\n\n'
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s天"\n\n'
        'msgid "gone"\nmsgstr "没了"\n',
    )
    return tmp_path


def test_strings_are_found_in_modules_and_templates(project):
    assert {(word.context, word.text, word.plural) for word in words.collect(project).values()} == {
        (None, "Save %(name)s", None),
        (None, "%(n)s day", "%(n)s days"),
        ("verb", "Open", None),
        (None, "PPP (%%)", None),
        (None, "one %(n)s thing", "%(n)s things"),
    }


def test_what_is_missing_different_or_unused_is_said(project):
    wrong, untidy = words.problems(project)
    assert "core/a.py:1: placeholders differ: 'Save %(name)s' -> '保存%(nom)s'" in wrong
    assert sum("no Chinese" in line for line in wrong) == 3
    assert untidy == ["unused: 'gone'"]


def test_merging_gives_each_app_its_own_strings(project):
    (project / "dispatch").mkdir()
    (project / "dispatch/b.py").write_text('x = _("Save %(name)s")\ny = _("Late")', encoding="utf-8")
    (project / "templates/dispatch").mkdir()
    (project / "templates/dispatch/b.html").write_text("{% translate 'Later' %}", encoding="utf-8")
    (project / "templates/404.html").write_text("{% translate 'Nowhere' %}", encoding="utf-8")
    words.merge(project)
    assert words.catalogues(project) == [project / app / words.PATH for app in ("dispatch", "core")]
    dispatch, core = map(words.load, words.catalogues(project))
    assert {message.id for message in dispatch if message.id} == {"Late", "Later"}
    assert core.get("%(n)s day").string == ("%(n)s天",)
    assert core.get("gone") is None
    assert core.get("Nowhere") is not None


def test_merging_folds_fragments_in(project):
    fragment = project / words.FRAGMENTS / "mine.po"
    fragment.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    fragment.write_text(head + 'msgctxt "verb"\nmsgid "Open"\nmsgstr "打开"\n', encoding="utf-8")
    words.merge(project)
    assert words.load(project / "core" / words.PATH).get("Open", "verb").string == "打开"
    assert not fragment.exists()


def test_compiling_makes_what_django_reads(project):
    words.compile_all(project)
    assert (project / "core/locale/zh_Hans/LC_MESSAGES/django.mo").exists()

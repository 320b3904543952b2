"""Everything people read has its Chinese, and no translation has lost what is to be filled in."""

from __future__ import annotations

import pytest

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
        f"core/locale/zh_Hans/{words.PATH}",
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


def test_merging_leaves_one_catalogue_without_what_is_unused(project):
    words.merge(project)
    (path,) = words.catalogues(root=project)
    catalog = words.load(path)
    assert path == project / "locale" / "zh_Hans" / words.PATH
    assert catalog.get("%(n)s day").string == ("%(n)s天",)
    assert catalog.get("gone") is None
    english = words.load(project / "locale" / "en" / words.PATH, "en")
    assert english.get("one %(n)s thing").string == ("one %(n)s thing", "%(n)s things")


def test_compiling_makes_what_django_reads(project):
    words.compile_all(project)
    assert (project / "core/locale/zh_Hans/LC_MESSAGES/django.mo").exists()

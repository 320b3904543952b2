"""Long forms ask what is needed now and fold the rest; nobody is chosen for; what is missing is said in our words."""

from __future__ import annotations

import re

import pytest

from funding.bids import services as bids
from tests.support.factories import NOW, unit_of

pytestmark = pytest.mark.django_db

# where, who may, what is asked there at once (in this order), which of it is chosen by nobody
FORMS = [
    ("/funding/new/", "office", ["name", "unit", "channel", "year", "project", "asked", "proposal_on"], ["channel"]),
    (
        "/investment/new/",
        "office",
        ["name", "investor", "mode", "squad", "found_on", "investment", "contact"],
        ["mode"],
    ),
    ("/projects/new/", "office", ["name", "lead_unit", "total_investment"], ["lead_unit", "category", "nature"]),
]


def names(html: str) -> list[str]:
    return re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', html)


@pytest.mark.parametrize(("url", "who", "asked", "unchosen"), FORMS)
def test_a_new_one_asks_what_is_needed_now_and_folds_the_rest(sign_in, people, url, who, asked, unchosen):
    page = sign_in(getattr(people, who)).get(url).content.decode()
    form = page[page.index("data-guard") :]
    above, folded = form.split('<details class="fold"', 1)
    assert [name for name in names(above) if name not in ("csrfmiddlewaretoken", "version")] == asked
    assert len(names(folded)) > len(asked)
    assert '<details class="fold" open' not in form
    for name in unchosen:
        options = re.search(rf'<select name="{name}".*?</select>', form, re.S)
        if options:  # the county has such a list
            assert re.match(r'<select[^>]*>\s*<option value=""', options[0])


@pytest.mark.parametrize(("url", "who", "asked", "unchosen"), FORMS)
def test_what_is_missing_is_said_beside_its_field_and_the_first_has_the_focus(
    sign_in, people, url, who, asked, unchosen
):
    answer = sign_in(getattr(people, who)).post(url, {"name": ""})
    page = answer.content.decode()
    form = page[page.index("data-guard") :]
    assert answer.status_code == 422
    assert not re.search(r"<(?:input|select|textarea)[^>]* required", form)
    assert '<div class="err" id="id_name_error">还没有填</div>' in form
    begins = re.search(r"<(?:input|select|textarea)[^>]*autofocus[^>]*>", form)
    assert begins
    assert 'name="name"' in begins[0]


def test_the_fold_opens_where_something_stands_in_it_or_is_wrong(county, people, sign_in):
    facts = {"name": "管网", "unit": unit_of(county, "xicheng"), "channel": "special_bond", "year": 2026}
    office = sign_in(people.office)
    plain = bids.create_bid(county=county, by=people.office, now=NOW, **facts)
    filled = bids.create_bid(county=county, by=people.office, now=NOW, **facts | {"name": "泵站", "remark": "补报"})
    assert '<details class="fold">' in office.get(f"/funding/{plain.pk}/edit/").content.decode()
    assert '<details class="fold" open>' in office.get(f"/funding/{filled.pk}/edit/").content.decode()
    wrong = office.post("/funding/new/", {"name": "管网", "submitted_on": "2026-13-40"}).content.decode()
    assert '<details class="fold" open>' in wrong

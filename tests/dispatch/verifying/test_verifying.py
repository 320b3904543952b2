"""Who holds a printed copy reads whether it is in force, without signing in, and nothing else."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.test import Client

from dispatch.bulletins import files as bulletin_files
from dispatch.bulletins import services as bulletins
from dispatch.corrections.services import draft_correction
from dispatch.verifying.pages import verified

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def test_a_stranger_reads_number_title_day_digest_and_state_and_nothing_else(signed, people, now):
    bulletin_files.keep_paper(signed, "pdf", b"the paper", of=bulletin_files.stamp(signed), now=now)
    answer = Client().get(f"/v/{signed.token}/")
    assert (answer.status_code, answer["X-Robots-Tag"], answer["Cache-Control"]) == (200, "noindex", "no-store")
    page = answer.content.decode()
    facts = re.findall(r"<dd[^>]*>(.*?)</dd>", page, re.S)
    assert len(facts) == 5
    for told in (signed.entry.text, "2026年6月10日", signed.title, hashlib.sha256(b"the paper").hexdigest()):
        assert told in page
    for kept in (str(signed.signed_by), str(signed.submitted_by), "10.20亿元", "/dispatch/"):
        assert kept not in page, kept


STATES = {"in force": "green", "corrected": "amber", "withdrawn": "red"}


@pytest.mark.parametrize("state", STATES)
def test_the_state_is_that_of_now(signed, people, now, state):
    if state == "corrected":
        said = {"stood": "10.20亿元", "right": "10.30亿元", "why": "漏计"}
        row = draft_correction(signed, by=people.office, now=now, version=signed.version, **said)
        assert verified(signed.token).tone == "green", "until the correction is signed"
        row = bulletins.submit_bulletin(row, by=people.office, now=now, version=row.version)
        bulletins.sign_bulletin(row, by=people.leader, now=now, version=row.version)
    if state == "withdrawn":
        bulletins.withdraw_bulletin(signed, by=people.leader, now=now, reason="有误", version=signed.version)
    found = verified(signed.token)
    assert (found.tone, found.number, found.digest) == (STATES[state], "项目办通〔2026〕1号", "")


def test_a_draft_has_no_address_and_a_wrong_one_leads_nowhere(signing, signed, people):
    assert signing.token is None
    assert len(signed.token) >= 32
    for wrong in (signed.token[:-1], "x", str(signed.pk)):
        assert Client().get(f"/v/{wrong}/").status_code == 404


SITES = (
    ("https://xm.example.gov.cn/v/", True), ("", False),  # no SITE_URL, this machine's own, or a demonstration
)  # fmt: skip


@pytest.mark.parametrize(("site", "printed"), SITES)
def test_the_code_is_printed_where_somebody_could_follow_it(signed, settings, site, printed):
    settings.VERIFY_URL = site
    assert bulletin_files.document(signed).verify == (f"{site}{signed.token}/" if printed else "")


def test_the_digest_is_that_of_the_paper_that_was_kept_first(signed, now):
    of = bulletin_files.stamp(signed)
    for data in (b"first", b"again"):
        bulletin_files.keep_paper(signed, "pdf", data, of=of, now=now)
    signed.refresh_from_db()
    assert signed.sha256 == hashlib.sha256(b"first").hexdigest() == signed.pdf.sha256

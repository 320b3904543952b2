from __future__ import annotations

from datetime import datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from organization.people.models import User
from organization.units.models import Unit
from tests.support.factories import NOW
from tests.support.people import People, make_county, make_people


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Counts that are kept for a while know nothing of the test before, nor does the language of a page."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _own_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests that run side by side don't wait for each other's files to be read."""
    settings.FENCE_DIR = tmp_path_factory.mktemp("fence")


@pytest.fixture
def county(db: None) -> Unit:
    return make_county()


@pytest.fixture
def people(county: Unit) -> People:
    return make_people(county)


@pytest.fixture
def now() -> datetime:
    """10 June 2026, ten in the morning in the county."""
    return NOW


@pytest.fixture
def sign_in(client: Client):
    """`sign_in(people.officer)` gives a client in which that person is signed in."""

    def enter(person: User) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter

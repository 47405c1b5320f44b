"""A real database for every test: a template is migrated once, each worker gets a clone, each test its own customers.

Nothing is rolled back or truncated: customers are apart by the very row-level security that is under test.
"""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["HERETASK_ROLE"] = "tests"

from tests import database

database.point_at_clone()

import django  # noqa: E402

django.setup()

from collections.abc import Iterator  # noqa: E402

import pytest  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.cast import Cast, make_cast  # noqa: E402
from tests.mailbox import MAILBOX, look_through  # noqa: E402
from tests.telephones import TELEPHONES  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def _database() -> Iterator[None]:
    setup_test_environment(debug=False)
    database.make_clone()
    yield
    database.drop_clone()


@pytest.fixture(scope="session", autouse=True)
def _mailbox(_database: None) -> Iterator[None]:
    """A mail server and a provider of SMS for all that runs; at the end somebody who knows every name reads what they got."""
    MAILBOX.start()
    TELEPHONES.listen()
    yield
    MAILBOX.stop()
    TELEPHONES.stop()
    assert look_through(MAILBOX, TELEPHONES.texts) == []


@pytest.fixture(scope="module")
def fresh_database(_mailbox: None) -> None:
    """For files about the whole installation: the customers of all tests before would only make them slow."""
    begin_afresh()


def begin_afresh() -> None:
    """Forget whoever was there; their mail is read first, as long as their names are known."""
    assert look_through(MAILBOX, TELEPHONES.texts) == []
    MAILBOX.letters.clear()
    TELEPHONES.texts.clear()
    database.renew_clone()


@pytest.fixture
def cast() -> Cast:
    """Two fresh customers with Anna, Bo, Clara, Eva (Solsikken) and Dan (Fyrtårnet); names carry a number.

    What tests before have left in the queue is called off: whoever runs the queue next would have to run it all.
    """
    with database.superuser() as admin:
        admin.execute("update procrastinate_jobs set status = 'cancelled' where status = 'todo'")
    return make_cast()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server running when the whole run has ended."""
    if not hasattr(config, "workerinput"):
        database.stop_if_unused()

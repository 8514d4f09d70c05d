"""A text that is shared, those who share it, and those who look."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from tests.drafts import draft

DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
LINK = re.compile(r"http://testserver(/preview/[\w-]{43}/)")


@pytest.fixture
def text(world):
    asset = draft("think", locales=("nb",), title="Grillen", summary="Om ild", body="<p>Varm</p>", slug="grill")
    return asset.translations.get()


@pytest.fixture
def staff(client):
    def logged_in(*rights):
        user = User.objects.create_user("editor", is_staff=True, first_name="Kari", last_name="Nordmann")
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(user)
        return user

    return logged_in


@pytest.fixture
def look(client, at):
    """The page of a token, some time after the story began."""

    def looked(token, after=timedelta(hours=1), **extra):
        with time_machine.travel(at + after, tick=False):
            return client.get(f"/preview/{token}/", **extra)

    return looked


def page(name, *args):
    return reverse(f"admin:content_sharelink_{name}", args=args)

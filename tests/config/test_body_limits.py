"""Behind any server: how much a request may bring, and that no file of a stranger is ever written."""

import tempfile

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from content.models import Media
from tests.pictures import picture

pytestmark = pytest.mark.django_db
LOGIN, ADD, ASSETS, API = "/admin/login/", "/admin/content/media/add/", "/admin/content/asset/", "/api/v1/content/"
LARGE = 3_000_000  # more than Django keeps in memory


@pytest.fixture(autouse=True)
def written(monkeypatch, settings, tmp_path):
    """The sizes of the temporary files that were made."""
    settings.MEDIA_ROOT = tmp_path / "media"
    sizes, make = [], tempfile.NamedTemporaryFile

    def noted(*args, **kwargs):
        sizes.append(args)
        return make(*args, **kwargs)

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", noted)
    return sizes


def signed_in(*rights, staff=True, active=True):
    user = User.objects.create(username="kari", is_staff=staff, is_active=active)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def file(size=LARGE, name="files"):
    return {name: SimpleUploadedFile("a.png", b"a" * size)}


def summary_of(answer):
    return answer.status_code, answer["Content-Type"], answer["Cache-Control"], answer.json()["title"]


REFUSED = (413, "application/problem+json", "no-store", "Body too large")


@pytest.mark.parametrize("path", [LOGIN, "/admin/", ADD, ASSETS, "/", "/preview/x/", "/nothing/", API, "/healthz/"])
@pytest.mark.parametrize("checks", [False, True])
def test_a_large_body_of_a_stranger_is_refused(path, checks, written):
    client = Client(enforce_csrf_checks=checks, cookies={"csrftoken": "a" * 32})
    assert summary_of(client.post(path, file())) == REFUSED
    assert summary_of(client.generic("PUT", path, b"a" * 64_001, "text/plain")) == REFUSED
    assert written == []


@pytest.mark.parametrize("path", [LOGIN, "/admin/", ADD, "/", "/nothing/"])
def test_a_small_file_of_a_stranger_is_refused(path, written):
    client = Client(enforce_csrf_checks=True, cookies={"csrftoken": "a" * 32})
    assert summary_of(client.post(path, file(10))) == REFUSED
    assert written == []


@pytest.mark.parametrize("who", [{"staff": False}, {"active": False}])
def test_who_may_not_enter_is_a_stranger(who, written):
    client = signed_in("add_media", **who)
    assert summary_of(client.post(ADD, file())) == REFUSED
    assert written == []


@pytest.mark.parametrize(("path", "rights"), [(ADD, []), (ASSETS, ["add_media"]), (LOGIN, ["add_media"])])
def test_files_are_taken_where_they_belong_from_those_who_may(path, rights, written):
    client = signed_in(*rights)
    assert summary_of(client.post(path, file())) == REFUSED
    assert summary_of(client.post(path, file(10))) == REFUSED
    assert written == []


def test_a_form_of_somebody_signed_in_may_be_long():
    client = signed_in("view_asset")
    assert client.post(ASSETS, {"a": "b" * 2_000_000}).status_code != 413
    assert summary_of(client.post(ASSETS, {"a": "b" * 2_700_000})) == REFUSED


def test_who_may_add_media_adds_them(settings):
    settings.MEDIA_MAX_MB = 1
    client = signed_in("add_media", "view_media")
    answer = client.post(ADD, {"files": [SimpleUploadedFile(f"{n}.png", picture()) for n in range(3)]})
    assert (answer.status_code, Media.objects.count()) == (302, 3)


def test_a_file_that_is_too_large_is_refused_while_it_is_read(settings, written):
    settings.MEDIA_MAX_MB = 3
    client = signed_in("add_media")
    answer = client.post(ADD, {"files": [SimpleUploadedFile("a.png", b"a" * 20_000_000)]})
    assert (summary_of(answer), answer.json()["detail"]) == (
        REFUSED,
        "A file may have 3 MB (MEDIA_MAX_MB), and 20 may be uploaded at once.",
    )
    assert Media.objects.count() == 0


def test_a_login_is_read_as_ever():
    User.objects.create_user("kari", password="a-long-password-1", is_staff=True)
    answer = Client().post(LOGIN, {"username": "kari", "password": "a-long-password-1", "next": "/admin/"})
    assert (answer.status_code, answer.url) == (302, "/admin/")

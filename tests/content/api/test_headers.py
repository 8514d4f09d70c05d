"""What every answer tells browsers and caches: a policy, what a page may not use, and who may keep it."""

import base64
import hashlib
import re

import pytest

from content.models import Translation
from content.publishing.publish import publish
from content.sharing.share import share
from tests.drafts import draft
from tests.pictures import media

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
STRICT = {"base-uri 'none'", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"}
DIAGRAM = "/api/v1/journeys/see-think-do-care/diagram.svg"
PUBLIC = ["/api/v1/", "/api/v1/content/", "/api/v1/content/?stage=none", "/api/v1/nothing/", "/api/v1/openapi.json"]


def policy(answer):
    return set(answer["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("address", [*PUBLIC, "/", "/healthz", "/readyz", "/nothing/", "/media/nothing.png"])
def test_an_answer_that_is_no_page_loads_and_runs_nothing(client, address):
    assert policy(client.get(address)) == STRICT


@pytest.mark.parametrize(
    "address", [*PUBLIC, DIAGRAM, "/", "/healthz", "/readyz", "/nothing/", "/admin/", "/preview/x/"]
)
@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
def test_every_answer_says_who_may_keep_it_and_what_it_may_not_use(client, address, method):
    answer = getattr(client, method)(address)
    assert answer["Cache-Control"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize("address", ["/", "/healthz", "/readyz", "/nothing/", "/favicon.ico", "/admin/jsi18n/"])
def test_what_says_nothing_of_itself_is_kept_by_nobody(admin_client, address):
    assert "no-store" in admin_client.get(address)["Cache-Control"]


def test_a_refused_host_is_told_the_same(client):
    for address in ("/", "/api/v1/", "/admin/"):  # probes are answered under any name
        answer = client.get(address, headers={"Host": "elsewhere.example"})
        assert (answer.status_code, "frame-ancestors 'none'" in policy(answer)) == (400, True)
        assert answer["Cache-Control"] == "no-store"


def test_the_admin_runs_only_scripts_of_its_own_and_the_import_map(admin_client):
    publish(asset := draft("see"))
    page = admin_client.get(f"/admin/content/translation/{Translation.objects.get(asset=asset).pk}/change/")
    [script] = re.findall(r'<script type="importmap">(.*?)</script>', page.content.decode())
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy(page) == {
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data: blob: https:",
        f"script-src 'self' 'unsafe-eval' 'sha256-{digest}'",
        "style-src 'self' 'unsafe-inline'",
    }
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", page.content.decode())
    assert {re.search(r'type="([^"]*)"', attributes)[1] for attributes in inline} <= {"importmap", "application/json"}
    assert " onfocus=" not in page.content.decode()


@pytest.mark.parametrize("address", ["login/", "", "content/asset/", "content/asset/?secret__regex=a", "nothing/"])
def test_all_of_the_admin_has_its_policy(admin_client, address):
    assert {"form-action 'self'", "frame-ancestors 'none'"} <= policy(admin_client.get(f"/admin/{address}"))


def test_the_documentation_has_one_of_its_own(client):
    page = client.get("/api/v1/docs/")
    assert policy(page) == {
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
    }
    assert re.findall(r"<script(?![^>]*src=)", page.content.decode()) == []
    [script] = re.findall(r'src="([^"]*script=)"', page.content.decode())
    assert client.get(script)["Content-Type"].startswith("application/javascript")


def test_what_has_a_policy_of_its_own_keeps_it(client):
    asset = draft("see")
    _, token = share(asset.translations.get(), lasting=7, by=None)
    assert "img-src 'self' https:" in policy(client.get(f"/preview/{token}/"))
    file = client.get(f"/media/{media().name}")
    assert file.getvalue()
    assert policy(file) == {"default-src 'none'", "sandbox"}
    assert policy(client.get(DIAGRAM)) == {"default-src 'none'", "style-src 'unsafe-inline'", "sandbox"}


def test_a_kept_answer_has_them_too(client, settings):
    publish(draft("see"))
    answers = [client.get("/api/v1/content/") for _ in range(2)]
    assert [policy(answer) for answer in answers] == [STRICT] * 2
    assert client.get("/api/v1/content/", headers={"If-None-Match": answers[0]["ETag"]}).status_code == 304

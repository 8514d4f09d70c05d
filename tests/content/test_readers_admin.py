"""“What readers get”: the page of an asset agrees with the API on whatever is asked."""

import pytest

from content.publish import publish
from tests.drafts import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_smoke(admin_client, at):
    asset = draft("think", title="Grill")
    other = draft("think", title="Other", priority=70)
    publish([asset, other], at=at)
    r = admin_client.get(f"/admin/content/asset/{asset.pk}/readers/")
    assert r.status_code == 200
    assert r.context["told"].headline == "2nd of 2 here"
    print(r.content.decode()[-9000:])

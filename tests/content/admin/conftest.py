"""Who comes to the admin."""

import pytest
from django.contrib.auth.models import Permission, User


@pytest.fixture
def staff(client):
    """Somebody who may log in and has exactly the rights named."""

    def logged_in(*rights):
        user = User.objects.create_user("editor", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(user)
        return user

    return logged_in

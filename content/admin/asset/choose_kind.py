"""Adding an asset begins with the choice of its kind."""

from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from content.models import Asset, Kind
from content.permissions import VIEW_KIND
from journeys.admin.urls import admin_url, id_from_url


def choose_kind_page(screen, request):
    """The page of kinds to choose from; ``None`` where the form comes at once: in popups, posts and with a kind."""
    if request.method == "POST" or IS_POPUP_VAR in request.GET or _kind(request):
        return None
    if not screen.has_add_permission(request):
        raise PermissionDenied
    others = {name: value for name, value in request.GET.items() if name != "kind"}
    page = admin_url(Asset, "add")
    kinds = [(kind, f"{page}?{urlencode({**others, 'kind': kind.pk})}") for kind in Kind.objects.order_by("title")]
    context = {
        **screen.admin_site.each_context(request),
        "title": _("What do you want to add?"),
        "opts": screen.opts,
        "kinds": kinds,
        "kinds_page": admin_url(Kind, "changelist") if request.user.has_perm(VIEW_KIND) else "",
    }
    return TemplateResponse(request, "admin/content/kinds.html", context)


def _kind(request):
    pk = id_from_url(request.GET.get("kind", ""))
    return pk and Kind.objects.filter(pk=pk).first()

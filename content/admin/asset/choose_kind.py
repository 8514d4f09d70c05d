"""Adding begins with the question what it is to be."""

from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from content.models import Asset, Kind
from content.permissions import VIEW_KIND
from journeys.admin.urls import admin_url, id_from_url


class ChooseKindFirst:
    """For the screen of assets. A form comes once there is a kind; popups and posts have theirs as ever."""

    def add_view(self, request, form_url="", extra_context=None):
        if request.method == "POST" or IS_POPUP_VAR in request.GET or self._kind(request):
            return super().add_view(request, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        given = {name: value for name, value in request.GET.items() if name != "kind"}
        page = admin_url(Asset, "add")
        kinds = [(kind, f"{page}?{urlencode({**given, 'kind': kind.pk})}") for kind in Kind.objects.order_by("title")]
        context = {
            **self.admin_site.each_context(request),
            "title": "What do you want to add?",
            "opts": self.opts,
            "kinds": kinds,
            "way_to_kinds": admin_url(Kind, "changelist") if request.user.has_perm(VIEW_KIND) else "",
        }
        return TemplateResponse(request, "admin/content/kinds.html", context)

    def _kind(self, request):
        pk = id_from_url(request.GET.get("kind", ""))
        return pk and Kind.objects.filter(pk=pk).first()

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from content import clock
from content.admin.asset.filters import ChoiceFilter
from content.admin.confirm_page import confirm_page
from content.admin.publishing.messages import refusals_as_messages
from content.models import ShareLink, Translation
from content.models.share_link import LinkDuration
from content.permissions import DELETE_TRANSLATION, VIEW_TRANSLATION
from content.sharing.share import may_share, revoke, share
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, ReadOnly
from journeys.admin.urls import admin_url

STATES = {"active": "success", "expired": "default", "stopped": "warning", "revoked": "danger"}


class ShareForm(forms.Form):
    lasting = forms.TypedChoiceField(
        label="Open for",
        coerce=int,
        choices=LinkDuration.choices,
        initial=LinkDuration.WEEK,
        widget=UnfoldAdminSelectWidget,
        help_text="Then the link shows nothing any more.",
    )
    note = forms.CharField(
        label="For whom",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="So that you know later which link is whose. Whoever opens it does not see this.",
    )


class ShareStateFilter(ChoiceFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request, model_admin):
        return [(state, state) for state in STATES]

    def narrow(self, request, queryset):
        now, state = clock.now(), self.choice()
        if state == "active":
            return queryset.active(now)
        if state == "stopped":
            return queryset.stopped(now)
        return queryset.exclude(revoked_at=None) if state == "revoked" else queryset.expired(now)


class ShareActions:
    """The button of a text, for those who may share."""

    def has_share_permission(self, request, object_id=None):
        text = Translation.objects.select_related("asset").filter(pk=object_id).first() if object_id else None
        return may_share(request.user, text.asset) if text else may_share(request.user)

    @action(description="Share …", icon="share", permissions=["share"])
    def share_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(ShareLink, "share", object_id))


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly, BaseAdmin):
    """Share, look at, revoke. A link is never changed, and deleted only with its text."""

    list_display = ["title", "language", "note", "state", "created_by", "shared", "until", "openings", "opened"]
    list_filter = [ShareStateFilter, ("translation__locale", RelatedDropdownFilter)]
    list_select_related = ["translation__locale", "created_by"]
    search_fields = ["title", "note", "translation__asset__name"]
    fields = [
        ("text", "language"),
        ("note", "state"),
        ("created_at", "shared_by"),
        ("expires_at", "revoked_at", "ended_by"),
        ("openings", "last_opened_at"),
    ]
    readonly_fields = [name for row in fields for name in row]
    actions_detail = ["revoke_page"]
    OF_ASSET = "translation__asset__id__exact"
    linked_lookups = [OF_ASSET]

    def get_queryset(self, request):
        return super().get_queryset(request).with_stopped()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or may_share(request.user)

    def has_delete_permission(self, request, obj=None):
        """What the page that deletes a text or an asset asks of each of its links."""
        return obj is not None and request.user.has_perm(DELETE_TRANSLATION)

    def delete_view(self, request, object_id, extra_context=None):
        raise PermissionDenied

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "show_delete": False})

    def has_share_permission(self, request, object_id=None):
        links = ShareLink.objects.select_related("translation__asset")
        link = links.filter(pk=object_id).first() if object_id else None
        return may_share(request.user, link.translation.asset) if link else may_share(request.user)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("of/<int:pk>/", view(self.share_view), name="content_sharelink_share"),
            path("<int:pk>/revoke/", view(self.revoke_view), name="content_sharelink_revoke"),
            *super().get_urls(),
        ]

    def share_view(self, request, pk):
        text = get_object_or_404(Translation.objects.select_related("asset", "locale"), pk=pk)
        if not (may_share(request.user, text.asset) and request.user.has_perm(VIEW_TRANSLATION)):
            raise PermissionDenied
        form, back = ShareForm(request.POST or None), admin_url(Translation, "change", pk)
        if form.is_valid() and (
            made := refusals_as_messages(request, share, text, by=request.user, **form.cleaned_data)
        ):
            return self._told_once(request, *made)
        lead = (
            "Makes a link that shows this text as it was last saved, to whoever has the link, without a login. "
            "What is changed later does not show; share again for that. The link can be revoked at any time."
        )
        title = f"Share “{text}” ({text.locale.code})"
        return confirm_page(self, request, form, title=title, lead=lead, button="Make the link", back=back)

    def _told_once(self, request, link, token):
        """The page itself: a message would take the link through the session."""
        self.log_addition(request, link, "Shared.")
        until = f"{timezone.localtime(link.expires_at):%Y-%m-%d %H:%M}"
        context = {
            **self.admin_site.each_context(request),
            "title": f"Link to “{link.title}”",
            "opts": self.opts,
            "text": request.build_absolute_uri(reverse("preview", args=[token])),
            "lead": f"Send it to whom it is for. It is open until {until}.",
            "back": admin_url(Translation, "change", link.translation_id),
        }
        return TemplateResponse(request, "admin/content/token.html", context)

    @action(description="Revoke …", icon="block", permissions=["share"])
    def revoke_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(ShareLink, "revoke", object_id))

    def revoke_view(self, request, pk):
        link = get_object_or_404(ShareLink.objects.select_related("translation__asset"), pk=pk)
        if not may_share(request.user, link.translation.asset):
            raise PermissionDenied
        back = admin_url(ShareLink, "change", pk)
        if request.method == "POST":
            revoke(link, by=request.user, at=clock.now())
            self.log_change(request, link, "Revoked.")
            messages.success(request, f"The link to “{link}” is revoked: it shows nothing from now on.")
            return HttpResponseRedirect(back)
        lead = (
            "Whoever opens it sees that it has ended, from the next request on. It stays revoked; you can share again."
        )
        title = f"Revoke the link to “{link}”"
        return confirm_page(
            self, request, forms.Form(), title=title, lead=lead, button="Revoke", back=back, danger=True
        )

    @display(description="created by")
    def shared_by(self, link):
        """Without Django's own link to the person, which few may follow."""
        return link.created_by

    @display(description="revoked by")
    def ended_by(self, link):
        return link.revoked_by

    @display(description="text")
    def text(self, link):
        target = admin_url(Translation, "change", link.translation_id)
        style = "text-primary-600 underline dark:text-primary-500"
        return format_html('<a class="{}" href="{}">{}</a>', style, target, link.title)

    @display(description="language", ordering="translation__locale__code")
    def language(self, link):
        return link.translation.locale.code

    @display(description="state", label=STATES)
    def state(self, link):
        return link.state_at(clock.now())

    @display(description="shared", ordering="created_at")
    def shared(self, link):
        return time_cell(link.created_at)

    @display(description="open until", ordering="expires_at")
    def until(self, link):
        return time_cell(link.expires_at)

    @display(description="last opened", ordering="last_opened_at")
    def opened(self, link):
        return time_cell(link.last_opened_at)

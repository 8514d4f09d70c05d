from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
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

COLOURS = {"active": "success", "expired": "default", "stopped": "warning", "revoked": "danger"}
STATES = {
    "active": pgettext_lazy("share link", "active"),
    "expired": pgettext_lazy("share link", "expired"),
    "stopped": pgettext_lazy("share link", "stopped"),
    "revoked": pgettext_lazy("share link", "revoked"),
}


class ShareForm(forms.Form):
    lasting = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=LinkDuration.choices,
        initial=LinkDuration.WEEK,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("After that the link no longer works."),
    )
    note = forms.CharField(
        label=gettext_lazy("For whom"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("To tell your links apart. People who open the link do not see this."),
    )


class ShareStateFilter(ChoiceFilter):
    title, parameter_name = gettext_lazy("state"), "state"

    def lookups(self, request, model_admin):
        return list(STATES.items())

    def narrow(self, request, queryset):
        now, state = clock.now(), self.choice()
        if state == "active":
            return queryset.active(now)
        if state == "stopped":
            return queryset.stopped(now)
        return queryset.exclude(revoked_at=None) if state == "revoked" else queryset.expired(now)


class ShareActions:
    """Mixin for the page of a text: the “Share” button, for users who may share it."""

    def has_share_permission(self, request, object_id=None):
        text = Translation.objects.select_related("asset").filter(pk=object_id).first() if object_id else None
        return may_share(request.user, text.asset) if text else may_share(request.user)

    @action(description=gettext_lazy("Share …"), icon="share", permissions=["share"])
    def share_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(ShareLink, "share", object_id))


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly, BaseAdmin):
    """Links are created, viewed and revoked, never changed; they are only deleted with their text."""

    list_display = ["title", "language", "note", "state_badge", "created_by", "shared", "until", "openings", "opened"]
    list_filter = [ShareStateFilter, ("translation__locale", RelatedDropdownFilter)]
    list_select_related = ["translation__locale", "created_by"]
    search_fields = ["title", "note", "translation__asset__name"]
    fields = [
        ("text", "language"),
        ("note", "state"),
        ("created_at", "shared_by"),
        ("expires_at", "revoked_at", "revoker"),
        ("openings", "last_opened_at"),
    ]
    readonly_fields = [name for row in fields for name in row]
    actions_detail = ["revoke_page"]
    # The page of an asset links to its share links by this.
    OF_ASSET = "translation__asset__id__exact"
    linked_lookups = [OF_ASSET]

    def get_queryset(self, request):
        return super().get_queryset(request).with_stopped()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or may_share(request.user)

    def has_delete_permission(self, request, obj=None):
        """Asked by the pages that delete a text or an asset, for each of its links."""
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
            shared := refusals_as_messages(request, share, text, by=request.user, **form.cleaned_data)
        ):
            return self._link_page(request, *shared)
        lead = _(
            "Creates a link to this text as it was last saved. Anyone with the link can read it without a login. Later "
            "changes do not show; share again for those. You can revoke the link at any time."
        )
        title = _("Share “%(text)s” (%(language)s)") % {"text": text, "language": text.locale.code}
        return confirm_page(self, request, form, title=title, lead=lead, button=_("Create link"), back=back)

    def _link_page(self, request, link, token):
        """Shows the link: a message after a redirect would put it into the session."""
        self.log_addition(request, link, _("Shared."))
        until = localize(localtime(link.expires_at))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Link to “%(text)s”") % {"text": link.title},
            "opts": self.opts,
            "text": request.build_absolute_uri(reverse("preview", args=[token])),
            "lead": _("Send it to the people it is for. It works until %(until)s.") % {"until": until},
            "storage": _("It will not be shown again: the server only stores its hash."),
            "back": admin_url(Translation, "change", link.translation_id),
        }
        return TemplateResponse(request, "admin/content/token.html", context)

    @action(description=gettext_lazy("Revoke …"), icon="block", permissions=["share"])
    def revoke_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(ShareLink, "revoke", object_id))

    def revoke_view(self, request, pk):
        link = get_object_or_404(ShareLink.objects.select_related("translation__asset"), pk=pk)
        if not may_share(request.user, link.translation.asset):
            raise PermissionDenied
        back = admin_url(ShareLink, "change", pk)
        if request.method == "POST":
            revoke(link, by=request.user, at=clock.now())
            self.log_change(request, link, _("Revoked."))
            messages.success(request, _("The link to “%(link)s” is revoked and no longer works.") % {"link": link})
            return HttpResponseRedirect(back)
        lead = _("It stops working with the next request. This cannot be undone; you can share the text again.")
        title = _("Revoke the link to “%(link)s”") % {"link": link}
        return confirm_page(
            self, request, forms.Form(), title=title, lead=lead, button=_("Revoke"), back=back, danger=True
        )

    @display(description=gettext_lazy("created by"))
    def shared_by(self, link):
        """As text: Django would link to the user's page, which few may open."""
        return link.created_by

    @display(description=gettext_lazy("revoked by"))
    def revoker(self, link):
        return link.revoked_by

    @display(description=gettext_lazy("text"))
    def text(self, link):
        target = admin_url(Translation, "change", link.translation_id)
        style = "text-primary-600 underline dark:text-primary-500"
        return format_html('<a class="{}" href="{}">{}</a>', style, target, link.title)

    @display(description=gettext_lazy("language"), ordering="translation__locale__code")
    def language(self, link):
        return link.translation.locale.code

    @display(description=gettext_lazy("state"), label=COLOURS)
    def state_badge(self, link):
        state = link.state_at(clock.now())
        return state, STATES[state]

    @display(description=gettext_lazy("state"))
    def state(self, link):
        return STATES[link.state_at(clock.now())]

    @display(description=gettext_lazy("shared"), ordering="created_at")
    def shared(self, link):
        return time_cell(link.created_at)

    @display(description=gettext_lazy("valid until"), ordering="expires_at")
    def until(self, link):
        return time_cell(link.expires_at)

    @display(description=gettext_lazy("last opened"), ordering="last_opened_at")
    def opened(self, link):
        return time_cell(link.last_opened_at)

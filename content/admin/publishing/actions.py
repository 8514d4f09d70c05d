"""Publishing and withdrawing assets, from the list and from an asset's own page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from unfold.decorators import action

from content import clock
from content.admin.asset.timeline import timeline_of
from content.admin.confirm_page import PublishForm, WithdrawForm, confirm_page
from content.admin.publishing.messages import (
    add_published_messages,
    edition_names,
    finding_lines,
    refusals_as_messages,
)
from content.admin.publishing.publish_some import MAX_ASSETS, publish_some, publish_some_address
from content.models import Asset, Edition, Locale
from content.permissions import PUBLISH_ASSET
from content.publishing.consequences import consequences
from content.publishing.publish import check, publish, withdraw
from content.sharing.share import open_links
from journeys.admin.urls import admin_url, id_from_url

CAME_FROM = "_changelist_filters"  # as Django's own pages call it
SAVE_AND_PUBLISH = "save_and_publish"


class PublishActions:
    """The actions and pages that publish and withdraw assets, for those who may. Only a POST changes anything."""

    actions = ["publish_now", "withdraw_some"]
    actions_submit_line = [SAVE_AND_PUBLISH]

    def has_publish_permission(self, request, obj=None):
        return request.user.has_perm(PUBLISH_ASSET)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("publish/", view(self.publish_view), name="content_asset_publish"),
            path("publish-now/", view(self.publish_now_view), name="content_asset_publish_now"),
            path("withdraw/", view(self.withdraw_view), name="content_asset_withdraw"),
            *super().get_urls(),
        ]

    @action(description=_lazy("Publish now …"), permissions=["publish"])
    def publish_now(self, request, queryset):
        page = publish_some_address(request, queryset)
        return page and HttpResponseRedirect(f"{page}&{urlencode({CAME_FROM: request.GET.urlencode()})}")

    @action(description=_lazy("Withdraw …"), permissions=["publish"])
    def withdraw_some(self, request, queryset):
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{admin_url(Asset, 'withdraw')}?ids={ids}")

    @action(description=_lazy("Publish or schedule …"), icon="event_upcoming", permissions=["publish"])
    def publish_page(self, request, object_id):
        return HttpResponseRedirect(f"{admin_url(Asset, 'publish')}?ids={object_id}")

    @action(description=_lazy("Withdraw …"), icon="visibility_off", permissions=["publish"])
    def withdraw_page(self, request, object_id):
        return HttpResponseRedirect(f"{admin_url(Asset, 'withdraw')}?ids={object_id}")

    @action(description=_lazy("Save and publish now"), permissions=["publish"])
    def save_and_publish(self, request, obj):
        """Only a label for the button: this runs before placements are saved, so ``response_change`` publishes."""

    def response_change(self, request, obj):
        if f"content_asset_{SAVE_AND_PUBLISH}" not in request.POST:
            return super().response_change(request, obj)
        messages.success(request, _("The draft of “%(asset)s” was saved.") % {"asset": obj})
        publish_with_messages(request, [obj])
        return HttpResponseRedirect(admin_url(Asset, "change", obj.pk))

    def publish_view(self, request):
        assets, back = self._assets(request)
        locales = Locale.objects.filter(translations__asset__in=assets).distinct()
        form = PublishForm(request.POST or None, locales=locales, initial=_locale_of_address(request, locales))
        if form.is_valid() and publish_with_messages(request, assets, **form.cleaned_data):
            return HttpResponseRedirect(back)
        refusals, warnings = ([], []) if request.POST else _gate_messages(request, assets)
        title = _("Publish “%(asset)s”") % {"asset": assets[0]}
        if len(assets) > 1:
            title = ngettext("Publish %(count)d asset", "Publish %(count)d assets", len(assets)) % {
                "count": len(assets)
            }
        lead = _("To schedule it, choose a start in the future: it goes live by itself. Times are in %(zone)s.") % {
            "zone": get_current_timezone_name()
        }
        texts = {"title": title, "lead": lead, "button": _("Publish"), "back": back}
        beside = _beside(assets[0]) if len(assets) == 1 else {}
        return confirm_page(self, request, form, refusals=refusals, warnings=warnings, **texts, **beside)

    def publish_now_view(self, request):
        assets, _back = self._assets(request)
        if len(assets) > MAX_ASSETS:
            raise Http404
        return publish_some(self, request, assets, f"{admin_url(Asset, 'changelist')}?{request.GET.get(CAME_FROM, '')}")

    def withdraw_view(self, request):
        assets, back = self._assets(request)
        locales = Locale.objects.filter(editions__asset__in=assets).distinct()
        form = WithdrawForm(request.POST or None, locales=locales)
        if form.is_valid() and _withdraw_with_messages(request, assets, form.cleaned_data):
            return HttpResponseRedirect(back)
        title = _("Withdraw “%(asset)s”") % {"asset": assets[0]}
        if len(assets) > 1:
            title = ngettext("Withdraw %(count)d asset", "Withdraw %(count)d assets", len(assets)) % {
                "count": len(assets)
            }
        lead = _withdraw_lead(assets)
        return confirm_page(self, request, form, title=title, lead=lead, button=_("Withdraw"), back=back, danger=True)

    def _assets(self, request):
        """The assets whose ids the address names, and where to go afterwards. 403 without the permissions, or 404."""
        if not (self.has_publish_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        ids = {id_from_url(pk) for pk in request.GET.get("ids", "").split(",")} - {None}
        assets = list(Asset.objects.filter(pk__in=ids).select_related("kind"))
        if not assets:
            raise Http404
        return assets, admin_url(Asset, "change", assets[0].pk) if len(assets) == 1 else admin_url(Asset, "changelist")


def publish_with_messages(request, assets, **options):
    """Publishes in the user's name, with messages. Returns the editions, ``None`` if it was refused."""
    editions = refusals_as_messages(request, publish, assets, by=request.user, **options)
    if editions is not None:
        add_published_messages(request, editions, at=clock.now())
    return editions


def _withdraw_with_messages(request, assets, data):
    """Withdraws in the user's name, with messages; whether it was not refused."""
    ids, locale_ids = [asset.pk for asset in assets], [locale.pk for locale in data["locales"]]
    links = open_links(ids, locale_ids, at=clock.now()).count()
    editions = refusals_as_messages(request, withdraw, assets, by=request.user, **data)
    if editions is None:
        return False
    if links and data["recall"]:
        message = ngettext("%(count)d share link to it was ended.", "%(count)d share links to it were ended.", links)
        messages.success(request, message % {"count": links})
    if editions:
        messages.success(request, _("Withdrawn: %(editions)s.") % {"editions": edition_names(editions)})
    else:
        messages.success(request, _("Nothing of this was live or scheduled."))
    return True


def _withdraw_lead(assets):
    """What withdrawing does, and how many share links stay open. One query."""
    lead = _(
        "Ends what is live and cancels what is scheduled, at once. Drafts stay. Readers of a language that falls "
        "back to another see that one, as long as it is live."
    )
    links = open_links([asset.pk for asset in assets], at=clock.now()).count()
    if not links:
        return lead
    note = ngettext(
        "%(count)d share link is open; only a recall ends it too.",
        "%(count)d share links are open; only a recall ends them too.",
        links,
    )
    return f"{lead} {note % {'count': links}}"


def _beside(asset):
    """Context for the page of one asset: what would change for readers, and its time line. About twenty queries."""
    now = clock.now()
    return {
        "template": "admin/content/publish.html",
        "reader_changes": consequences(asset, at=now),
        "timeline": timeline_of(asset, at=now),
        "withdraw": f"{admin_url(Asset, 'withdraw')}?ids={asset.pk}",
        "all_editions": f"{admin_url(Edition, 'changelist')}?asset__id__exact={asset.pk}",
    }


def _gate_messages(request, assets):
    """What the gates would answer now, as lines: refusals and warnings."""
    findings = refusals_as_messages(request, check, assets) or []
    refusals = [finding for finding in findings if finding.refuses]
    warnings = [finding for finding in findings if not finding.refuses]
    return finding_lines(refusals, request.user), finding_lines(warnings, request.user)


def _locale_of_address(request, locales):
    code = request.GET.get("locale")
    return {"locales": [locale for locale in locales if locale.code == code]} if code else {}

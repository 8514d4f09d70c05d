"""Publishing and withdrawing assets, from the list and from an asset's own page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone_name
from unfold.decorators import action

from content import clock
from content.admin.asset.timeline import timeline_of
from content.admin.confirm_page import PublishForm, WithdrawForm, confirm_page
from content.admin.publishing.messages import (
    add_published_messages,
    edition_names,
    finding_message,
    refusals_as_messages,
)
from content.admin.publishing.publish_some import MOST, publish_some, way_to_publish_some
from content.models import Asset, Edition, Locale
from content.permissions import PUBLISH_ASSET
from content.publishing.consequences import consequences
from content.publishing.publish import check, publish, withdraw
from content.sharing.share import open_links
from journeys.admin.urls import admin_url, id_from_url

CAME_FROM = "_changelist_filters"  # as Django's own pages call it
SAVE_AND_PUBLISH = "save_and_publish"
LEAD = "With a start that lies ahead it is scheduled: it goes live by itself. Times are those of {}."


class PublishActions:
    """The buttons of an asset, for those who may publish. What changes readers' pages is always a POST."""

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

    @action(description="Publish now …", permissions=["publish"])
    def publish_now(self, request, queryset):
        page = way_to_publish_some(request, queryset)
        return page and HttpResponseRedirect(f"{page}&{urlencode({CAME_FROM: request.GET.urlencode()})}")

    @action(description="Withdraw …", permissions=["publish"])
    def withdraw_some(self, request, queryset):
        chosen = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{admin_url(Asset, 'withdraw')}?ids={chosen}")

    @action(description="Publish or schedule …", icon="event_upcoming", permissions=["publish"])
    def publish_page(self, request, object_id):
        return HttpResponseRedirect(f"{admin_url(Asset, 'publish')}?ids={object_id}")

    @action(description="Withdraw …", icon="visibility_off", permissions=["publish"])
    def withdraw_page(self, request, object_id):
        return HttpResponseRedirect(f"{admin_url(Asset, 'withdraw')}?ids={object_id}")

    @action(description="Save and publish now", permissions=["publish"])
    def save_and_publish(self, request, obj):
        """Only a name for the button: it is pressed before the placements are saved, so ``response_change`` acts."""

    def response_change(self, request, obj):
        if f"content_asset_{SAVE_AND_PUBLISH}" not in request.POST:
            return super().response_change(request, obj)
        messages.success(request, f"The draft of “{obj}” is saved.")
        publish_with_messages(request, [obj])
        return HttpResponseRedirect(admin_url(Asset, "change", obj.pk))

    def publish_view(self, request):
        assets, back = self._chosen(request)
        locales = Locale.objects.filter(translations__asset__in=assets).distinct()
        form = PublishForm(request.POST or None, locales=locales, initial=_named(request, locales))
        if form.is_valid() and publish_with_messages(request, assets, **form.cleaned_data):
            return HttpResponseRedirect(back)
        refusals, warnings = ([], []) if request.POST else _judged(request, assets)
        title = f"Publish {_subject(assets)}"
        beside = _beside(assets[0]) if len(assets) == 1 else {}
        words = {"title": title, "lead": LEAD.format(get_current_timezone_name()), "button": "Publish", "back": back}
        return confirm_page(self, request, form, refusals=refusals, warnings=warnings, **words, **beside)

    def publish_now_view(self, request):
        assets, _ = self._chosen(request)
        if len(assets) > MOST:
            raise Http404
        return publish_some(self, request, assets, f"{admin_url(Asset, 'changelist')}?{request.GET.get(CAME_FROM, '')}")

    def withdraw_view(self, request):
        assets, back = self._chosen(request)
        locales = Locale.objects.filter(editions__asset__in=assets).distinct()
        form = WithdrawForm(request.POST or None, locales=locales)
        ids = [asset.pk for asset in assets]
        if form.is_valid():
            links = open_links(ids, [one.pk for one in form.cleaned_data["locales"]], at=clock.now()).count()
            met = refusals_as_messages(request, withdraw, assets, by=request.user, **form.cleaned_data)
            if met is not None:
                if links and form.cleaned_data["recall"]:
                    messages.success(request, f"Share links to it that have ended: {links}.")
                told = f"Withdrawn: {edition_names(met)}." if met else "Nothing of this was live or scheduled."
                messages.success(request, told)
                return HttpResponseRedirect(back)
        lead = (
            "Ends what is live and cancels what is scheduled, at once. Drafts stay. Readers of a language that falls "
            "back on another see that one, as long as it is live."
        )
        if links := open_links(ids, at=clock.now()).count():
            lead += f" Share links that are open: {links}; only a recall ends them too."
        title = f"Withdraw {_subject(assets)}"
        return confirm_page(self, request, form, title=title, lead=lead, button="Withdraw", back=back, danger=True)

    def _chosen(self, request):
        """The assets named in the address, and where to go afterwards."""
        if not (self.has_publish_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        ids = {id_from_url(pk) for pk in request.GET.get("ids", "").split(",")} - {None}
        assets = list(Asset.objects.filter(pk__in=ids).select_related("kind"))
        if not assets:
            raise Http404
        one = len(assets) == 1
        return assets, admin_url(Asset, "change", assets[0].pk) if one else admin_url(Asset, "changelist")


def publish_with_messages(request, assets, **how):
    """Publishes in the user's name and tells how it went: the editions, ``None`` if it was refused."""
    editions = refusals_as_messages(request, publish, assets, by=request.user, **how)
    if editions is not None:
        add_published_messages(request, editions, at=clock.now())
    return editions


def _beside(asset):
    """What stands beside the form for one asset: what would change, and its time line. About twenty queries."""
    now = clock.now()
    return {
        "template": "admin/content/publish.html",
        "foretold": consequences(asset, at=now),
        "line": timeline_of(asset, at=now),
        "withdraw": f"{admin_url(Asset, 'withdraw')}?ids={asset.pk}",
        "all_editions": f"{admin_url(Edition, 'changelist')}?asset__id__exact={asset.pk}",
    }


def _judged(request, assets):
    """What the gates would say now, as lines: what refuses, and what is worth knowing."""
    findings = refusals_as_messages(request, check, assets) or []
    refusing = [finding for finding in findings if finding.refuses]
    return finding_message(refusing, request.user), finding_message(
        [f for f in findings if not f.refuses], request.user
    )


def _named(request, locales):
    code = request.GET.get("locale")
    return {"locales": [locale for locale in locales if locale.code == code]} if code else {}


def _subject(assets):
    return f"“{assets[0]}”" if len(assets) == 1 else f"{len(assets)} assets"

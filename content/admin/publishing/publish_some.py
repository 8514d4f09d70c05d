"""Publishing assets chosen in the list: sort out which texts are ready, ask, publish, and answer in one message."""

from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.admin.confirm_page import NoteForm, confirm_page
from content.admin.local_time import localise_instants
from content.admin.publishing.anchors import places_to_mend
from content.admin.publishing.messages import edition_names, refusals_as_messages
from content.catalogue import current_catalogue
from content.drafts.freeze import freeze
from content.drafts.gather import gather
from content.drafts.unchanged import live_already
from content.models import Asset, Translation, Waiver
from content.permissions import WAIVE_FINDING
from content.publishing.gate_findings import GateFinding, PublishRefused, Weight
from content.publishing.publish import check_translations, publish_translations
from content.publishing.refusals import note_refusal
from journeys.admin.urls import admin_url

MAX_ASSETS = 500  # at once
MAX_ROUNDS = 10  # of leaving out texts: one that leads to a refused text may be refused in the next round
MAX_NAMES = 5  # in a line


@dataclass(frozen=True)
class Sorting:
    """The texts that are ready, those that are live already, and the refusals of the others."""

    ready: list[Translation]
    same: list[Translation]
    refused: list[GateFinding]
    warnings: list[GateFinding]
    unwritten: list[Asset]
    assets: dict[str, Asset]

    def grouped(self, findings, user):
        """Each message once, with its texts, each with links to its field and to accepting it."""
        places = places_to_mend(findings, self.assets)
        may_waive, by_message = user.has_perm(WAIVE_FINDING), {}
        for finding in findings:
            text = _linked(finding, self.assets, places.get((finding.key, finding.field)), may_waive=may_waive)
            by_message.setdefault(localise_instants(finding.message), []).append(text)
        return [(message, first_few(texts)) for message, texts in by_message.items()]

    def lines(self, user):
        """What is not published and why, and the warnings: heading, texts and message of each."""
        lines = [(_("Not published"), texts, message) for message, texts in self.grouped(self.refused, user)]
        if self.same:
            names = first_few(name_texts(self.same))
            lines.append((_("Left out"), names, _("Nothing has changed since it was published.")))
        if self.unwritten:
            names = first_few([f"“{asset}”" for asset in self.unwritten])
            lines.append((_("Left out"), names, _("Nothing is written yet.")))
        return lines + [(_("Warning"), texts, message) for message, texts in self.grouped(self.warnings, user)]


def sort_for_publishing(assets, *, at):
    """Which texts of ``assets`` can be published now. Some fifty statements, and thirty more a round."""
    drafts = [freeze(gathered) for gathered in gather({asset.pk: None for asset in assets}, current_catalogue())]
    live = live_already(drafts, at=at)
    texts = list(Translation.objects.filter(asset__in=assets).select_related("asset", "locale"))
    texts.sort(key=lambda text: (text.asset.name, text.asset_id, text.locale.code))
    ready = [text for text in texts if (text.asset_id, text.locale_id) not in live]
    refused, findings = [], []
    # What is left must be ready together: a step to a text that was just left out is dead now.
    for _round in range(MAX_ROUNDS):
        findings = check_translations(ready) if ready else []
        refusing = [finding for finding in findings if finding.refuses]
        if not refusing:
            break
        refused += refusing
        keys = {(finding.asset, finding.locale) for finding in refusing}
        ready = [text for text in ready if (text.asset.public_id, text.locale.code) not in keys]
    return Sorting(
        ready=ready,
        same=[text for text in texts if (text.asset_id, text.locale_id) in live],
        refused=refused,
        warnings=[finding for finding in findings if not finding.refuses],
        unwritten=[asset for asset in assets if asset.pk not in {text.asset_id for text in texts}],
        assets={asset.public_id: asset for asset in assets},
    )


def publish_some(screen, request, assets, back):
    """The page that says what would happen; a POST does it, as far as it still can."""
    sorted_out = sort_for_publishing(assets, at=clock.now())
    form = NoteForm(request.POST if request.method == "POST" else None)  # not “or None”: the POST may be empty
    if form.is_valid():
        _publish(request, sorted_out, form.cleaned_data["note"])
        return HttpResponseRedirect(back)
    page = {
        "back": back,
        "template": "admin/content/publish_some.html",
        "lines": sorted_out.lines(request.user),
    }
    count = len(sorted_out.ready)
    if not count:
        return confirm_page(screen, request, Form(), title=_("Nothing of this can be published now"), button="", **page)
    title = ngettext("Publish %(count)d text now?", "Publish %(count)d texts now?", count)
    button = ngettext("Publish %(count)d text", "Publish %(count)d texts", count)
    lead = format_html(_("To be published: {texts}."), texts=first_few(name_texts(sorted_out.ready)))
    values = {"count": count}
    return confirm_page(screen, request, form, title=title % values, lead=lead, button=button % values, **page)


def _publish(request, sorted_out, note):
    now = clock.now()
    if sorted_out.refused:
        note_refusal(PublishRefused(sorted_out.refused), by=request.user, at=now)
    editions = []
    if sorted_out.ready:
        editions = refusals_as_messages(request, publish_translations, sorted_out.ready, by=request.user, note=note)
        if editions is None:
            return
    message = _("Nothing was published.")
    if editions:
        message = ngettext(
            "Published %(count)d text: %(editions)s.", "Published %(count)d texts: %(editions)s.", len(editions)
        ) % {"count": len(editions), "editions": edition_names(editions)}
    if lines := format_html_join("", "<li>{}: {} – {}</li>", sorted_out.lines(request.user)):
        message = format_html('{}<ul class="message-lines">{}</ul>', message, lines)
    messages.add_message(request, messages.SUCCESS if editions else messages.WARNING, message)


def name_texts(texts):
    """``“Grill” (en, nb)``, each asset once."""
    codes = {}
    for text in texts:
        codes.setdefault(text.asset.name, []).append(text.locale.code)
    return [f"“{name}” ({', '.join(locale_codes)})" for name, locale_codes in codes.items()]


def first_few(texts):
    """The first of ``texts``, which may be HTML, and how many more there are."""
    names = format_html_join(", ", "{}", ((text,) for text in texts[:MAX_NAMES]))
    others = len(texts) - MAX_NAMES
    if others <= 0:
        return names
    return format_html(
        ngettext("{names} and {count} more", "{names} and {count} more", others), names=names, count=others
    )


def _linked(finding, assets, place, *, may_waive):
    asset = assets[finding.asset]
    name = f"“{asset.name}” ({finding.locale})"
    if place:
        name = format_html('<a class="underline" href="{}">{}</a>', place, name)
    if finding.weight is not Weight.WAIVABLE or finding.waived or not may_waive:
        return name
    target = f"{admin_url(Waiver, 'add')}?{urlencode({'key': finding.key})}"
    return format_html('{}: <a class="underline" href="{}">{}</a>', name, target, _("accept this for a time …"))


def publish_some_address(request, queryset):
    """The address of that page for the chosen assets; ``None``, with a message, for too many."""
    pks = [str(pk) for pk in queryset.order_by().values_list("pk", flat=True).distinct()[: MAX_ASSETS + 1]]
    if len(pks) > MAX_ASSETS:
        message = ngettext(
            "Choose at most %(count)d asset at once. Use a filter.",
            "Choose at most %(count)d assets at once. Use a filter.",
            MAX_ASSETS,
        )
        messages.error(request, message % {"count": MAX_ASSETS})
        return None
    return f"{admin_url(Asset, 'publish_now')}?ids={','.join(pks)}"

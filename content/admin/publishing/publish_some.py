"""Publishing what was chosen in a list: sorted out first, asked about, and answered in one message."""

from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

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

MOST = 500  # assets at once
ROUNDS = 10  # what leads to something that is refused may be refused in its turn
NAMED = 5  # of those that have something in common
TOO_MANY = f"Choose at most {MOST} assets at once, by a filter for example."


@dataclass(frozen=True)
class Sorting:
    """The texts that are ready, those that readers have already, and what speaks against the others."""

    ready: list[Translation]
    same: list[Translation]
    refused: list[GateFinding]
    warnings: list[GateFinding]
    unwritten: list[Asset]
    assets: dict[str, Asset]

    def grouped(self, findings, user):
        """Each message once, with the texts that it is of, each with the way to its field and to accepting it."""
        places = places_to_mend(findings, self.assets)
        may_waive, by_message = user.has_perm(WAIVE_FINDING), {}
        for finding in findings:
            told = _linked(finding, self.assets, places.get((finding.key, finding.field)), may_waive=may_waive)
            by_message.setdefault(localise_instants(finding.message), []).append(told)
        return [(message, first_few(texts)) for message, texts in by_message.items()]

    def lines(self, user):
        """What is not published, and why, and what is worth knowing: heading, texts, message."""
        told = [("Not published", texts, message) for message, texts in self.grouped(self.refused, user)]
        if self.same:
            told.append(("Left out", first_few(name_texts(self.same)), "Nothing has changed since it was published."))
        if self.unwritten:
            names = [f"“{asset}”" for asset in self.unwritten]
            told.append(("Left out", first_few(names), "Nothing is written yet."))
        return told + [("Worth knowing", texts, message) for message, texts in self.grouped(self.warnings, user)]


def sort_for_publishing(assets, *, at):
    """Which texts of ``assets`` can be published now. Some fifty statements, and thirty more a round."""
    drafts = [freeze(gathered) for gathered in gather({asset.pk: None for asset in assets}, current_catalogue())]
    known = live_already(drafts, at=at)
    texts = list(Translation.objects.filter(asset__in=assets).select_related("asset", "locale"))
    texts.sort(key=lambda text: (text.asset.name, text.asset_id, text.locale.code))
    ready = [text for text in texts if (text.asset_id, text.locale_id) not in known]
    refused, findings = [], []
    for _ in range(ROUNDS):
        findings = check_translations(ready) if ready else []
        refusing = [finding for finding in findings if finding.refuses]
        if not refusing:
            break
        refused += refusing
        keys = {(finding.asset, finding.locale) for finding in refusing}
        ready = [text for text in ready if (text.asset.public_id, text.locale.code) not in keys]
    return Sorting(
        ready=ready,
        same=[text for text in texts if (text.asset_id, text.locale_id) in known],
        refused=refused,
        warnings=[finding for finding in findings if not finding.refuses],
        unwritten=[asset for asset in assets if asset.pk not in {text.asset_id for text in texts}],
        assets={asset.public_id: asset for asset in assets},
    )


def publish_some(screen, request, assets, back):
    """The page that says what would happen; a POST does it, as far as it still can."""
    sorted_out = sort_for_publishing(assets, at=clock.now())
    form = NoteForm(request.POST if request.method == "POST" else None)  # which may say nothing
    if form.is_valid():
        _publish(request, sorted_out, form.cleaned_data["note"])
        return HttpResponseRedirect(back)
    count = len(sorted_out.ready)
    told = f"{count_texts(count)} of {len(assets)} {'asset' if len(assets) == 1 else 'assets'}"
    return confirm_page(
        screen,
        request,
        form if count else Form(),
        title=f"Publish {told} now?" if count else "Nothing of this can be published now",
        lead=f"To be published: {first_few(name_texts(sorted_out.ready))}." if count else "",
        button=f"Publish {count_texts(count)}" if count else "",
        back=back,
        template="admin/content/publish_some.html",
        lines=sorted_out.lines(request.user),
    )


def _publish(request, sorted_out, note):
    now = clock.now()
    if sorted_out.refused:
        note_refusal(PublishRefused(sorted_out.refused), by=request.user, at=now)
    editions = []
    if sorted_out.ready:
        editions = refusals_as_messages(request, publish_translations, sorted_out.ready, by=request.user, note=note)
        if editions is None:
            return
    told = (
        f"Published: {count_texts(len(editions))} – {edition_names(editions)}."
        if editions
        else "Nothing was published."
    )
    rest = format_html_join("", "<li>{}: {} – {}</li>", sorted_out.lines(request.user))
    level = messages.SUCCESS if editions else messages.WARNING
    messages.add_message(request, level, format_html('{}<ul class="told-lines">{}</ul>', told, rest) if rest else told)


def count_texts(count):
    return f"{count} {'text' if count == 1 else 'texts'}"


def name_texts(texts):
    """``“Grill” (en, nb)``, each asset once."""
    codes = {}
    for text in texts:
        codes.setdefault(text.asset.name, []).append(text.locale.code)
    return [f"“{name}” ({', '.join(found)})" for name, found in codes.items()]


def first_few(texts):
    """The first of them, and how many more there are."""
    told = format_html_join(", ", "{}", ((text,) for text in texts[:NAMED]))
    left = len(texts) - NAMED
    return format_html("{} and {} more", told, left) if left > 0 else told


def _linked(finding, assets, place, *, may_waive):
    asset = assets[finding.asset]
    told = f"“{asset.name}” ({finding.locale})"
    told = format_html('<a class="underline" href="{}">{}</a>', place, told) if place else told
    if finding.weight is not Weight.WAIVABLE or finding.waived or not may_waive:
        return told
    way = f"{admin_url(Waiver, 'add')}?{urlencode({'key': finding.key})}"
    return format_html('{}: <a class="underline" href="{}">accept this for a time …</a>', told, way)


def way_to_publish_some(request, queryset):
    """The address of that page for what was chosen; ``None`` where it is too much at once."""
    pks = [str(pk) for pk in queryset.order_by().values_list("pk", flat=True).distinct()[: MOST + 1]]
    if len(pks) > MOST:
        messages.error(request, TOO_MANY)
        return None
    return f"{admin_url(Asset, 'publish_now')}?ids={','.join(pks)}"

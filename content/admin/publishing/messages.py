"""What the publishing verbs answer, as messages to whoever asked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from content import clock
from content.admin.local_time import localise_instants
from content.admin.publishing.anchors import places_to_mend
from content.models import Asset, Waiver
from content.permissions import WAIVE_FINDING
from content.publishing.gate_findings import PublishRefused, Weight
from content.publishing.refusals import note_refusal
from journeys.admin.urls import admin_url

MOST = 25  # findings told one by one


def refusals_as_messages(request, verb, *args, **kwargs):
    """What ``verb`` returns; ``None`` where it refuses, with its reasons told."""
    try:
        return verb(*args, **kwargs)
    except PublishRefused as refused:
        note_refusal(refused, by=request.user, at=clock.now())
        messages.error(request, "Nothing has been published. What speaks against it:")
        add_finding_messages(request, refused.findings, messages.ERROR)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, localise_instants(message))
    except PermissionDenied as error:
        messages.error(request, str(error) or "You may not do this.")
    return None


def add_published_messages(request, editions, *, at):
    """How many texts are published now, or when, and which were so already; then what the gates warned of."""
    if same := [edition for edition in editions if edition.unchanged]:
        messages.info(request, f"Unchanged, so not published again: {edition_names(same)}.")
    editions = [edition for edition in editions if not edition.unchanged]
    if live := [edition for edition in editions if edition.live_from <= at]:
        messages.success(request, f"Published: {edition_names(live)}.")
    for start in sorted({edition.live_from for edition in editions if edition.live_from > at}):
        some = [edition for edition in editions if edition.live_from == start]
        when = f"{timezone.localtime(start):%Y-%m-%d %H:%M}"
        messages.success(request, f"Scheduled: {edition_names(some)}, for {when}.")
    add_stored_warnings(request, editions)


def add_stored_warnings(request, editions):
    warnings = [(edition, data) for edition in editions for data in edition.warnings]
    told = [(edition, data) for edition, data in warnings if data["weight"] == Weight.WARNING or data.get("waived")]
    for edition, data in told[:MOST]:
        accepted = " (accepted)" if data.get("waived") else ""
        messages.warning(
            request, f"{edition.title}, {edition.locale.code}: {localise_instants(data['message'])}{accepted}"
        )
    if len(told) > MOST:
        messages.warning(request, f"… and {len(told) - MOST} more warnings; they are kept with the editions.")


def add_finding_messages(request, findings, level):
    for line in finding_message(findings[:MOST], request.user):
        messages.add_message(request, level, line)
    if len(findings) > MOST:
        messages.add_message(request, level, f"… and {len(findings) - MOST} more.")


def finding_message(findings, user):
    """Each finding as a line that names its asset, with links to where it is mended and, if it can be, accepted."""
    found = Asset.objects.select_related("kind").filter(uid__in={finding.asset for finding in findings})
    assets = {asset.public_id: asset for asset in found}
    may_waive = user.has_perm(WAIVE_FINDING)
    places = places_to_mend(findings, assets)
    return [
        _line(one, assets.get(one.asset, one.asset), places.get((one.key, one.field)), may_waive=may_waive)
        for one in findings
    ]


def _line(finding, name, place, *, may_waive):
    line = format_html("{}, {}: {}", name, finding.locale, localise_instants(finding.message))
    if place:
        line = format_html('{} <a class="underline" href="{}">Go there</a>', line, place)
    if finding.weight is not Weight.WAIVABLE or finding.waived or not may_waive:
        return line
    target = f"{admin_url(Waiver, 'add')}?{urlencode({'key': finding.key})}"
    return format_html('{} <a class="underline" href="{}">Accept this for a time …</a>', line, target)


def edition_names(editions):
    """``“Hello” (en, nb) and 3 more texts``: the first few by name."""
    codes = {}
    for edition in editions:
        codes.setdefault((edition.asset_id, edition.title), []).append(edition.locale.code)
    named = [f"“{title}” ({', '.join(dict.fromkeys(found))})" for (_, title), found in list(codes.items())[:3]]
    left = len(codes) - len(named)
    return get_text_list([*named, f"{left} more"] if left else named, _("and"))

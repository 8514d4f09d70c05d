"""The answers of the publishing verbs as messages to the user."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.admin.local_time import local_time, localise_instants
from content.admin.publishing.anchors import places_to_mend
from content.models import Asset, Waiver
from content.permissions import WAIVE_FINDING
from content.publishing.gate_findings import PublishRefused, Weight
from content.publishing.refusals import note_refusal
from journeys.admin.urls import admin_url

MAX_LINES = 25  # findings shown one by one


def refusals_as_messages(request, verb, *args, **kwargs):
    """What ``verb`` returns; ``None`` where it refuses, with its reasons as messages."""
    try:
        return verb(*args, **kwargs)
    except PublishRefused as refused:
        note_refusal(refused, by=request.user, at=clock.now())
        messages.error(request, _("Nothing was published, for these reasons:"))
        add_finding_messages(request, refused.findings, messages.ERROR)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, localise_instants(message))
    except PermissionDenied as error:
        messages.error(request, str(error) or _("You are not allowed to do this."))
    return None


def add_published_messages(request, editions, *, at):
    """Which texts are published now, scheduled, or were published already; then the warnings of the gates."""
    if same := [edition for edition in editions if edition.unchanged]:
        messages.info(
            request, _("Unchanged, so not published again: %(editions)s.") % {"editions": edition_names(same)}
        )
    editions = [edition for edition in editions if not edition.unchanged]
    if live := [edition for edition in editions if edition.live_from <= at]:
        messages.success(request, _("Published: %(editions)s.") % {"editions": edition_names(live)})
    for start in sorted({edition.live_from for edition in editions if edition.live_from > at}):
        names = edition_names([edition for edition in editions if edition.live_from == start])
        message = _("Scheduled: %(editions)s, for %(time)s.") % {"editions": names, "time": local_time(start)}
        messages.success(request, message)
    add_stored_warnings(request, editions)


def add_stored_warnings(request, editions):
    """The warnings that ``editions`` were published with, and what was waived, one message each."""
    warnings = [
        (edition, data)
        for edition in editions
        for data in edition.warnings
        if data["weight"] == Weight.WARNING or data.get("waived")
    ]
    for edition, data in warnings[:MAX_LINES]:
        values = {
            "title": edition.title,
            "language": edition.locale.code,
            "message": localise_instants(data["message"]),
        }
        if data.get("waived"):
            messages.warning(request, _("%(title)s, %(language)s: %(message)s (accepted)") % values)
        else:
            messages.warning(request, _("%(title)s, %(language)s: %(message)s") % values)
    if (count := len(warnings) - MAX_LINES) > 0:
        message = ngettext(
            "… and %(count)d more warning, stored with its edition.",
            "… and %(count)d more warnings, stored with the editions.",
            count,
        )
        messages.warning(request, message % {"count": count})


def add_finding_messages(request, findings, level):
    for line in finding_lines(findings[:MAX_LINES], request.user):
        messages.add_message(request, level, line)
    if (count := len(findings) - MAX_LINES) > 0:
        message = ngettext("… and %(count)d more.", "… and %(count)d more.", count)
        messages.add_message(request, level, message % {"count": count})


def finding_lines(findings, user):
    """Each finding as a line that names its asset, with links to its field and, if it can be, to accepting it."""
    rows = Asset.objects.select_related("kind").filter(uid__in={finding.asset for finding in findings})
    assets = {asset.public_id: asset for asset in rows}
    may_waive = user.has_perm(WAIVE_FINDING)
    places = places_to_mend(findings, assets)
    return [
        _line(
            finding,
            assets.get(finding.asset, finding.asset),
            places.get((finding.key, finding.field)),
            may_waive=may_waive,
        )
        for finding in findings
    ]


def _line(finding, name, place, *, may_waive):
    line = format_html("{}, {}: {}", name, finding.locale, localise_instants(finding.message))
    if place:
        line = format_html('{} <a class="underline" href="{}">{}</a>', line, place, _("Go there"))
    if finding.weight is not Weight.WAIVABLE or finding.waived or not may_waive:
        return line
    target = f"{admin_url(Waiver, 'add')}?{urlencode({'key': finding.key})}"
    return format_html('{} <a class="underline" href="{}">{}</a>', line, target, _("Accept this for a time …"))


def edition_names(editions):
    """``“Hello” (en, nb) and 3 more texts``: the first few by name."""
    codes = {}
    for edition in editions:
        codes.setdefault((edition.asset_id, edition.title), []).append(edition.locale.code)
    names = [
        f"“{title}” ({', '.join(dict.fromkeys(locale_codes))})"
        for (_pk, title), locale_codes in list(codes.items())[:3]
    ]
    if others := len(codes) - len(names):
        names.append(ngettext("%(count)d more text", "%(count)d more texts", others) % {"count": others})
    return get_text_list(names, _("and"))

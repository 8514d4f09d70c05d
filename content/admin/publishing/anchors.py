"""Where in the admin what a gate found is mended."""

from content.fields import shared_names
from content.models import Asset, Translation
from journeys.admin.urls import admin_url

# Where a field of a finding is on its page, unless it is an input of that name.
ANCHORS = {"placements": "placements-group", "next_steps": "next_steps-group", "fields": "kind-fields"}
OF_FORM = {"live_from", "live_until"}  # of what was asked when publishing, and not of the draft


def is_shared(finding, kind):
    """Whether it is mended on the page of the asset, for all languages."""
    whole, _, part = finding.field.partition(".")
    return whole == "placements" or (whole == "fields" and part.partition(".")[0] in shared_names(kind.schema))


def place_to_mend(finding, asset, text_id):
    """The address of the field that a finding hangs on; empty for one of no field, or of a text that is gone."""
    whole = finding.field.partition(".")[0]
    if not whole or whole in OF_FORM:
        return ""
    if is_shared(finding, asset.kind):
        page = admin_url(Asset, "change", asset.pk)
    elif text_id is None:
        return ""
    elif whole == "status":
        return admin_url(Translation, "review", text_id)
    else:
        page = admin_url(Translation, "change", text_id)
    return f"{page}#{ANCHORS.get(whole, f'id_{whole}')}"


def places_to_mend(findings, assets):
    """The same for findings of several assets, by their keys and fields. One query. ``assets`` go by their ids."""
    texts = Translation.objects.filter(asset__in=assets.values()).order_by()
    pks = {(asset, code): pk for asset, code, pk in texts.values_list("asset_id", "locale__code", "pk")}
    known = [(one, assets[one.asset]) for one in findings if one.asset in assets]
    return {(one.key, one.field): place_to_mend(one, asset, pks.get((asset.pk, one.locale))) for one, asset in known}

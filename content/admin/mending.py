"""Where in the admin what a gate found is mended."""

from content.fields import shared_names
from content.models import Asset, Translation
from journeys.admin.screen import address

OF_ASSET = {"placements": "placements-group"}
OF_FORM = {"live_from", "live_until"}  # of the form that was sent, and not of the draft
GROUPS = {"next_steps": "next_steps-group", "fields": "id_fields_form"}


def places_to_mend(findings):
    """The address of the field that each finding hangs on, by its key and field; empty for one of no field.

    Two queries, whatever their number.
    """
    uids = {finding.asset for finding in findings}
    texts = Translation.objects.filter(asset__uid__in=uids).select_related("asset__kind", "locale")
    by_place = {(text.asset.public_id, text.locale.code): text for text in texts}
    assets = {asset.public_id: asset for asset in Asset.objects.filter(uid__in=uids).select_related("kind")}
    return {
        (one.key, one.field): _place(one, assets.get(one.asset), by_place.get((one.asset, one.locale)))
        for one in findings
    }


def _place(finding, asset, text):
    name, _, inner = finding.field.partition(".")
    if not name or name in OF_FORM or asset is None:
        return ""
    if name in OF_ASSET or (name == "fields" and inner.partition(".")[0] in shared_names(asset.kind.schema)):
        return f"{address(Asset, 'change', asset.pk)}#{OF_ASSET.get(name, GROUPS['fields'])}"
    if text is None:
        return ""
    if name == "status":
        return address(Translation, "review", text.pk)
    return f"{address(Translation, 'change', text.pk)}#{GROUPS.get(name, f'id_{name}')}"

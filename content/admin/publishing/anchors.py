"""The addresses in the admin of the fields that findings of the gates are about."""

from collections.abc import Iterable, Mapping

from content.fields import shared_names
from content.models import Asset, Kind, Translation
from content.publishing.gate_findings import GateFinding
from journeys.admin.urls import admin_url

# The id of the element on the page, by the field of a finding; others are inputs of that name.
ANCHORS = {"placements": "placements-group", "next_steps": "next_steps-group", "fields": "kind-fields"}
VERB_FIELDS = {"live_from", "live_until"}  # arguments of publishing, not fields of the draft


def is_shared(finding: GateFinding, kind: Kind) -> bool:
    """Whether its field is on the page of the asset, for all languages."""
    field, _dot, part = finding.field.partition(".")
    return field == "placements" or (field == "fields" and part.partition(".")[0] in shared_names(kind.schema))


def place_to_mend(finding: GateFinding, asset: Asset, text_id: int | None) -> str:
    """The address of the field of a finding; empty for one without a field, or of a text that is gone."""
    field = finding.field.partition(".")[0]
    if not field or field in VERB_FIELDS:
        return ""
    if is_shared(finding, asset.kind):
        page = admin_url(Asset, "change", asset.pk)
    elif text_id is None:
        return ""
    elif field == "status":
        return admin_url(Translation, "review", text_id)
    else:
        page = admin_url(Translation, "change", text_id)
    return f"{page}#{ANCHORS.get(field, f'id_{field}')}"


def places_to_mend(findings: Iterable[GateFinding], assets: Mapping[str, Asset]) -> dict[tuple[str, str], str]:
    """The same for findings of several assets, by key and field. ``assets`` go by their public ids. One query."""
    texts = Translation.objects.filter(asset__in=assets.values()).order_by()
    pks = {(asset, code): pk for asset, code, pk in texts.values_list("asset_id", "locale__code", "pk")}
    return {
        (finding.key, finding.field): place_to_mend(finding, asset, pks.get((asset.pk, finding.locale)))
        for finding in findings
        if (asset := assets.get(finding.asset))
    }

"""The texts that are shown at the path of another: from before anything looked at it."""

from collections.abc import Iterator

from content.audit.checks.texts import LiveTexts
from content.audit.finding import Finding, id_evidence, of_asset
from content.delivery.conditions import Conditions
from content.models import Asset
from content.publishing.address_clashes import Clash, clashes


def path_findings(texts: LiveTexts) -> Iterator[Finding]:
    """``address_taken`` of each text that has a path in common with another, now or later. One statement or two."""
    found: dict[int, Clash] = {}
    for clash in clashes(Conditions().any_of("m.edition_id", [row.edition_id for row in texts.true]), at=texts.at):
        found.setdefault(clash.edition_id, clash)
    uids = dict(Asset.objects.filter(pk__in={one.other_asset_id for one in found.values()}).values_list("pk", "uid"))
    for row in texts.true:
        if row.edition_id in found:
            clash = found[row.edition_id]
            title = texts.catalogue.locales_by_id[clash.other_locale_id].title
            message = f"“{clash.path}” is the address of “{clash.other_title}” ({title}) too."
            remedy = "Give one of them another slug, or put {locale} into the path at which your site shows the kind."
            evidence = {**id_evidence([row.public_id, uids[clash.other_asset_id].hex]), "path": clash.path}
            yield Finding("address_taken", of_asset(row), texts.context(row.locale_id), message, remedy, evidence)

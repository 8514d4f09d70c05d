"""The texts that are shown at the path of another: from before anything looked at it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from content.audit.checks.texts import LiveTexts
from content.audit.evidence import Evidence, id_evidence
from content.audit.finding import Finding, of_asset
from content.delivery.conditions import Conditions
from content.models import Asset
from content.publishing.address_clashes import Clash, clashes


def path_findings(texts: LiveTexts) -> Iterator[Finding]:
    """Yields ``address_taken`` of each text that has a path in common with another, now or later. One statement or
    two."""
    by_edition: dict[int, Clash] = {}
    for clash in clashes(Conditions().any_of("m.edition_id", [text.edition_id for text in texts.true]), at=texts.at):
        by_edition.setdefault(clash.edition_id, clash)
    others = {clash.other_asset_id for clash in by_edition.values()}
    uids = dict(Asset.objects.filter(pk__in=others).values_list("pk", "uid"))
    for text in texts.true:
        if not (own := by_edition.get(text.edition_id)):
            continue
        language = texts.catalogue.locales_by_id[own.other_locale_id].title
        message = _("“%(path)s” is also the address of “%(title)s” (%(language)s).")
        words = {"path": own.path, "title": own.other_title, "language": language}
        remedy = _("Change one of the slugs, or add {locale} to the path at which your site shows the kind.")
        evidence: Evidence = {**id_evidence([text.public_id, uids[own.other_asset_id].hex]), "path": own.path}
        yield Finding("address_taken", of_asset(text), texts.context(text.locale_id), message % words, remedy, evidence)

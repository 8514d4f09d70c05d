"""What speaks against publishing the drafts of an asset, going by their own words and tags."""

from datetime import datetime

from content.catalogue import Catalogue
from content.drafts.freeze import freeze
from content.drafts.gather import gather
from content.models import Asset
from content.publishing.gate_findings import GateFinding
from content.publishing.gates import judge_words, mark_waived


def checklist(asset: Asset, catalogue: Catalogue, *, at: datetime) -> dict[str, list[GateFinding]]:
    """What the gates say of each draft of ``asset`` as it stands, warnings too, by the code of its locale.

    A locale in which nothing is written is not there; one whose text lacks nothing has an empty list. Nothing is
    locked, written or looked ahead: whether targets will be live is for ``content.publishing.publish.check``. Nine
    queries, whatever the number of languages and tags, and one more where something can be waived.
    """
    drafts = [freeze(gathered) for gathered in gather({asset.pk: None}, catalogue)]
    found: dict[str, list[GateFinding]] = {draft.locale.code: [] for draft in drafts}
    for finding in mark_waived(judge_words(drafts, catalogue), at=at):
        found[finding.locale].append(finding)
    return found

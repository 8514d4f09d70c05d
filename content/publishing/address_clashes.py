"""No two texts are shown at one address: what would be, found before it happens."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from content import clock
from content.catalogue import Catalogue
from content.delivery.conditions import Conditions
from content.delivery.rows import tuples
from content.drafts.freeze import Draft
from content.instants import micros
from content.models import Edition, Kind, LivePath, Locale, PublishedState
from content.publishing.gate_findings import GateFinding, Weight
from content.publishing.gates import gate_finding
from content.showings.live_paths import Pair

CLASHES = """SELECT m.path, m.asset_id, m.locale_id, m.edition_id, e.title,
o.asset_id, o.locale_id, o.edition_id, f.title
FROM content_livepath m JOIN content_livepath o ON o.path = m.path
AND (o.asset_id <> m.asset_id OR o.locale_id <> m.locale_id)
AND o.live_from < m.live_until AND m.live_from < o.live_until
JOIN content_edition e ON e.id = m.edition_id JOIN content_edition f ON f.id = o.edition_id
WHERE m.live_until > %s AND o.live_until > %s"""


class Clash(NamedTuple):
    """Two texts that have one path at a common instant: the one asked about, and the other."""

    path: str
    asset_id: int
    locale_id: int
    edition_id: int
    title: str
    other_asset_id: int
    other_locale_id: int
    other_edition_id: int
    other_title: str

    @property
    def pair(self) -> Pair:
        return (self.asset_id, self.locale_id)

    @property
    def other(self) -> Pair:
        return (self.other_asset_id, self.other_locale_id)


def clashes(of: Conditions, *, at: datetime) -> list[Clash]:
    """What shares a path with the live paths ``m`` that meet ``of``, at ``at`` or later. One statement."""
    now = micros(at)
    rows = tuples(f"{CLASHES} AND {of.sql} ORDER BY m.id, o.id", [now, now, *of.params])
    return [Clash(*row) for row in rows]


def judge_paths(drafts: list[Draft], catalogue: Catalogue, *, at: datetime) -> list[GateFinding]:
    """``address_taken`` of each draft whose text would be shown where another is, now that their paths are written.

    Of two in one call it is the later. One statement.
    """
    order = {draft.key: place for place, draft in enumerate(drafts)}
    found_at: dict[Pair, Clash] = {}
    for clash in clashes(Conditions().any_of("m.asset_id", [draft.asset.pk for draft in drafts]), at=at):
        # Two of this call are found twice, once from either side: it is said of the later. What is not in the call is
        # −1, before all that are.
        if order.get(clash.other, -1) < order.get(clash.pair, -1):
            found_at.setdefault(clash.pair, clash)
    return [
        gate_finding(draft, "address_taken", Weight.REFUSAL, _words(found_at[draft.key], catalogue), "slug")
        for draft in drafts
        if draft.key in found_at
    ]


def refuse_taken(edition: Edition, catalogue: Catalogue, *, at: datetime) -> None:
    """Refuses (``address_taken``) that the text of ``edition``, whose paths are written, is shown where another is."""
    own = Conditions(["m.asset_id = %s", "m.locale_id = %s"], [edition.asset_id, edition.locale_id])
    for clash in clashes(own, at=at):
        raise ValidationError(_words(clash, catalogue), code="address_taken")


def put_kind(kind: Kind) -> Kind:
    """Saves ``kind``; if its templates changed, its texts are shown elsewhere at once.

    Refuses (``address_taken``) what would show two texts at one place. Linear in the texts of the kind.
    """
    with transaction.atomic():
        PublishedState.hold()
        before = Kind.objects.filter(pk=kind.pk).first() if kind.pk else None
        if before and before.url_templates != kind.url_templates:
            _move(before, kind)
        kind.save()
    return kind


def refuse_templates(kind: Kind) -> None:
    """Refuses as ``put_kind`` does, and changes nothing. Within a transaction the state is held until its end."""
    with transaction.atomic():
        PublishedState.hold()
        with transaction.atomic():  # of its own: what is rolled back gives its locks away
            _move(Kind.objects.get(pk=kind.pk), kind)
            transaction.set_rollback(True)


def _move(before: Kind, kind: Kind) -> None:
    """Rewrites the paths of the kind in the languages in which they change. One statement a language, and one more."""
    changed = [locale for locale in Locale.objects.all() if before.template(locale.code) != kind.template(locale.code)]
    slug = Subquery(Edition.objects.filter(pk=OuterRef("edition")).values("slug")[:1])
    for locale in changed:
        # The database puts the paths together itself, however many texts the kind has; none of them comes to this
        # process.
        start, _slug, end = kind.template(locale.code).partition("{slug}")
        own = LivePath.objects.filter(locale=locale, edition__kind=kind)
        own.update(path=Concat(Value(start), slug, Value(end.rstrip("/"))))
    moved = Conditions(["e.kind_id = %s"], [kind.pk]).among("m.locale_id", [locale.pk for locale in changed])
    for clash in clashes(moved, at=clock.now()):
        titles = {locale.pk: locale.title for locale in Locale.objects.all()}
        message = _(
            "“%(path)s” would be the address of two texts: “%(title)s” (%(locale_title)s) and "
            "“%(other_title)s” (%(other)s). Put {locale} or another word into the path, or give one "
            "of them another slug first."
        ) % {
            "path": clash.path,
            "title": clash.title,
            "locale_title": titles[clash.locale_id],
            "other_title": clash.other_title,
            "other": titles[clash.other_locale_id],
        }
        raise ValidationError(message, code="address_taken")


def _words(clash: Clash, catalogue: Catalogue) -> str:
    return _(
        "“%(path)s” is the address of “%(title)s” (%(locale)s) at the same time; choose another slug, or put {locale} "
        "into the path at which your site shows this kind."
    ) % {
        "path": clash.path,
        "title": clash.other_title,
        "locale": catalogue.locales_by_id[clash.other_locale_id].title,
    }

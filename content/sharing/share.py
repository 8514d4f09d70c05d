"""Shares drafts with people without an account, by links that expire."""

import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from content import clock
from content.accounts.ownership import may_edit
from content.catalogue import current_catalogue
from content.drafts.freeze import freeze
from content.drafts.gather import gather
from content.models import Asset, ShareLink, Translation
from content.models.share_link import LinkDuration
from content.permissions import CHANGE_ASSET, SHARE_ASSET
from content.tokens import digest, unqueued


def may_share(user: User, asset: Asset | None = None) -> bool:
    """Whether ``user`` may share ``asset``: by editing it, or by the permission to share any.

    Without an asset: whether ``user`` may share some.
    """
    if user.has_perm(SHARE_ASSET):
        return True
    return user.has_perm(CHANGE_ASSET) if asset is None else may_edit(user, asset)


def share(
    translation: Translation,
    *,
    by: User | None,
    lasting: int = LinkDuration.WEEK,
    note: str = "",
    at: datetime | None = None,
) -> tuple[ShareLink, str]:
    """Creates a link to the draft as it is stored now; returns it with its token, which is shown only this once.

    It is open from ``at`` (left out: now) for ``lasting`` days. Refuses other days than those of ``LinkDuration``
    (``lasting_unknown``), a text that is no more (``nothing_to_share``), a note that is too long (``max_length``)
    or ``unstorable``, and with ``PermissionDenied`` who may not share; ``by`` none is the system itself.
    """
    _authorise(by, translation.asset)
    if lasting not in LinkDuration.values:
        message = _("Choose a number of days: %(choices)s.")
        message %= {"choices": ", ".join(map(str, LinkDuration.values))}
        raise ValidationError({"lasting": ValidationError(message, code="lasting_unknown")})
    at, token = at or clock.now(), secrets.token_urlsafe(32)
    with transaction.atomic():
        link = _frozen(translation)
        link.digest, link.note = digest(token), note.strip()
        link.created_at, link.created_by, link.expires_at = at, by, at + timedelta(days=lasting)
        link.by_system = by is None
        link.full_clean()
        link.save()
    return link, token


def revoke(link: ShareLink, *, by: User | None, at: datetime) -> ShareLink:
    """Revokes ``link`` from its next request on and returns it. A second time changes nothing."""
    _authorise(by, link.translation.asset)
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at, revoked_by=by)
    link.refresh_from_db()
    return link


def open_links(assets: Collection[int], locales: Collection[int] | None = None, *, at: datetime) -> QuerySet[ShareLink]:
    """The links to texts of ``assets``, only in ``locales`` if given, that are open at ``at``."""
    links = ShareLink.objects.active(at).filter(translation__asset__in=assets)
    return links if locales is None else links.filter(translation__locale__in=locales)


def end_links(links: QuerySet[ShareLink], *, by: User | None, at: datetime) -> int:
    """Revokes ``links``; returns how many. For a recall, whose permission covers it."""
    found = list(links.values_list("pk", flat=True))
    return ShareLink.objects.filter(pk__in=found).update(revoked_at=at, revoked_by=by)


def link_of(token: str, *, at: datetime) -> ShareLink | None:
    """The link that ``token`` opens at ``at``; else ``None``, and nobody learns why. One query.

    It also checks that whoever shared it may still share that text.
    """
    links = ShareLink.objects.select_related("translation__asset__kind", "translation__locale", "created_by")
    return links.active(at).filter(digest=digest(token)).first()


def open_link(token: str, *, at: datetime) -> ShareLink | None:
    """``link_of``, and counts the opening; where the database is busy it is not counted, so that no reader waits."""
    link = link_of(token, at=at)
    if link:
        with suppress(DatabaseError), unqueued(), transaction.atomic():
            ShareLink.objects.filter(pk=link.pk).update(openings=F("openings") + 1, last_opened_at=at)
    return link


def _authorise(by: User | None, asset: Asset) -> None:
    if by is not None and not may_share(by, asset):
        raise PermissionDenied(_("You may not share this draft."))


def _frozen(translation: Translation) -> ShareLink:
    gathered = gather({translation.asset_id: [translation.locale_id]}, current_catalogue())
    if not gathered:
        raise ValidationError(_("This text no longer exists."), code="nothing_to_share")
    edition = freeze(gathered[0]).edition
    return ShareLink(
        translation=translation,
        title=edition.title,
        document=edition.document,
        placements=edition.placements,
        teasers=edition.teasers,
        steps=edition.steps,
    )

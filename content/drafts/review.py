"""A draft on its way to being published, and what is said of it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from content import clock
from content.accounts.ownership import may_edit
from content.catalogue import current_catalogue
from content.drafts.freeze import freeze, print_of
from content.drafts.gather import gather
from content.drafts.history import hold, revisions
from content.drafts.state import AssetState, asset_states_at
from content.drafts.unchanged import note_unchanged
from content.models import Asset, Comment, Status, Translation
from content.models.comment import CommentKind
from content.permissions import ADD_COMMENT, REVIEW_TRANSLATION
from journeys.storable import cleaned


def submit(translation: Translation, *, by: User, at: datetime, to: User | None = None, text: str = "") -> Comment:
    """Asks for a review, of ``to`` or of whoever may: what was said.

    Refuses ``under_review`` and ``not_a_reviewer``.
    """
    if to and not to.has_perm(REVIEW_TRANSLATION):
        raise ValidationError(f"{to} may not review; choose somebody who may.", code="not_a_reviewer")
    with transaction.atomic():
        held = _held(translation)
        _refuse_unless(may_edit(by, held.asset), "You may not edit this, so you cannot ask for its review.")
        if held.status == Status.IN_REVIEW:
            raise ValidationError("It waits for a review already.", code="under_review")
        return _step(held, Status.IN_REVIEW, CommentKind.SUBMIT, by=by, to=to, at=at, text=text)


def approve(translation: Translation, *, by: User, at: datetime, text: str = "", seen: str | None = None) -> Comment:
    """Approves the draft exactly as it stands: what was said.

    ``seen`` is the fingerprint of what was looked at; left out, it is what stands. Refuses ``not_in_review``,
    ``changed_meanwhile``, and (``own_work``) whoever asked for the review or has rewritten it since: four eyes see
    more than two.
    """
    with transaction.atomic():
        held = _held(translation)
        _refuse_unless(by.has_perm(REVIEW_TRANSLATION), "You may not approve what is to be published.")
        if held.status != Status.IN_REVIEW:
            raise ValidationError("Nobody has asked for its review, or it was answered.", code="not_in_review")
        if _asked_by(held) == by.pk:
            raise ValidationError("You asked for this review; let somebody else approve it.", code="own_work")
        if has_rewritten(held, by):
            message = "You have changed this since its review was asked for; let somebody else approve it."
            raise ValidationError(message, code="own_work")
        [gathered] = gather({held.asset_id: [held.locale_id]}, current_catalogue())
        held.approved_print = print_of(freeze(gathered).edition)
        if seen not in (None, held.approved_print):
            message = "It was changed while you looked at it; look again at what it is now."
            raise ValidationError(message, code="changed_meanwhile")
        return _step(held, Status.APPROVED, CommentKind.APPROVE, by=by, to=None, at=at, text=text)


def has_rewritten(translation: Translation, user: User) -> bool:
    """Whether ``user`` has changed what would be published of it since its review was asked for.

    What they changed of the asset's other texts does not count. Two queries, two more for each time they saved it.
    """
    asked = translation.comments.filter(action=CommentKind.SUBMIT).first()
    if asked is None:
        return False
    kept = revisions(translation.asset_id)
    theirs = kept.filter(user=user, date_created__gte=asked.at).values_list("pk", flat=True)
    for number in theirs:
        before = kept.filter(pk__lt=number).values_list("pk", flat=True).first()
        wholes = asset_states_at([pk for pk in (before, number) if pk])
        if before is None or _publishable(wholes[before], translation) != _publishable(wholes[number], translation):
            return True
    return False


def _publishable(whole: AssetState, translation: Translation) -> tuple[Any, ...]:
    own = [whole.own.get(name) for name in ("kind_id", "fields", "image_id", "terms", "no_stage_reason")]
    return own, whole.placements, whole.texts.get(translation.locale_id)


def send_back(translation: Translation, *, by: User, at: datetime, text: str) -> Comment:
    """Makes it a draft again, for whoever asked for the review: what was said.

    Refuses ``not_in_review``, and ``reason_missing`` where nothing says what is to change.
    """
    with transaction.atomic():
        held = _held(translation)
        _refuse_unless(by.has_perm(REVIEW_TRANSLATION), "You may not send back what is to be published.")
        if held.status == Status.DRAFT:
            raise ValidationError("Nobody has asked for its review, or it was answered.", code="not_in_review")
        if not text.strip():
            raise ValidationError("Say what is to change.", code="reason_missing")
        asked = User.objects.filter(pk__in=[_asked_by(held)]).first()
        held.approved_print = ""
        return _step(held, Status.DRAFT, CommentKind.SEND_BACK, by=by, to=asked, at=at, text=text)


def comment(translation: Translation, *, by: User, at: datetime, text: str) -> Comment:
    """Says something of the draft, and moves nothing. Refuses ``text_missing``."""
    _refuse_unless(by.has_perm(ADD_COMMENT), "You may not comment.")
    if not text.strip():
        raise ValidationError("Write something.", code="text_missing")
    return Comment.objects.create(translation=translation, by=by, at=at, text=cleaned(text))


def note_edit(asset: Asset, translations: QuerySet[Translation] | None = None) -> None:
    """Notes that these texts of ``asset``, all of them by default, changed in what their editions would freeze.

    What was approved is a draft again; what waits for a review goes on waiting; what was edited back to the words that
    are live is no change. Fourteen statements at most.
    """
    now = clock.now()
    note_edits(asset.translations.all() if translations is None else translations, at=now)
    note_unchanged(asset, at=now)
    Asset.objects.filter(pk=asset.pk).update(updated_at=now)


def note_edits(translations: QuerySet[Translation], *, at: datetime) -> None:
    """The same of texts of many assets, but for the assets themselves. Two statements."""
    translations.update(updated_at=at)
    translations.filter(status=Status.APPROVED).update(status=Status.DRAFT)


def waiting_for(assets: QuerySet[Asset], user: User) -> QuerySet[Asset]:
    """Those of which a text waits for the review of ``user``, or of anybody; those asked of ``user`` first."""
    texts = Translation.objects.filter(asset=OuterRef("pk"), status=Status.IN_REVIEW)
    found = assets.filter(Exists(texts.filter(Q(assignee=None) | Q(assignee=user))))
    found = found.annotate(is_asked=Exists(texts.filter(assignee=user)))
    return found.order_by("-is_asked", "updated_at", "pk")


def sent_back_to(assets: QuerySet[Asset], user: User) -> QuerySet[Asset]:
    """Those of which a text came back to ``user`` to be changed."""
    texts = Translation.objects.filter(asset=OuterRef("pk"), status=Status.DRAFT, assignee=user)
    return assets.filter(Exists(texts))


def _held(translation: Translation) -> Translation:
    """The text as it stands, under the lock of its asset: saves and reviews come one after another."""
    hold([translation.asset_id])
    return Translation.objects.select_related("asset").get(pk=translation.pk)


def _asked_by(translation: Translation) -> int | None:
    asked = translation.comments.filter(action=CommentKind.SUBMIT).values_list("by", flat=True)
    return asked.first()


def _step(
    held: Translation, status: str, action: str, *, by: User, to: User | None, at: datetime, text: str
) -> Comment:
    held.status, held.assignee = status, to
    Translation.objects.filter(pk=held.pk).update(status=status, assignee=to, approved_print=held.approved_print)
    return Comment.objects.create(translation=held, action=action, by=by, to=to, at=at, text=cleaned(text))


def _refuse_unless(allowed: bool, message: str) -> None:
    if not allowed:
        raise PermissionDenied(message)

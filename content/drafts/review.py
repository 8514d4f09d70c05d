"""The review of drafts: submit, approve, send back, comment."""

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

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
    """Requests a review, from ``to`` or from anybody who may; returns the comment.

    Refuses ``under_review`` and ``not_a_reviewer``.
    """
    if to and not to.has_perm(REVIEW_TRANSLATION):
        message = _("%(name)s may not review; choose somebody who may.") % {"name": to}
        raise ValidationError(message, code="not_a_reviewer")
    with transaction.atomic():
        draft = _locked(translation)
        _refuse_unless(may_edit(by, draft.asset), _("You may not edit this, so you cannot ask for its review."))
        if draft.status == Status.IN_REVIEW:
            raise ValidationError(_("It is in review already."), code="under_review")
        return _step(draft, Status.IN_REVIEW, CommentKind.SUBMIT, by=by, to=to, at=at, text=text)


def approve(translation: Translation, *, by: User, at: datetime, text: str = "", seen: str | None = None) -> Comment:
    """Approves the draft exactly as it is now; returns the comment.

    ``seen`` is the fingerprint of what the reviewer looked at; left out, the current draft. Refuses ``not_in_review``,
    ``changed_meanwhile``, and (``own_work``) whoever asked for the review or has rewritten it since: four eyes see
    more than two.
    """
    with transaction.atomic():
        draft = _locked(translation)
        _refuse_unless(by.has_perm(REVIEW_TRANSLATION), _("You may not approve texts."))
        if draft.status != Status.IN_REVIEW:
            raise ValidationError(_("It is not in review."), code="not_in_review")
        if _requester_id(draft) == by.pk:
            message = _("You asked for this review; let somebody else approve it.")
            raise ValidationError(message, code="own_work")
        if has_rewritten(draft, by):
            message = _("You have changed this since its review was asked for; let somebody else approve it.")
            raise ValidationError(message, code="own_work")
        # Under the lock of the asset, so that what is compared with ``seen`` is what is approved.
        [gathered] = gather({draft.asset_id: [draft.locale_id]}, current_catalogue())
        draft.approved_print = print_of(freeze(gathered).edition)
        if seen not in (None, draft.approved_print):
            message = _("It was changed while you looked at it; look at it again as it is now.")
            raise ValidationError(message, code="changed_meanwhile")
        return _step(draft, Status.APPROVED, CommentKind.APPROVE, by=by, to=None, at=at, text=text)


def has_rewritten(translation: Translation, user: User) -> bool:
    """Whether ``user`` has changed what would be published of it since its review was asked for.

    What they changed of the asset's other texts does not count. Two queries, two more for each time they saved it.
    """
    request = translation.comments.filter(action=CommentKind.SUBMIT).first()
    if request is None:
        return False
    history = revisions(translation.asset_id)
    theirs = history.filter(user=user, date_created__gte=request.at).values_list("pk", flat=True)
    for number in theirs:
        before = history.filter(pk__lt=number).values_list("pk", flat=True).first()
        wholes = asset_states_at([pk for pk in (before, number) if pk])
        if before is None or _publishable(wholes[before], translation) != _publishable(wholes[number], translation):
            return True
    return False


def _publishable(whole: AssetState, translation: Translation) -> tuple[object, ...]:
    own = [whole.own.get(name) for name in ("kind_id", "fields", "image_id", "terms", "no_stage_reason")]
    return own, whole.placements, whole.texts.get(translation.locale_id)


def send_back(translation: Translation, *, by: User, at: datetime, text: str) -> Comment:
    """Makes it a draft again, assigned to whoever asked for the review; returns the comment.

    Refuses ``not_in_review``, and ``reason_missing`` where ``text`` is empty.
    """
    with transaction.atomic():
        draft = _locked(translation)
        _refuse_unless(by.has_perm(REVIEW_TRANSLATION), _("You may not send back texts."))
        if draft.status == Status.DRAFT:
            raise ValidationError(_("It is not in review."), code="not_in_review")
        if not text.strip():
            raise ValidationError(_("Write what needs to change."), code="reason_missing")
        requester = User.objects.filter(pk__in=[_requester_id(draft)]).first()
        draft.approved_print = ""
        return _step(draft, Status.DRAFT, CommentKind.SEND_BACK, by=by, to=requester, at=at, text=text)


def comment(translation: Translation, *, by: User, at: datetime, text: str) -> Comment:
    """Adds a comment without changing the status. Refuses ``text_missing``."""
    _refuse_unless(by.has_perm(ADD_COMMENT), _("You may not comment."))
    if not text.strip():
        raise ValidationError(_("Write something."), code="text_missing")
    return Comment.objects.create(translation=translation, by=by, at=at, text=cleaned(text))


def note_edit(asset: Asset, translations: QuerySet[Translation] | None = None) -> None:
    """Updates status and dates after these texts of ``asset``, all by default, changed in what editions freeze.

    Approved texts are drafts again; texts in review stay there; what was edited back to the words that are live does
    not count as changed. Fourteen statements at most.
    """
    now = clock.now()
    note_edits(asset.translations.all() if translations is None else translations, at=now)
    note_unchanged(asset, at=now)
    Asset.objects.filter(pk=asset.pk).update(updated_at=now)


def note_edits(translations: QuerySet[Translation], *, at: datetime) -> None:
    """``note_edit`` for texts of many assets, without the dates of the assets themselves. Two statements."""
    translations.update(updated_at=at)
    translations.filter(status=Status.APPROVED).update(status=Status.DRAFT)


def waiting_for(assets: QuerySet[Asset], user: User) -> QuerySet[Asset]:
    """Assets with a text in review by ``user`` or by anybody; those assigned to ``user`` first."""
    texts = Translation.objects.filter(asset=OuterRef("pk"), status=Status.IN_REVIEW)
    found = assets.filter(Exists(texts.filter(Q(assignee=None) | Q(assignee=user))))
    found = found.annotate(is_asked=Exists(texts.filter(assignee=user)))
    return found.order_by("-is_asked", "updated_at", "pk")


def sent_back_to(assets: QuerySet[Asset], user: User) -> QuerySet[Asset]:
    """Assets with a text that was sent back to ``user``."""
    texts = Translation.objects.filter(asset=OuterRef("pk"), status=Status.DRAFT, assignee=user)
    return assets.filter(Exists(texts))


def _locked(translation: Translation) -> Translation:
    """The current text, under the lock of its asset: saves and reviews come one after another."""
    hold([translation.asset_id])
    return Translation.objects.select_related("asset").get(pk=translation.pk)


def _requester_id(translation: Translation) -> int | None:
    """The id of whoever last asked for its review."""
    requests = translation.comments.filter(action=CommentKind.SUBMIT)
    return requests.values_list("by", flat=True).first()


def _step(
    draft: Translation, status: str, action: str, *, by: User, to: User | None, at: datetime, text: str
) -> Comment:
    draft.status, draft.assignee = status, to
    Translation.objects.filter(pk=draft.pk).update(status=status, assignee=to, approved_print=draft.approved_print)
    return Comment.objects.create(translation=draft, action=action, by=by, to=to, at=at, text=cleaned(text))


def _refuse_unless(allowed: bool, message: str) -> None:
    if not allowed:
        raise PermissionDenied(message)

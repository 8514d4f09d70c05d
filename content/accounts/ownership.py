"""Decides whose drafts and media somebody may change: their own, or with one more permission anybody's."""

from django.contrib.auth.models import AnonymousUser, User

from content.models import Asset, Media


def may_edit(user: User | AnonymousUser, asset: Asset) -> bool:
    """Whether ``user`` may change the drafts of ``asset``."""
    return user.has_perm("content.change_asset") and is_within_reach(user, asset)


def is_within_reach(user: User | AnonymousUser, asset: Asset) -> bool:
    """Whether the rights of ``user`` reach ``asset``: their own, or with one right more any."""
    return asset.owner_id == user.pk or user.has_perm("content.edit_any_asset")


def may_edit_media(user: User | AnonymousUser, media: Media) -> bool:
    """Whether ``user`` may change or delete ``media``, as far as it is theirs: uploaded by them, or with one right
    more by anybody."""
    return (media.by_id is not None and media.by_id == user.pk) or user.has_perm("content.edit_any_asset")

"""Who may change which drafts: their own, or with one right more those of everybody."""

from content.accounts.ownership import is_within_reach


class OwnedByEditor:
    """For screens of an asset and its texts. Without a thing the question is whether there is any such right."""

    def asset_of(self, thing):
        return thing

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_within_reach(request.user, self.asset_of(obj)))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or is_within_reach(request.user, self.asset_of(obj)))

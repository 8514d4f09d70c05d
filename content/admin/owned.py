"""Who may change which drafts: their own, or those of everybody with a permission for that."""

from content.accounts.ownership import is_within_reach


class OwnedByEditor:
    """For screens of assets and texts. Without an object the answer is whether there is any such permission."""

    def asset_of(self, thing):
        """The asset that ``thing`` belongs to: itself on the screen of assets."""
        return thing

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_within_reach(request.user, self.asset_of(obj)))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or is_within_reach(request.user, self.asset_of(obj)))

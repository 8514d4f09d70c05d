from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from content import clock
from content.admin.confirm_page import confirm_page
from content.models import AccessToken
from content.models.access_token import Scope
from content.permissions import CHANGE_ACCESSTOKEN
from content.tokens import issue_token, refuse_more_tokens, refuse_scopes, revoke
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm


class AccessTokenForm(WordedForm):
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="What it may be used for, and no more. Only what you may do yourself, and for as long as you may.",
    )

    class Meta:
        help_texts = {
            "name": "Who uses it, and for what.",
            "expires_at": "Empty: it lasts until it is revoked.",
        }

    def clean(self):
        super().clean()
        refuse_scopes(self.by, self.cleaned_data.get("scopes", []))
        refuse_more_tokens(self.by, at=clock.now())

    def clean_expires_at(self):
        # The verb asks once more, about the same instant: what was let pass here is not refused there.
        self.at = clock.now()
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= self.at:
            raise forms.ValidationError("Choose an end that lies ahead.", code="expiry_passed")
        return expires_at


@admin.register(AccessToken)
class AccessTokenAdmin(BaseAdmin):
    """Issue, look at, revoke; nothing else. The right to change a token is the right to revoke it."""

    form = AccessTokenForm
    list_display = ["name", "begins_with", "may", "state", "expires", "last_used", "created_by"]
    list_select_related = ["created_by"]
    search_fields = ["name", "prefix"]
    actions_detail = ["revoke_page"]
    ASKED = ["name", "scopes", "expires_at"]
    TOLD = [
        ("name", "begins_with"),
        ("may", "state"),
        ("created_at", "created_by"),
        ("expires_at", "revoked_at"),
        ("last_used_at",),
    ]
    STATES = {"usable": "success", "expired": "default", "stopped": "warning", "revoked": "danger"}

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_revoke_permission(self, request, obj=None):
        return request.user.has_perm(CHANGE_ACCESSTOKEN)

    def get_queryset(self, request):
        return super().get_queryset(request).with_stopped()

    def get_form(self, request, obj=None, **kwargs):
        return type("Form", (super().get_form(request, obj, **kwargs),), {"by": request.user})

    def get_fields(self, request, obj=None):
        return self.TOLD if obj else self.ASKED

    def get_readonly_fields(self, request, obj=None):
        return [name for row in self.TOLD for name in row] if obj else []

    def get_urls(self):
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", view, name="content_accesstoken_revoke"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **buttons})

    def save_model(self, request, obj, form, change):
        how = {"scopes": obj.scopes, "expires_at": obj.expires_at, "by": request.user, "at": form.at}
        token, obj.text = issue_token(obj.name, **how)
        obj.pk, obj.prefix = token.pk, token.prefix

    def response_add(self, request, obj, post_url_continue=None):
        """The page itself, and no way to another: a message would take the secret through the session.

        Like every page of the admin it is ``no-store``.
        """
        back = admin_url(AccessToken, "changelist") if self.has_view_permission(request) else reverse("admin:index")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Token “{obj.name}”",
            "opts": self.opts,
            "text": obj.text,
            "back": back,
        }
        return TemplateResponse(request, "admin/content/token.html", context)

    @action(description="Revoke …", icon="block", permissions=["revoke"])
    def revoke_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(AccessToken, "revoke", object_id))

    def revoke_view(self, request, pk):
        if not (self.has_revoke_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        token = get_object_or_404(AccessToken, pk=pk)
        back = admin_url(AccessToken, "change", pk)
        if request.method == "POST":
            revoke(token, at=clock.now())
            self.log_change(request, token, "Revoked.")
            messages.success(request, f"“{token}” is revoked: it is refused from now on.")
            return HttpResponseRedirect(back)
        lead = "Whoever uses it is refused from the next request on. It stays revoked; issue another if one is needed."
        title = f"Revoke “{token}”"
        return confirm_page(
            self, request, forms.Form(), title=title, lead=lead, button="Revoke", back=back, danger=True
        )

    @display(description="begins with", ordering="prefix")
    def begins_with(self, token):
        return f"wmk_{token.prefix}"

    @display(description="scopes")
    def may(self, token):
        return ", ".join(token.scopes)

    @display(description="state", label=STATES)
    def state(self, token):
        return token.state_at(clock.now())

    @display(description="expires", ordering="expires_at")
    def expires(self, token):
        return time_cell(token.expires_at)

    @display(description="last used", ordering="last_used_at")
    def last_used(self, token):
        return time_cell(token.last_used_at)

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
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
        label=gettext_lazy("Scopes"),
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy(
            "What the token can be used for. You can only give what you may do yourself; it works as long as you may."
        ),
    )

    class Meta:
        help_texts = {
            "name": gettext_lazy("Who uses it, and for what."),
            "expires_at": gettext_lazy("Empty: it works until it is revoked."),
        }

    def clean(self):
        super().clean()
        refuse_scopes(self.by, self.cleaned_data.get("scopes", []))
        refuse_more_tokens(self.by, at=clock.now())

    def clean_expires_at(self):
        # ``issue_token`` checks again; with the same instant it cannot refuse what was accepted here.
        self.at = clock.now()
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= self.at:
            raise forms.ValidationError(_("Choose an end in the future."), code="expiry_passed")
        return expires_at


@admin.register(AccessToken)
class AccessTokenAdmin(BaseAdmin):
    """Tokens are issued, viewed and revoked, never changed. The permission to change one allows to revoke it."""

    form = AccessTokenForm
    list_display = ["name", "begins_with", "scope_list", "state_badge", "expires", "last_used", "created_by"]
    list_select_related = ["created_by"]
    search_fields = ["name", "prefix"]
    actions_detail = ["revoke_page"]
    ADD_FIELDS = ["name", "scopes", "expires_at"]
    READ_ONLY_FIELDS = [
        ("name", "begins_with"),
        ("scope_list", "state"),
        ("created_at", "created_by"),
        ("expires_at", "revoked_at"),
        ("last_used_at",),
    ]
    COLOURS = {"usable": "success", "expired": "default", "stopped": "warning", "revoked": "danger"}
    STATES = {
        "usable": pgettext_lazy("access token", "usable"),
        "expired": pgettext_lazy("access token", "expired"),
        "stopped": pgettext_lazy("access token", "stopped"),
        "revoked": pgettext_lazy("access token", "revoked"),
    }

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_revoke_permission(self, request, obj=None):
        return request.user.has_perm(CHANGE_ACCESSTOKEN)

    def get_queryset(self, request):
        return super().get_queryset(request).with_stopped()

    def get_form(self, request, obj=None, **kwargs):
        # The form checks what its user may do: a class for each request, since that is where Django lets us put it.
        return type("Form", (super().get_form(request, obj, **kwargs),), {"by": request.user})

    def get_fields(self, request, obj=None):
        return self.READ_ONLY_FIELDS if obj else self.ADD_FIELDS

    def get_readonly_fields(self, request, obj=None):
        return [name for row in self.READ_ONLY_FIELDS for name in row] if obj else []

    def get_urls(self):
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", view, name="content_accesstoken_revoke"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        # The answer is the page with the secret; “save and …” would leave it at once.
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **buttons})

    def save_model(self, request, obj, form, change):
        token, obj.text = issue_token(
            obj.name, scopes=obj.scopes, expires_at=obj.expires_at, by=request.user, at=form.at
        )
        # Django goes on with ``obj``: for the log and for ``response_add``, which shows ``obj.text``.
        obj.pk, obj.prefix = token.pk, token.prefix

    def response_add(self, request, obj, post_url_continue=None):
        """Shows the secret on the answering page: a message after a redirect would put it into the session.

        Like every page of the admin it is ``no-store``.
        """
        back = admin_url(AccessToken, "changelist") if self.has_view_permission(request) else reverse("admin:index")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Token “%(name)s”") % {"name": obj.name},
            "opts": self.opts,
            "text": obj.text,
            "lead": _("Copy it to where it is used."),
            "storage": _("It will not be shown again: the server only stores its hash."),
            "back": back,
        }
        return TemplateResponse(request, "admin/content/token.html", context)

    @action(description=gettext_lazy("Revoke …"), icon="block", permissions=["revoke"])
    def revoke_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(AccessToken, "revoke", object_id))

    def revoke_view(self, request, pk):
        if not (self.has_revoke_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        token = get_object_or_404(AccessToken, pk=pk)
        back = admin_url(AccessToken, "change", pk)
        if request.method == "POST":
            revoke(token, at=clock.now())
            self.log_change(request, token, _("Revoked."))
            messages.success(request, _("“%(token)s” is revoked and no longer works.") % {"token": token})
            return HttpResponseRedirect(back)
        lead = _("It stops working with the next request. This cannot be undone; issue a new token if one is needed.")
        title = _("Revoke “%(token)s”") % {"token": token}
        return confirm_page(
            self, request, forms.Form(), title=title, lead=lead, button=_("Revoke"), back=back, danger=True
        )

    @display(description=gettext_lazy("begins with"), ordering="prefix")
    def begins_with(self, token):
        return f"wmk_{token.prefix}"

    @display(description=gettext_lazy("scopes"))
    def scope_list(self, token):
        return ", ".join(token.scopes)

    @display(description=gettext_lazy("state"), label=COLOURS)
    def state_badge(self, token):
        state = token.state_at(clock.now())
        return state, self.STATES[state]

    @display(description=gettext_lazy("state"))
    def state(self, token):
        return self.STATES[token.state_at(clock.now())]

    @display(description=gettext_lazy("expires"), ordering="expires_at")
    def expires(self, token):
        return time_cell(token.expires_at)

    @display(description=gettext_lazy("last used"), ordering="last_used_at")
    def last_used(self, token):
        return time_cell(token.last_used_at)

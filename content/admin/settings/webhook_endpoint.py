from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from content import clock
from content.admin.confirm_page import confirm_page
from content.admin.local_time import localise_instants
from content.admin.publishing.messages import refusals_as_messages
from content.events.endpoints import add_endpoint, disable, enable, refuse_more_endpoints, rotate, send_test
from content.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from content.models.event import EventType
from content.models.webhook_delivery import DeliveryState
from content.models.webhook_endpoint import LOST
from content.permissions import CHANGE_WEBHOOKENDPOINT
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm

ENDED = (DeliveryState.DELIVERED, DeliveryState.FAILED)
KEPT = "it is kept encrypted, because every delivery is signed with it, but no page shows it."
PAGES = {"rotate": "Rotate the secret", "off": "Disable", "on": "Enable", "try": "Send a test event"}
LEADS = {
    "rotate": "A new secret is made and shown once. For 24 hours deliveries are signed with both, so that the receiver "
    "can change it without missing one.",
    "off": "Nothing more is sent there. What is on its way is cancelled.",
    "on": "It is told of events from now on. What it missed can be sent again under Deliveries.",
    "try": "An event of type webhook.test, to this endpoint alone. What came of it stands under Deliveries.",
}


class WebhookEndpointForm(WordedForm):
    types = forms.MultipleChoiceField(
        label="Events",
        required=False,
        choices=EventType.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Which events it wants. None ticked: all of them.",
    )

    def clean(self):
        super().clean()
        if self.instance.pk is None:
            refuse_more_endpoints()

    def clean_url(self):
        return self.cleaned_data["url"].strip()


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(BaseAdmin):
    """Where events go. The secret is shown on the page that answers an addition or a rotation, and nowhere else."""

    form = WebhookEndpointForm
    list_display = ["name", "url", "wanted", "state", "why", "added"]
    search_fields = ["name", "url"]
    actions_detail = ["rotate_page", "off_page", "on_page", "try_page"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "url", "types"],
                "description": "Deliveries follow Standard Webhooks. The secret they are signed with is made here and "
                "shown once. It is kept encrypted (ENCRYPTION_KEYS); guard the keys as well as the database.",
            },
        )
    ]
    TOLD = ("state", "why", "created_at")

    def get_queryset(self, request):
        """With how the last event ended that got through or was given up on, and with the last attempt."""
        ended = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state__in=ENDED).order_by("-pk")
        tried = WebhookAttempt.objects.filter(delivery__endpoint=OuterRef("pk")).order_by("-at", "-pk")
        last = {"last_attempt_at": Subquery(tried.values("at")[:1]), "last_error": Subquery(tried.values("error")[:1])}
        return super().get_queryset(request).annotate(last_outcome=Subquery(ended.values("state")[:1]), **last)

    def get_fieldsets(self, request, obj=None):
        return [*self.fieldsets, ("State", {"fields": [self.TOLD]})] if obj else self.fieldsets

    def get_readonly_fields(self, request, obj=None):
        return self.TOLD if obj else ()

    def has_verb_permission(self, request, obj=None):
        return request.user.has_perm(CHANGE_WEBHOOKENDPOINT)

    def has_off_permission(self, request, object_id=None):
        return self.has_verb_permission(request) and self._is_enabled(object_id)

    def has_on_permission(self, request, object_id=None):
        return self.has_verb_permission(request) and not self._is_enabled(object_id)

    def _is_enabled(self, object_id):
        return WebhookEndpoint.objects.enabled().filter(pk=object_id).exists()

    def get_urls(self):
        verb = self.admin_site.admin_view(self.verb_view)
        own = [path(f"<int:pk>/{page}/", verb, {"page": page}, f"content_webhookendpoint_{page}") for page in PAGES]
        return [*own, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **buttons})

    def save_model(self, request, obj, form, change):
        if change:
            # What a form does not show, a rotation beside it may just have changed.
            obj.save(update_fields=["name", "url", "types"])
            return
        made, obj.text = add_endpoint(obj.name, url=obj.url, types=obj.types, at=clock.now())
        obj.pk = made.pk

    def response_add(self, request, obj, post_url_continue=None):
        return self._secret(request, obj, obj.text)

    def _secret(self, request, endpoint, text):
        """The page itself: a message would take the secret through the session. Like all of the admin, ``no-store``."""
        back = admin_url(WebhookEndpoint, "changelist") if self.has_view_permission(request) else reverse("admin:index")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Secret of “{endpoint}”",
            "opts": self.opts,
            "text": text,
            "kept": KEPT,
            "back": back,
        }
        return TemplateResponse(request, "admin/content/token.html", context)

    @action(description="Rotate the secret …", icon="key", permissions=["verb"])
    def rotate_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "rotate", object_id))

    @action(description="Disable …", icon="block", permissions=["off"])
    def off_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "off", object_id))

    @action(description="Enable …", icon="play_arrow", permissions=["on"])
    def on_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "on", object_id))

    @action(description="Send a test event …", icon="send", permissions=["verb"])
    def try_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "try", object_id))

    def verb_view(self, request, pk, page):
        """Asks, then runs the verb of the page."""
        if not (self.has_verb_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
        back = admin_url(WebhookEndpoint, "change", pk)
        if request.method != "POST":
            words = {"title": f"{PAGES[page]}: “{endpoint}”", "lead": LEADS[page], "button": PAGES[page]}
            return confirm_page(self, request, forms.Form(), back=back, danger=page == "off", **words)
        now = clock.now()
        if page == "rotate":
            text = rotate(endpoint, at=now)
            self.log_change(request, endpoint, "Secret rotated.")
            return self._secret(request, endpoint, text)
        if page == "try":
            if refusals_as_messages(request, send_test, endpoint, at=now):
                messages.success(request, "The test event is on its way.")
        elif page == "off":
            disable(endpoint, reason=f"By {request.user} on {now:%Y-%m-%d %H:%M} UTC.")
            self.log_change(request, endpoint, "Disabled.")
            messages.success(request, f"“{endpoint}” is disabled.")
        elif refusals_as_messages(request, enable, endpoint):
            self.log_change(request, endpoint, "Enabled.")
            messages.success(request, f"“{endpoint}” is enabled.")
        return HttpResponseRedirect(back)

    @display(description="events")
    def wanted(self, endpoint):
        return ", ".join(endpoint.types) or "all"

    @display(
        description="state",
        label={"enabled": "success", "failing": "warning", "disabled": "danger", "cannot sign": "danger"},
    )
    def state(self, endpoint):
        if endpoint.enabled and endpoint.is_lost:
            return "cannot sign"
        if endpoint.enabled and endpoint.last_outcome == DeliveryState.FAILED:
            return "failing"
        return "enabled" if endpoint.enabled else "disabled"

    @display(description="because")
    def why(self, endpoint):
        if endpoint.is_lost or endpoint.disabled_reason:
            return LOST if endpoint.is_lost else localise_instants(endpoint.disabled_reason)
        if endpoint.last_outcome != DeliveryState.FAILED:
            return ""
        at, error = time_cell(endpoint.last_attempt_at), endpoint.last_error
        return format_html("The last event was given up on {}: {}", at, error)

    @display(description="added", ordering="created_at")
    def added(self, endpoint):
        return time_cell(endpoint.created_at)

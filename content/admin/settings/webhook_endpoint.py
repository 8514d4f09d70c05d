from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
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
# By the page that asks for confirmation: its button, its title, and what will happen.
PAGES = {
    "rotate": (
        gettext_lazy("Rotate the secret"),
        gettext_lazy("Rotate the secret: “%(endpoint)s”"),
        gettext_lazy(
            "A new secret is created and shown once. For 24 hours deliveries are signed with both, so that the "
            "receiver can change it without missing one."
        ),
    ),
    "off": (
        gettext_lazy("Disable"),
        gettext_lazy("Disable: “%(endpoint)s”"),
        gettext_lazy("Nothing more is sent there. Pending deliveries are cancelled."),
    ),
    "on": (
        gettext_lazy("Enable"),
        gettext_lazy("Enable: “%(endpoint)s”"),
        gettext_lazy("It receives events from now on. Those it missed can be sent again under Deliveries."),
    ),
    "try": (
        gettext_lazy("Send a test event"),
        gettext_lazy("Send a test event: “%(endpoint)s”"),
        gettext_lazy("Sends an event of type webhook.test to this endpoint only. See Deliveries for the outcome."),
    ),
}
COLOURS = {"enabled": "success", "failing": "warning", "disabled": "danger", "lost": "danger"}
STATES = {
    "enabled": pgettext_lazy("webhook", "enabled"),
    "failing": pgettext_lazy("webhook", "failing"),
    "disabled": pgettext_lazy("webhook", "disabled"),
    "lost": pgettext_lazy("webhook", "cannot sign"),
}


class WebhookEndpointForm(WordedForm):
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        required=False,
        choices=EventType.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Which events are sent. None selected: all."),
    )

    def clean(self):
        super().clean()
        if self.instance.pk is None:
            refuse_more_endpoints()

    def clean_url(self):
        return self.cleaned_data["url"].strip()


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(BaseAdmin):
    """Where events are sent. The secret is shown once: on the page that answers an addition or a rotation."""

    form = WebhookEndpointForm
    list_display = ["name", "url", "event_types", "state_badge", "reason", "added"]
    search_fields = ["name", "url"]
    actions_detail = ["rotate_page", "off_page", "on_page", "try_page"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "url", "types"],
                "description": gettext_lazy(
                    "Deliveries follow Standard Webhooks. The signing secret is created here and shown once. It is "
                    "stored encrypted (ENCRYPTION_KEYS); protect the keys as well as the database."
                ),
            },
        )
    ]
    READ_ONLY_FIELDS = ("state", "reason", "created_at")

    def get_queryset(self, request):
        """Annotated with the outcome of the last finished delivery, and the time and error of the last attempt."""
        # Subqueries, so that the list takes one statement however many endpoints there are.
        ended = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state__in=ENDED).order_by("-pk")
        tried = WebhookAttempt.objects.filter(delivery__endpoint=OuterRef("pk")).order_by("-at", "-pk")
        last = {"last_attempt_at": Subquery(tried.values("at")[:1]), "last_error": Subquery(tried.values("error")[:1])}
        return super().get_queryset(request).annotate(last_outcome=Subquery(ended.values("state")[:1]), **last)

    def get_fieldsets(self, request, obj=None):
        return [*self.fieldsets, (_("State"), {"fields": [self.READ_ONLY_FIELDS]})] if obj else self.fieldsets

    def get_readonly_fields(self, request, obj=None):
        return self.READ_ONLY_FIELDS if obj else ()

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
        # The answer is the page with the secret; “save and …” would leave it at once.
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **buttons})

    def save_model(self, request, obj, form, change):
        if change:
            # Only the form's own fields: a rotation at the same time may have changed the secret.
            obj.save(update_fields=["name", "url", "types"])
            return
        endpoint, obj.text = add_endpoint(obj.name, url=obj.url, types=obj.types, at=clock.now())
        obj.pk = endpoint.pk

    def response_add(self, request, obj, post_url_continue=None):
        return self._secret_page(request, obj, obj.text)

    def _secret_page(self, request, endpoint, text):
        """Shows the secret: a message after a redirect would put it into the session. ``no-store`` like all pages."""
        back = admin_url(WebhookEndpoint, "changelist") if self.has_view_permission(request) else reverse("admin:index")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Secret of “%(endpoint)s”") % {"endpoint": endpoint},
            "opts": self.opts,
            "text": text,
            "lead": _("Copy it to where it is used."),
            "storage": _("It will not be shown again: the server stores it encrypted, to sign every delivery."),
            "back": back,
        }
        return TemplateResponse(request, "admin/content/token.html", context)

    @action(description=gettext_lazy("Rotate the secret …"), icon="key", permissions=["verb"])
    def rotate_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "rotate", object_id))

    @action(description=gettext_lazy("Disable …"), icon="block", permissions=["off"])
    def off_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "off", object_id))

    @action(description=gettext_lazy("Enable …"), icon="play_arrow", permissions=["on"])
    def on_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "on", object_id))

    @action(description=gettext_lazy("Send a test event …"), icon="send", permissions=["verb"])
    def try_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(WebhookEndpoint, "try", object_id))

    def verb_view(self, request, pk, page):
        """Asks for confirmation; on POST rotates, disables, enables or tests, as ``page`` says."""
        if not (self.has_verb_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
        back = admin_url(WebhookEndpoint, "change", pk)
        if request.method != "POST":
            button, title, lead = PAGES[page]
            labels = {"title": title % {"endpoint": endpoint}, "lead": lead, "button": button}
            return confirm_page(self, request, forms.Form(), back=back, danger=page == "off", **labels)
        now = clock.now()
        if page == "rotate":
            text = rotate(endpoint, at=now)
            self.log_change(request, endpoint, _("Secret rotated."))
            return self._secret_page(request, endpoint, text)
        if page == "try":
            if refusals_as_messages(request, send_test, endpoint, at=now):
                messages.success(request, _("The test event is being sent."))
        elif page == "off":
            reason = _("Disabled by %(user)s on %(when)s UTC.")
            disable(endpoint, reason=reason % {"user": request.user, "when": f"{now:%Y-%m-%d %H:%M}"})
            self.log_change(request, endpoint, _("Disabled."))
            messages.success(request, _("“%(endpoint)s” is disabled.") % {"endpoint": endpoint})
        elif refusals_as_messages(request, enable, endpoint):
            self.log_change(request, endpoint, _("Enabled."))
            messages.success(request, _("“%(endpoint)s” is enabled.") % {"endpoint": endpoint})
        return HttpResponseRedirect(back)

    @display(description=gettext_lazy("events"))
    def event_types(self, endpoint):
        return ", ".join(endpoint.types) or _("all")

    @display(description=gettext_lazy("state"), label=COLOURS)
    def state_badge(self, endpoint):
        state = state_of(endpoint)
        return state, STATES[state]

    @display(description=gettext_lazy("state"))
    def state(self, endpoint):
        return STATES[state_of(endpoint)]

    @display(description=gettext_lazy("reason"))
    def reason(self, endpoint):
        if endpoint.is_lost or endpoint.disabled_reason:
            return LOST if endpoint.is_lost else localise_instants(endpoint.disabled_reason)
        if endpoint.last_outcome != DeliveryState.FAILED:
            return ""
        at, error = time_cell(endpoint.last_attempt_at), endpoint.last_error
        return format_html(_("Sending the last event was given up on {at}: {error}"), at=at, error=error)

    @display(description=gettext_lazy("added"), ordering="created_at")
    def added(self, endpoint):
        return time_cell(endpoint.created_at)


def state_of(endpoint):
    """A key of ``STATES``. ``lost``: it is enabled, but its secret cannot be decrypted to sign anything."""
    if not endpoint.enabled:
        return "disabled"
    if endpoint.is_lost:
        return "lost"
    return "failing" if endpoint.last_outcome == DeliveryState.FAILED else "enabled"

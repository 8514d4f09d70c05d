from django.contrib import admin, messages
from django.utils import timezone
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from content import clock
from content.events.endpoints import send_again
from content.models import WebhookAttempt, WebhookDelivery
from content.permissions import CHANGE_WEBHOOKDELIVERY
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, Inline, ReadOnly

STATES = {"pending": "info", "delivered": "success", "failed": "danger", "cancelled": "default"}


class AttemptInline(ReadOnly, Inline):
    model = WebhookAttempt
    verbose_name_plural = "attempts"
    fields = readonly_fields = ["when", "status", "took_ms", "error", "response"]

    @display(description="at")
    def when(self, one):
        return f"{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}"


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly, BaseAdmin):
    """Who was told what, and how it went. The right to change a delivery is the right to send it again."""

    list_display = ["what", "to", "how", "attempt_count", "next_attempt", "delivered"]
    list_filter = ["state", "event__type", ("endpoint", RelatedDropdownFilter)]
    list_select_related = ["event", "endpoint"]
    search_fields = ["event__uid", "endpoint__name"]
    fields = ["event", ("to", "how", "attempt_count"), ("next_attempt_at", "delivered_at")]
    readonly_fields = ["event", "to", "how", "attempt_count", "next_attempt_at", "delivered_at"]
    inlines = [AttemptInline]
    actions = ["again"]

    def has_again_permission(self, request):
        return request.user.has_perm(CHANGE_WEBHOOKDELIVERY)

    @action(description="Send again, with the same id", permissions=["again"])
    def again(self, request, deliveries):
        chosen = list(deliveries)
        sent = send_again(chosen, at=clock.now())
        if sent:
            messages.success(request, f"{sent} will be sent again now.")
        if sent < len(chosen):
            kept = "their endpoint is disabled, or they have not been tried yet"
            messages.warning(request, f"{len(chosen) - sent} stay as they are: {kept}.")

    @display(description="event", ordering="event")
    def what(self, delivery):
        return str(delivery.event)

    @display(description="to", ordering="endpoint__name")
    def to(self, delivery):
        return str(delivery.endpoint or "caches")

    @display(description="state", ordering="state", label=STATES)
    def how(self, delivery):
        return delivery.state

    @display(description="next attempt", ordering="next_attempt_at")
    def next_attempt(self, delivery):
        return time_cell(delivery.next_attempt_at)

    @display(description="delivered", ordering="delivered_at")
    def delivered(self, delivery):
        return time_cell(delivery.delivered_at)

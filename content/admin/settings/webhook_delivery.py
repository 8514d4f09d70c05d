from django.contrib import admin, messages
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from content import clock
from content.events.endpoints import send_again
from content.models import WebhookAttempt, WebhookDelivery
from content.permissions import CHANGE_WEBHOOKDELIVERY
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, Inline, ReadOnly

COLOURS = {"pending": "info", "delivered": "success", "failed": "danger", "cancelled": "default"}


class AttemptInline(ReadOnly, Inline):
    model = WebhookAttempt
    verbose_name_plural = gettext_lazy("attempts")
    fields = readonly_fields = ["attempted", "status", "took_ms", "error", "response"]

    @display(description=gettext_lazy("at"))
    def attempted(self, attempt):
        """To the second: attempts may follow each other within a minute."""
        return f"{localtime(attempt.at):%Y-%m-%d %H:%M:%S}"


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly, BaseAdmin):
    """Which event was sent to whom, and the outcome. The permission to change a delivery allows to send it again."""

    list_display = ["event_name", "recipient", "state_badge", "attempt_count", "next_attempt", "delivered"]
    list_filter = ["state", "event__type", ("endpoint", RelatedDropdownFilter)]
    list_select_related = ["event", "endpoint"]
    search_fields = ["event__uid", "endpoint__name"]
    fields = ["event", ("recipient", "state", "attempt_count"), ("next_attempt_at", "delivered_at")]
    readonly_fields = ["event", "recipient", "state", "attempt_count", "next_attempt_at", "delivered_at"]
    inlines = [AttemptInline]
    actions = ["again"]

    def has_again_permission(self, request):
        return request.user.has_perm(CHANGE_WEBHOOKDELIVERY)

    @action(description=gettext_lazy("Send again, with the same id"), permissions=["again"])
    def again(self, request, deliveries):
        chosen = list(deliveries)
        sent = send_again(chosen, at=clock.now())
        if sent:
            message = ngettext("%(count)d will be sent again now.", "%(count)d will be sent again now.", sent)
            messages.success(request, message % {"count": sent})
        if others := len(chosen) - sent:
            message = ngettext(
                "%(count)d is not sent again: its endpoint is disabled, or it has not been tried yet.",
                "%(count)d are not sent again: their endpoint is disabled, or they have not been tried yet.",
                others,
            )
            messages.warning(request, message % {"count": others})

    @display(description=gettext_lazy("event"), ordering="event")
    def event_name(self, delivery):
        return str(delivery.event)

    @display(description=gettext_lazy("to"), ordering="endpoint__name")
    def recipient(self, delivery):
        return str(delivery.endpoint or _("caches"))

    @display(description=gettext_lazy("state"), ordering="state", label=COLOURS)
    def state_badge(self, delivery):
        return delivery.state, delivery.get_state_display()

    @display(description=gettext_lazy("next attempt"), ordering="next_attempt_at")
    def next_attempt(self, delivery):
        return time_cell(delivery.next_attempt_at)

    @display(description=gettext_lazy("delivered"), ordering="delivered_at")
    def delivered(self, delivery):
        return time_cell(delivery.delivered_at)

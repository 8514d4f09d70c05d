import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from content.models import Event, WebhookDelivery
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, Inline, ReadOnly


class DeliveryInline(ReadOnly, Inline):
    model = WebhookDelivery
    verbose_name_plural = _("deliveries")
    fields = readonly_fields = ["recipient", "state", "attempt_count", "next_attempt_at", "delivered_at"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("endpoint", "event")

    @display(description=_("to"))
    def recipient(self, delivery):
        return delivery.endpoint or _("caches")


@admin.register(Event)
class EventAdmin(ReadOnly, BaseAdmin):
    """A read-only log of the events that were announced."""

    list_display = ["type", "occurred", "publication", "uid"]
    list_filter = ["type"]
    search_fields = ["uid", "publication"]
    date_hierarchy = "occurred_at"
    fields = [("type", "occurred_at", "publication"), ("uid", "fanned_at"), "payload_text", "cache_keys"]
    readonly_fields = ["type", "occurred_at", "publication", "uid", "fanned_at", "payload_text", "cache_keys"]
    inlines = [DeliveryInline]

    @display(description=_("occurred"), ordering="occurred_at")
    def occurred(self, event):
        return time_cell(event.occurred_at)

    @display(description=_("payload"))
    def payload_text(self, event):
        text = json.dumps(event.payload, indent=2, ensure_ascii=False)
        return format_html('<pre style="white-space: pre-wrap">{}</pre>', text)

    @display(description=_("cache keys"))
    def cache_keys(self, event):
        return ", ".join(event.keys) or "–"

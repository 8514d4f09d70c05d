import json

from django.contrib import admin
from django.utils.html import format_html
from unfold.decorators import display

from content.models import Event, WebhookDelivery
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin, Inline, ReadOnly


class DeliveryInline(ReadOnly, Inline):
    model = WebhookDelivery
    verbose_name_plural = "deliveries"
    fields = readonly_fields = ["to", "state", "attempt_count", "next_attempt_at", "delivered_at"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("endpoint", "event")

    @display(description="to")
    def to(self, delivery):
        return delivery.endpoint or "caches"


@admin.register(Event)
class EventAdmin(ReadOnly, BaseAdmin):
    """What was told, to read."""

    list_display = ["type", "when", "publication", "uid"]
    list_filter = ["type"]
    search_fields = ["uid", "publication"]
    date_hierarchy = "occurred_at"
    fields = [("type", "occurred_at", "publication"), ("uid", "fanned_at"), "sent", "for_caches"]
    readonly_fields = ["type", "occurred_at", "publication", "uid", "fanned_at", "sent", "for_caches"]
    inlines = [DeliveryInline]

    @display(description="occurred", ordering="occurred_at")
    def when(self, event):
        return time_cell(event.occurred_at)

    @display(description="what is sent")
    def sent(self, event):
        told = json.dumps(event.payload, indent=2, ensure_ascii=False)
        return format_html('<pre style="white-space: pre-wrap">{}</pre>', told)

    @display(description="keys for caches")
    def for_caches(self, event):
        return ", ".join(event.keys) or "–"

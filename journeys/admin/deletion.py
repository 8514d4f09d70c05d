"""Refuses to delete in the admin what is in use, and says by what and what to do."""

from collections import Counter

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects, unquote
from django.http import HttpResponseRedirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from journeys.admin.urls import admin_url


class ProtectedDelete:
    """A mixin of ``ModelAdmin`` that refuses to delete what something else needs."""

    way_out = _lazy("Remove it there first.")  # what to do about it
    # Whether a tag keeps its object from being deleted, because a tag with none left would stand for everybody.
    tags_protect = False

    def why_protected(self, things):
        """Why these cannot be deleted, in a sentence with numbers; empty if they can."""
        holders = self._holders(things)
        if not holders:
            return ""
        counts = [
            f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
            for model, count in sorted(holders.items(), key=lambda item: -item[1])
        ]
        message = ngettext(
            "“%(name)s” is used by %(uses)s and cannot be deleted. %(advice)s",
            "These %(count)d are used by %(uses)s and cannot be deleted. %(advice)s",
            len(things),
        )
        uses = get_text_list(counts, _("and"))
        return message % {"name": things[0], "count": len(things), "uses": uses, "advice": self.way_out}

    def _holders(self, things):
        """Counts the rows of each model that use ``things``."""
        collector = NestedObjects(using="default", origin=things)
        collector.collect(things)
        holders = Counter(type(holder) for holder in collector.protected)
        for relation in self.model._meta.related_objects if self.tags_protect else ():
            if relation.many_to_many and relation.through._meta.auto_created:
                count = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": things}).count()
                holders[relation.related_model] += count
        return +holders  # without those that count nothing

    def delete_view(self, request, object_id, extra_context=None):
        thing = self.get_object(request, unquote(object_id))
        if thing and self.has_delete_permission(request, thing) and (why := self.why_protected([thing])):
            self.message_user(request, why, messages.ERROR)
            return HttpResponseRedirect(admin_url(self.model, "change", thing.pk))
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        if why := self.why_protected(list(objs)):
            return [], {}, set(), [why]
        return super().get_deleted_objects(objs, request)

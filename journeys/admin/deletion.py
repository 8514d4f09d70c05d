"""Deleting in the admin: what is in use cannot be deleted, and the refusal says by what and what to do."""

from collections import Counter

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects, unquote
from django.http import HttpResponseRedirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from journeys.admin.urls import admin_url


class ProtectedDelete:
    """For a ``ModelAdmin``: refuses to delete what something else needs."""

    way_out = "Take it out of there first."  # what to do about it
    # Whether a tag keeps its object from being deleted, because a tag with none left would stand for everybody.
    tags_protect = False

    def why_protected(self, things):
        """Why these cannot be deleted, in a sentence with numbers; empty if they can."""
        found = self._holders(things)
        if not found:
            return ""
        names = [str(thing) for thing in things]
        subject = f"“{names[0]}” is" if len(names) == 1 else f"These {len(names)} are"
        counts = [
            f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
            for model, count in sorted(found.items(), key=lambda item: -item[1])
        ]
        users = get_text_list(counts, _("and"))
        return f"{subject} used by {users} and cannot be deleted. {self.way_out}"

    def _holders(self, things):
        collector = NestedObjects(using="default", origin=things)
        collector.collect(things)
        found = Counter(type(holder) for holder in collector.protected)
        for relation in self.model._meta.related_objects if self.tags_protect else ():
            if relation.many_to_many and relation.through._meta.auto_created:
                count = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": things}).count()
                found[relation.related_model] += count
        return +found

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

"""Choosing among many: what a list of suggestions says of each, and what is chosen, named without a query."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.forms import Media
from unfold.widgets import UnfoldAdminSelectWidget


class Autocomplete(AutocompleteJsonView):
    """Suggestions that say more than a name, where the screen of what is suggested has ``told_to_pick``."""

    def process_request(self, request):
        """Suggestions are for fields that lead somewhere; the other ends of them are none."""
        found = super().process_request(request)
        if not hasattr(found[2], "get_limit_choices_to"):
            raise PermissionDenied
        return found

    def get_queryset(self):
        found = super().get_queryset()
        return found if found.ordered else found.order_by("pk")

    def paginate_queryset(self, queryset, page_size):
        paginator, page, found, more = super().paginate_queryset(queryset, page_size)
        if hasattr(self.model_admin, "for_picking"):
            found = self.model_admin.for_picking(found)
        return paginator, page, found, more

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if hasattr(self.model_admin, "told_to_pick"):
            result["told"] = self.model_admin.told_to_pick(obj)
        return result


class NamedChoices:
    """Takes the names of what is chosen from ``names``, by id: a form of many rows asks for all of them at once."""

    def __init__(self, field, names, *, none=""):
        super().__init__(field, admin.site)
        self.names = names
        self.none = none  # what it means to choose nothing

    def build_attrs(self, *args, **kwargs):
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": self.none}

    def optgroups(self, name, value, attrs=None):
        chosen = [pk for pk in value if pk and pk.isdecimal() and int(pk) in self.names]
        options = [self.create_option(name, pk, self.names[int(pk)], True, at) for at, pk in enumerate(chosen)]
        if not (self.allow_multiple_selected or self.is_required):
            options.insert(0, self.create_option(name, "", "", False, 0))
        return [(None, options, 0)]

    @property
    def media(self):
        return super().media + Media(js=["admin/js/jquery.init.js", "content/picks.js"])


class PickOne(NamedChoices, AutocompleteSelect):
    pass


class PickMany(NamedChoices, AutocompleteSelectMultiple):
    pass


def set_pick_widgets(form, widgets):
    """Gives the fields of ``form`` these widgets, by name; in a row each is told by its label alone."""
    for name, widget in widgets.items():
        if name in form.fields:
            widget.is_required = form.fields[name].required
            form.fields[name].widget = widget
    for field in form.fields.values():
        field.widget.attrs.setdefault("aria-label", field.label)


def stage_select(atlas, *, first=()):
    """All stages under their journeys, the default journey foremost; before them those that are ``first``, by id."""
    own = [atlas.stages[pk] for pk in first if pk in atlas.stages]
    groups = [("Where it is placed", own)]
    for journey in sorted(atlas.journeys.values(), key=lambda journey: journey != atlas.default_journey):
        groups.append((journey.title, [stage for stage in atlas.stages_of[journey.pk] if stage.pk not in first]))
    choices = [(title, [(one.pk, f"{one.title} – {one.journey.title}") for one in stages]) for title, stages in groups]
    return UnfoldAdminSelectWidget(choices=[("", "Choose a stage"), *(choice for choice in choices if choice[1])])

"""Select boxes with suggestions: details of each suggestion, and names of what is chosen without a query a row."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.forms import Media
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget


class Autocomplete(AutocompleteJsonView):
    """Suggestions with details below the name, where the screen of the model has ``suggestion_details``."""

    def process_request(self, request):
        """Refuses reverse relations: Django lets them through, and fails on them later."""
        term, model_admin, source_field, to_field = super().process_request(request)
        if not hasattr(source_field, "get_limit_choices_to"):
            raise PermissionDenied
        return term, model_admin, source_field, to_field

    def get_queryset(self):
        suggestions = super().get_queryset()
        return suggestions if suggestions.ordered else suggestions.order_by("pk")

    def paginate_queryset(self, queryset, page_size):
        paginator, page, suggestions, has_others = super().paginate_queryset(queryset, page_size)
        if hasattr(self.model_admin, "list_rows"):
            suggestions = self.model_admin.list_rows(suggestions)
        return paginator, page, suggestions, has_others

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if hasattr(self.model_admin, "suggestion_details"):
            result["details"] = self.model_admin.suggestion_details(obj)  # as ``picks.js`` reads it
        return result


class NamedChoices:
    """A select box that takes the names of its values from ``names``, by id.

    Django's would ask the database once a row. ``none`` says what an empty choice means.
    """

    def __init__(self, field, names, *, none=""):
        super().__init__(field, admin.site)
        self.names = names
        self.none = none

    def build_attrs(self, *args, **kwargs):
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": self.none}

    def optgroups(self, name, value, attrs=None):
        # A value without a name was deleted meanwhile: it is not shown, and not posted again.
        pks = [pk for pk in value if pk and pk.isdecimal() and int(pk) in self.names]
        options = [self.create_option(name, pk, self.names[int(pk)], True, index) for index, pk in enumerate(pks)]
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
    """Gives the fields of ``form`` these widgets, by name, and each its label for screen readers."""
    for name, widget in widgets.items():
        if name in form.fields:
            widget.is_required = form.fields[name].required
            form.fields[name].widget = widget
    for field in form.fields.values():
        field.widget.attrs.setdefault("aria-label", field.label)


def stage_select(atlas, *, first=()):
    """All stages in groups by journey, the default journey first; before them the stages with the ids ``first``."""
    placements = [atlas.stages[pk] for pk in first if pk in atlas.stages]
    groups = [(_("Its placements"), placements)]
    for journey in sorted(atlas.journeys.values(), key=lambda journey: journey != atlas.default_journey):
        groups.append((journey.title, [stage for stage in atlas.stages_of[journey.pk] if stage.pk not in first]))
    choices = [
        (title, [(stage.pk, f"{stage.title} – {stage.journey.title}") for stage in stages])
        for title, stages in groups
        if stages
    ]
    return UnfoldAdminSelectWidget(choices=[("", _("Choose a stage")), *choices])

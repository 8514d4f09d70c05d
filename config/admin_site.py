"""The admin site: refuses with 400 every query parameter that a page has not declared.

Django lets whoever may see a list narrow it by any column (``?secret__regex=…``), which tells what no page shows,
and leaves it to the database to refuse a value. Both end here, for every model and whoever registered it.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache, update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR
from django.contrib.admin.widgets import url_params_from_lookup_dict
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.db.models import DateField, DateTimeField, Field, Model
from django.db.models.options import Options
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from journeys.storable import END, FIRST, refuse_far_instants

LARGEST = 10**18  # every database can compare what is smaller
# What Python reads as a number, so also 1e400 and 1_000. Only such values are compared with LARGEST.
NUMBER = re.compile(r"\s*[+-]?[\d_]*\.?[\d_]*(?:e[+-]?\d+)?\s*", re.IGNORECASE)
DATE = re.compile(r"\s*(\d{1,4})-\d{1,2}-\d{1,2}")
YEARS = range(FIRST.year + 1, END.year - 1)  # a year has an end and a next
SEARCHES = ("q", "s", "term")  # of lists, of the sidebar, of suggestions
LETTERS, WORDS = 200, 20
LONGEST = 2000  # letters of any other value
ORDER = re.compile(r"-?\d{1,2}")


class RefusedAddress(Exception):
    """The address names a parameter or value that the page does not take; the message says which."""

    status = 400


class NotThere(RefusedAddress):
    status = 404


class Site(UnfoldAdminSite):
    def register(self, model_or_iterable, admin_class=None, **options):
        """Mixes ``Declared`` into the class of each model, those that libraries register too."""
        base = admin_class or admin.ModelAdmin
        declared = type(base.__name__, (Declared, base), {"__module__": base.__module__, "__doc__": base.__doc__})
        super().register(model_or_iterable, declared, **options)

    def admin_view(self, view, cacheable=False):
        def checked(request, *args, **kwargs):
            try:
                # Pages of a model are bound methods: their ``ModelAdmin`` says what a key looks like.
                refuse_unreadable(request.GET)
                refuse_no_object(getattr(view, "__self__", None), kwargs)
                return view(request, *args, **kwargs)
            except (DisallowedModelAdminLookup, DisallowedModelAdminToField):
                return self.refusal(request, RefusedAddress(_("It names a field that this page does not have.")))
            except RefusedAddress as refused:
                return self.refusal(request, refused)

        return super().admin_view(update_wrapper(checked, view), cacheable)

    def refusal(self, request, refused):
        context = {
            **self.each_context(request),
            "title": _("This address is not valid"),
            "reason": str(refused),
            "back": reverse("admin:index") if isinstance(refused, NotThere) else request.path,
        }
        return TemplateResponse(request, "admin/content/refused.html", context, status=refused.status)

    def search(self, request, extra_context=None):
        try:
            return super().search(request, extra_context)
        except InvalidPage as error:
            raise RefusedAddress(_("There is no such page of results.")) from error


class Declared:
    """Mixin for any ``ModelAdmin``: its list takes what ``list_filter``, ``date_hierarchy`` and ``linked_lookups``
    declare. The latter are lookups that links on other pages use and no filter offers."""

    opts: "Options[Model]"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, DateTimeField) and field:
            field.validators = [*field.validators, refuse_far_instants]
        return field

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in linked_lookups(self) or super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request, **kwargs):
        return declared_changelist(super().get_changelist(request, **kwargs))

    def changelist_view(self, request, extra_context=None):
        for value in request.POST.getlist(ACTION_CHECKBOX_NAME):
            parse_value(self.opts.pk, value, self.opts.pk.verbose_name)
            refuse_out_of_range(value, self.opts.pk.verbose_name)
        return super().changelist_view(request, extra_context)

    def get_changeform_initial_data(self, request):
        """The values that an address fills in for a new object: ids for relations, parsed dates and times."""
        initial = super().get_changeform_initial_data(request)
        for field in (*self.opts.fields, *self.opts.many_to_many):
            text = request.GET.get(field.name)
            if text and field.remote_field:
                for value in text.split(",") if field.many_to_many else [text]:
                    parse_value(field.target_field, value, field.verbose_name)
            elif text and isinstance(field, DateField):
                initial[field.name] = parse_value(field, text, field.verbose_name)
        return initial


def linked_lookups(screen):
    """The ``linked_lookups`` of a screen. No attribute of ``Declared``: as the first base it would hide the class's."""
    return getattr(screen, "linked_lookups", ())


# Cached, since the class is asked for in every request and always the same for a screen.
@lru_cache(maxsize=64)
def declared_changelist(changelist):
    return type(changelist.__name__, (DeclaredChangeList, changelist), {})


class DeclaredChangeList:
    """A change list that refuses parameters which none of its filters takes, before the database sees them."""

    def __init__(self, request, *args, **kwargs):
        # Django passes ``list_display`` second, by position or by name.
        refuse_page_and_order(request.GET, len(args[1] if len(args) > 1 else kwargs["list_display"]))
        super().__init__(request, *args, **kwargs)

    def get_filters(self, request):
        if self.date_hierarchy:
            _refuse_no_day(self.filter_params, self.date_hierarchy)
        filters = super().get_filters(request)
        for name in filters[2]:  # the lookups that no filter of the list has taken
            if name in self.filter_params and not self._is_declared(name):
                raise RefusedAddress(_("This list cannot be filtered by “%(name)s”.") % {"name": name})
        return filters

    def get_filters_params(self, params=None):
        """The parameters without those that a filter form submits empty."""
        return {name: values for name, values in super().get_filters_params(params).items() if any(values)}

    def get_results(self, request):
        """Bounds what ``date_hierarchy`` counts: instants at the ends of the calendar have no date in some zones."""
        super().get_results(request)
        day = self.date_hierarchy
        if day and isinstance(self.lookup_opts.get_field(day), DateTimeField):
            self.queryset = self.queryset.filter(**{f"{day}__gte": FIRST, f"{day}__lt": END})

    def get_queryset(self, request, exclude_parameters=None):
        try:
            return super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters as error:
            raise RefusedAddress(_("This list does not know one of the filter values.")) from error

    def _is_declared(self, name):
        if name in linked_lookups(self.model_admin):
            return True
        # A popup for a relation narrows its list by ``limit_choices_to`` of the field; Django names these here.
        limits = (limit() if callable(limit) else limit for limit in self.opts.related_fkey_lookups)
        pairs = {(name, value) for value in self.filter_params[name]}
        return any(pairs <= set(url_params_from_lookup_dict(limit).items()) for limit in limits)


def refuse_no_object(screen: object, parts: Mapping[str, Any]) -> None:
    """Raises ``NotThere`` for parts of a path that cannot be the key of an object."""
    if any(isinstance(value, int) and value >= LARGEST for value in parts.values()):
        raise NotThere(_("There is nothing with that number."))
    if isinstance(screen, Declared) and (quoted := parts.get("object_id")) is not None:
        try:
            key = parse_value(screen.opts.pk, unquote(quoted), "key")
            refuse_out_of_range(str(key), "key")
        except RefusedAddress as refused:
            raise NotThere(_("There is nothing with that name.")) from refused
        # “007” and “ 7” are read as 7, but only one address may stand for an object.
        if str(key) != unquote(quoted):
            raise NotThere(_("There is nothing with that name."))


def refuse_unreadable(query: QueryDict) -> None:
    """Refuses values of a query string that no database could compare, and searches that are too long."""
    for name, values in query.lists():
        for value in values:
            # PostgreSQL cannot compare a NUL, and would answer with an error.
            if "\x00" in name or "\x00" in value:
                raise RefusedAddress(_("It contains a NUL character."))
            if name in SEARCHES:
                if len(value) > LETTERS or len(value.split()) > WORDS:
                    message = _("A search can have at most %(words)d words and %(letters)d characters.")
                    raise RefusedAddress(message % {"words": WORDS, "letters": LETTERS})
            else:
                refuse_out_of_range(value, name)


def refuse_out_of_range(value: str, name: str) -> None:
    """Refuses a value that is too long, a number that no column holds, or a date in a year that not all zones have."""
    # “_changelist_filters” carries a whole query string, and is only ever sent back.
    if len(value) > LONGEST and name != "_changelist_filters":
        raise RefusedAddress(_("“%(name)s” is too long.") % {"name": name[:50]})
    if any(letter.isdigit() for letter in value) and NUMBER.fullmatch(value) and not abs(_as_float(value)) < LARGEST:
        raise RefusedAddress(_("“%(name)s” is too large a number.") % {"name": name})
    if (day := DATE.match(value)) and int(day[1]) not in YEARS:
        message = _("“%(name)s” must be a date from the year %(first)d to %(last)d.")
        raise RefusedAddress(message % {"name": name, "first": YEARS[0], "last": YEARS[-1]})


def _as_float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def refuse_page_and_order(query: QueryDict, columns: int) -> None:
    """Refuses a page that is not a positive number, and an order by columns that a list of ``columns`` lacks."""
    page = query.get(PAGE_VAR, "1")
    if not (page.isascii() and page.isdigit() and len(page) < 10 and int(page)):
        raise RefusedAddress(_("There is no such page of this list."))
    parts = [part for part in query.get(ORDER_VAR, "").split(".") if part]
    if len(parts) > columns or any(not ORDER.fullmatch(part) or int(part.lstrip("-")) >= columns for part in parts):
        raise RefusedAddress(_("This list cannot be sorted by that column."))
    for name in (ALL_VAR, ERROR_FLAG):
        if len(query.get(name, "")) > 5:
            raise RefusedAddress(_("“%(name)s” takes no value.") % {"name": name})


def _refuse_no_day(params: Mapping[str, list[str]], hierarchy: str) -> None:
    """Refuses a year, month and day of a ``date_hierarchy`` that together are not a date."""
    parts = [params.get(f"{hierarchy}__{unit}") for unit in ("year", "month", "day")]
    # The last of several values, as Django takes it; a missing month or day is checked as the first.
    texts = [part[-1] for part in parts if part is not None]
    if not texts:
        return
    try:
        year, month, day = (int(text) for text in [*texts, "1", "1"][:3])
        if year not in YEARS:
            raise ValueError(year)
        date(year, month, day)
    except ValueError as error:
        raise RefusedAddress(_("The date that this list is filtered by does not exist.")) from error


def parse_value(field: "Field[Any, Any]", text: str, name: str) -> Any:
    """The value that a model's ``field`` makes of ``text``, instants aware. Refuses what the field cannot read."""
    try:
        value = field.to_python(text)
        return make_aware(value) if isinstance(value, datetime) and is_naive(value) else value
    except ValidationError as error:
        message = _("“%(value)s” is not a valid value of “%(name)s”.")
        raise RefusedAddress(message % {"value": text[:50], "name": name}) from error

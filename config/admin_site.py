"""The admin's site: what an address may ask of its pages is declared, and everything else is refused with 400.

Django lets whoever may see a list narrow it by any column (``?secret__regex=…``), which tells what no page shows,
and leaves it to the database to refuse a value. Both end here, for every model and whoever registered it.
"""

import re
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
from django.db.models import DateField, DateTimeField
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import is_naive, make_aware
from unfold.sites import UnfoldAdminSite

from journeys.storable import END, FIRST, refuse_far_instants

LARGEST = 10**18  # every database can compare what is smaller
NUMBER = re.compile(r"\s*[+-]?[\d_]*\.?[\d_]*(?:e[+-]?\d+)?\s*", re.IGNORECASE)
DATE = re.compile(r"\s*(\d{1,4})-\d{1,2}-\d{1,2}")
YEARS = range(FIRST.year + 1, END.year - 1)  # a year has an end and a next
SEARCHES = ("q", "s", "term")  # of lists, of the sidebar, of suggestions
LETTERS, WORDS = 200, 20
LONGEST = 2000  # letters of any other value
ORDER = re.compile(r"-?\d{1,2}")


class RefusedAddress(Exception):
    """The address asks for what the page does not declare, or cannot be read. It says what."""

    status = 400


class NotThere(RefusedAddress):
    status = 404


class Site(UnfoldAdminSite):
    def register(self, model_or_iterable, admin_class=None, **options):
        """Puts ``Declared`` before whatever class stands for the model, those of libraries too."""
        given = admin_class or admin.ModelAdmin
        declared = type(given.__name__, (Declared, given), {"__module__": given.__module__, "__doc__": given.__doc__})
        super().register(model_or_iterable, declared, **options)

    def admin_view(self, view, cacheable=False):
        def checked(request, *args, **kwargs):
            try:
                refuse_unreadable(request.GET)
                refuse_no_object(getattr(view, "__self__", None), kwargs)
                return view(request, *args, **kwargs)
            except (DisallowedModelAdminLookup, DisallowedModelAdminToField):
                return self.refusal(request, RefusedAddress("It names a field that this page does not offer."))
            except RefusedAddress as refused:
                return self.refusal(request, refused)

        return super().admin_view(update_wrapper(checked, view), cacheable)

    def refusal(self, request, refused):
        context = {
            **self.each_context(request),
            "title": "This page cannot be asked for like that",
            "why": str(refused),
            "back": reverse("admin:index") if isinstance(refused, NotThere) else request.path,
        }
        return TemplateResponse(request, "admin/content/refused.html", context, status=refused.status)

    def search(self, request, extra_context=None):
        try:
            return super().search(request, extra_context)
        except InvalidPage as error:
            raise RefusedAddress("There is no such page of results.") from error


class Declared:
    """Any ``ModelAdmin``: its list takes what ``list_filter``, ``date_hierarchy`` and ``linked_lookups`` declare, which
    are what links of our own pages narrow it by besides its filters."""

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
            read(self.opts.pk, value, "choice")
            refuse_out_of_range(value, "choice")
        return super().changelist_view(request, extra_context)

    def get_changeform_initial_data(self, request):
        """What an address fills in for a new object: relations take ids alone, and instants come as such."""
        initial = super().get_changeform_initial_data(request)
        for field in (*self.opts.fields, *self.opts.many_to_many):
            given = request.GET.get(field.name)
            if given and field.remote_field:
                for value in given.split(",") if field.many_to_many else [given]:
                    read(field.target_field, value, field.verbose_name)
            elif given and isinstance(field, DateField):
                initial[field.name] = read(field, given, field.verbose_name)
        return initial


def linked_lookups(screen):
    """Those that the class declares: ``Declared`` stands before it and must not say none for it."""
    return getattr(screen, "linked_lookups", ())


@lru_cache(maxsize=64)
def declared_changelist(changelist):
    return type(changelist.__name__, (DeclaredChangeList, changelist), {})


class DeclaredChangeList:
    """A list that refuses what none of its filters takes, instead of asking the database for it."""

    def __init__(self, request, *args, **kwargs):
        refuse_strange_place(request.GET, len(args[1] if len(args) > 1 else kwargs["list_display"]))
        super().__init__(request, *args, **kwargs)

    def get_filters(self, request):
        if self.date_hierarchy:
            _refuse_no_day(self.filter_params, self.date_hierarchy)
        found = super().get_filters(request)
        for name in found[2]:
            if name in self.filter_params and not self._is_declared(name):
                raise RefusedAddress(f"This list cannot be narrowed by “{name}”.")
        return found

    def get_filters_params(self, params=None):
        """Without what a form of filters sends empty."""
        return {name: values for name, values in super().get_filters_params(params).items() if any(values)}

    def get_results(self, request):
        """Leaves out of what the days of ``date_hierarchy`` are found in whatever has none in some zones."""
        super().get_results(request)
        day = self.date_hierarchy
        if day and isinstance(self.lookup_opts.get_field(day), DateTimeField):
            self.queryset = self.queryset.filter(**{f"{day}__gte": FIRST, f"{day}__lt": END})

    def get_queryset(self, request, exclude_parameters=None):
        try:
            return super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters as error:
            raise RefusedAddress("One of the values that this list is narrowed by is none that it knows.") from error

    def _is_declared(self, name):
        if name in linked_lookups(self.model_admin):
            return True
        limits = (limit() if callable(limit) else limit for limit in self.opts.related_fkey_lookups)
        asked = {(name, value) for value in self.filter_params[name]}
        return any(asked <= set(url_params_from_lookup_dict(limit).items()) for limit in limits)


def refuse_no_object(screen: Any, named: Any) -> None:
    """Refuses what cannot be the key of an object: of a model's own pages, and of pages that take numbers."""
    if any(isinstance(value, int) and value >= LARGEST for value in named.values()):
        raise NotThere("There is nothing by that number.")
    if isinstance(screen, Declared) and (given := named.get("object_id")) is not None:
        try:
            key = read(screen.opts.pk, unquote(given), "key")
            refuse_out_of_range(str(key), "key")
        except RefusedAddress as refused:
            raise NotThere("There is nothing by that name.") from refused
        if str(key) != unquote(given):
            raise NotThere("There is nothing by that name.")


def refuse_unreadable(asked: Any) -> None:
    """Refuses values that no database could compare, and searches for too much."""
    for name, values in asked.lists():
        for value in values:
            if "\x00" in name or "\x00" in value:
                raise RefusedAddress("It holds a NUL character.")
            if name in SEARCHES:
                if len(value) > LETTERS or len(value.split()) > WORDS:
                    raise RefusedAddress(f"Search for {WORDS} words at most, and for {LETTERS} letters.")
            else:
                refuse_out_of_range(value, name)


def refuse_out_of_range(value: str, name: str) -> None:
    if len(value) > LONGEST and name != "_changelist_filters":
        raise RefusedAddress(f"“{name[:50]}” is too long.")
    if any(letter.isdigit() for letter in value) and NUMBER.fullmatch(value) and not abs(_number(value)) < LARGEST:
        raise RefusedAddress(f"“{name}” is a number that is too large.")
    if (found := DATE.match(value)) and int(found[1]) not in YEARS:
        raise RefusedAddress(f"“{name}” is a date too far away: write a year from {YEARS[0]} to {YEARS[-1]}.")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def refuse_strange_place(asked: Any, columns: int) -> None:
    """Refuses pages that are no number, and orders by columns that are not there."""
    page = asked.get(PAGE_VAR, "1")
    if not (page.isascii() and page.isdigit() and len(page) < 10 and int(page)):
        raise RefusedAddress("There is no such page of this list.")
    parts = [part for part in asked.get(ORDER_VAR, "").split(".") if part]
    if len(parts) > columns or any(not ORDER.fullmatch(part) or int(part.lstrip("-")) >= columns for part in parts):
        raise RefusedAddress("There is no such column to put this list in order by.")
    for name in (ALL_VAR, ERROR_FLAG):
        if len(asked.get(name, "")) > 5:
            raise RefusedAddress(f"“{name}” is a mark, which takes no value.")


def _refuse_no_day(asked: Any, hierarchy: str) -> None:
    """Refuses a year, month and day that together are none."""
    parts = [asked.get(f"{hierarchy}__{unit}") for unit in ("year", "month", "day")]
    given = [part[-1] for part in parts if part is not None]
    if not given:
        return
    try:
        year, month, day = (int(text) for text in [*given, "1", "1"][:3])
        if year not in YEARS:
            raise ValueError(year)
        date(year, month, day)
    except ValueError as error:
        raise RefusedAddress("There is no such day to narrow this list to.") from error


def read(field: Any, value: str, name: str) -> Any:
    """What ``value`` of an address is to a field of a model."""
    try:
        found = field.to_python(value)
        return make_aware(found) if isinstance(found, datetime) and is_naive(found) else found
    except ValidationError as error:
        raise RefusedAddress(f"“{value[:50]}” is no {name} that can be chosen.") from error

"""The coverage screens: the heat-map, and the list behind each of its cells."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from content import clock
from content.admin.coverage.form import AXIS_TITLES, CoverageForm
from content.admin.coverage.sentences import LEGEND, PLACES, cell_style, state_label, summary, tables, target_text
from content.admin.query_forms import DOWNLOADS, as_download
from content.coverage.brief import briefs_at, stage_of
from content.coverage.cell import MatchKind, cell_contents
from content.coverage.export import WRITERS
from content.coverage.journey_map import Count
from content.coverage.matrix import filled_count
from content.coverage.targets import all_targets, term_of
from content.delivery.current_state import current_state
from content.models import Asset, Edition, Target
from content.permissions import ADD_ASSET, ADD_TARGET, CHANGE_TARGET, VIEW_ASSET, VIEW_COVERAGE
from journeys.admin.display import time_cell
from journeys.admin.urls import admin_url
from journeys.models import Journey, Segment, Stage

SHOWN = 25  # assets of a part, where all parts are told
PER_PAGE = 100
SIDE_BY_SIDE = 5  # columns of a table that has another beside it
# The parts of a cell: what each is called, and how what is in it came there or goes.
PARTS = {
    "own": ("For exactly these", "Placed at the stage for the segment itself; where none is asked for, for anybody."),
    "everyone": ("For everyone, or for a wider segment", "Placed at the stage for all, or for a segment above."),
    "locale_fallback": ("In another language", "Not written in the language asked for; readers get the fallback."),
    "crosswalk": ("At a stage that corresponds", "Placed in another journey at a stage of the same phase."),
    "scheduled": ("Scheduled", "Not there yet; goes live within 30 days."),
    "expiring": ("Expiring", "There now; ends within 30 days and nothing follows."),
    "review_overdue": ("Review overdue", "There now; somebody should have read it again."),
}
CHANGES = {"scheduled": "from", "expiring": "until"}


def coverage_page(request):
    """The heat-map, or the same as a file."""
    form = form_of(request)
    context = {"title": "Coverage", "form": form, "empty": empty_of(form.catalogue)}
    if form.is_valid():
        try:
            laid, other = form.asked.matrix(), form.other and form.other.matrix()
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            if (kind := request.GET.get("format")) in DOWNLOADS:
                return as_download(laid, kind, writers=WRITERS, name="coverage", at=laid.at)
            context |= _map(request, form, laid, other)
    return TemplateResponse(request, "admin/content/coverage.html", context | admin.site.each_context(request))


def form_of(request):
    """The form as the address fills it in, for those who may see the coverage."""
    if not request.user.has_perm(VIEW_COVERAGE):
        raise PermissionDenied
    catalogue = current_state(now=clock.now()).catalogue
    data = QueryDict(mutable=True)
    default = catalogue.atlas.default_journey
    for name, word in (("journey", default.slug if default else ""), ("rows", "stage"), ("columns", "segment")):
        data[name] = word
    for name, words in request.GET.lists():
        data.setlist(name, words)
    return CoverageForm(data, catalogue=catalogue)


def empty_of(catalogue):
    """What the map lacks for a heat-map to say anything, and where to add it."""
    atlas = catalogue.atlas
    lacks = [
        (not atlas.journeys, "There is no journey yet, so there is nothing to cover.", "Draw one", Journey),
        (atlas.journeys and not atlas.stages, "No journey has any stages yet.", "Add the first", Stage),
        (
            not atlas.segments,
            "There are no segments yet, so “Everyone” is the only one here.",
            "Add those you speak to",
            Segment,
        ),
    ]
    return [(words, link, admin_url(model, "changelist")) for lacking, words, link, model in lacks if lacking]


def _map(request, form, laid, other):
    choices = form.choices
    words = urlencode(form.asked.words)
    sides = [("", laid)] if other is None else [(_side(form.asked, form), laid), (_side(form.other, form), other)]
    return {
        "matrix": laid,
        "sides": [(name, summary(one)) for name, one in sides],
        "tables": tables(laid, other, choices, shares=form.cleaned_data["show"] == "share"),
        "heads": [column.title for column in laid.columns.values],
        "axes": {"rows": axis_title(laid.rows, form), "columns": axis_title(laid.columns, form)},
        "legend": LEGEND,
        "at": time_cell(laid.at),
        "compares": other is not None,
        "side_by_side": len(laid.columns.values) <= SIDE_BY_SIDE,
        "downloads": form.downloads if laid.cells else [],
        "api": request.build_absolute_uri(f"{reverse('coverage')}?{words}"),
    }


def axis_title(axis, form):
    return AXIS_TITLES.get(axis.name) or form.catalogue.vocabularies[axis.name].title


def _side(asked, form):
    """One of two that are compared, in words: its instant and, where segments differ, its segment."""
    when = f"{timezone.localtime(asked.reading.at):%Y-%m-%d %H:%M}"
    if form.asked.query.segment == form.other.query.segment:
        return when
    whom = getattr(asked.query.segment, "title", asked.query.segment) or "nobody in particular"
    return whom if form.asked.reading.at == form.other.reading.at else f"{whom}, {when}"


def requested_cell(request):
    """The form, the values on its axes and the question of the cell that the address names; else there is none."""
    form = form_of(request)
    slugs = [request.GET[name] for name in PLACES if name in request.GET]
    try:
        found = form.asked.cell(slugs) if form.is_valid() else None
    except ValidationError:
        found = None
    if found is None:
        raise Http404
    return form, *found


def cell_page(request):
    """What a cell counts, asset by asset and by how each matches; its totals are the cell's."""
    if not request.user.has_perm(VIEW_ASSET):
        raise PermissionDenied
    form, values, query = requested_cell(request)
    at, catalogue = form.asked.reading.at, form.catalogue
    there = cell_contents(query, at=at, catalogue=catalogue)
    targets, at_touchpoint = all_targets(), "touchpoint" in form.asked.axes
    target = targets.target_for(query, at_touchpoint=at_touchpoint)
    bounds = targets.of(query, at_touchpoint=at_touchpoint)
    cell = Count(there.tally, filled_count(there.tally, form.asked.counted), bounds)
    chosen = request.GET.get("part") if request.GET.get("part") in PARTS else None
    parts = {name: _met(there, name) for name in PARTS if chosen in (None, name)}
    page = Paginator(next(iter(parts.values()), []), PER_PAGE).get_page(request.GET.get("page"))
    shown = {name: page.object_list if chosen else met[:SHOWN] for name, met in parts.items()}
    context = {
        "title": " × ".join(value.title for value in values),
        "cell": cell,
        "look": cell_style(cell),
        "word": state_label(cell),
        "aim": target_text(cell.target),
        "at": time_cell(at),
        "back": f"{reverse('coverage-page')}?{urlencode(form.choices)}",
        "asked": question_chips(form, values),
        "parts": _parts({name: some for name, some in shown.items() if some}, parts, address_of(request, form)),
        "none": [PARTS[name][0] for name, some in shown.items() if not some],
        "page": page if chosen else None,
        "whole": f"?{address_of(request, form)}" if chosen else "",
        "target": _target(request.user, target, targets, form, query),
        "brief": _brief_link(request, form, query),
        "orders": _orders(query),
    }
    return TemplateResponse(request, "admin/content/coverage_cell.html", context | admin.site.each_context(request))


def address_of(request, form):
    """The cell in the words of its address."""
    return urlencode([*form.choices, *((name, request.GET[name]) for name in PLACES if name in request.GET)])


def question_chips(form, values):
    """What the cell is of, as pairs of a word and a value: its axes, then what else narrows the question."""
    names = form.asked.axes
    titles = {**AXIS_TITLES, **{slug: one.title for slug, one in form.catalogue.vocabularies.items()}}
    told = [(titles[name], value.title) for name, value in zip(names, values, strict=True)]
    query = form.asked.query
    journey = [("Journey", query.journey.title)] if query.journey else []
    language = [] if "locale" in names else [("Language", query.locale.title)]
    narrowed = [
        (str(form.fields[name].label), dict(form.fields[name].choices).get(form.cleaned_data[name]))
        for name in ("segment", "channel")
        if form.cleaned_data[name]
    ]
    lists = [(form.fields[name].label, ", ".join(form.cleaned_data[name])) for name in ("stage", "kind", "term")]
    return [*journey, *told, *narrowed, *language, *((label, words) for label, words in lists if words)]


def _met(there, name):
    return there.by(MatchKind(name)) if name in list(MatchKind) else getattr(there, name)


def _parts(shown, parts, words):
    """Each part with its assets, as far as they are shown."""
    met = [one for some in shown.values() for one in some]
    texts = Edition.objects.select_related("locale").only("title", "locale__code")
    editions = texts.in_bulk({one.edition_id for one in met})
    assets = Asset.objects.select_related("kind", "owner").in_bulk({one.asset_id for one in met})
    found = []
    for name, some in shown.items():
        title, told = PARTS[name]
        rows = [_row(one, assets[one.asset_id], editions[one.edition_id], name) for one in some]
        more = f"?{words}&part={name}" if len(parts[name]) > len(some) else ""
        found.append(
            {"name": name, "title": title, "told": told, "count": len(parts[name]), "rows": rows, "more": more}
        )
    return found


def _row(met, asset, edition, part):
    return {
        "link": admin_url(Asset, "change", asset.pk),
        "name": edition.title,
        "kind": asset.kind.title,
        "locale": edition.locale.code,
        "owner": asset.owner or "nobody",
        "when": f"{CHANGES[part]} {timezone.localtime(met.at):%Y-%m-%d %H:%M}" if part in CHANGES else "",
        "review": asset.review_date if part == "review_overdue" else "",
    }


def _target(user, target, targets, form, query):
    """Which target holds, and the ways to another: to change this one, or to set one for this very cell."""
    links = []
    if target and user.has_perm(CHANGE_TARGET):
        links.append((admin_url(Target, "change", target.pk), "Change this target"))
    if user.has_perm(ADD_TARGET) and "touchpoint" not in form.asked.axes:  # no target names one
        named = {
            "stage": query.stages[0].pk if len(query.stages) == 1 else None,
            "segment": getattr(query.segment, "pk", None),
            "channel": getattr(query.channel, "pk", None),
            "kind": query.kinds[0] if len(query.kinds) == 1 else None,
            "term": getattr(term_of(query.terms), "pk", None),
            "locale": query.locale.pk if "locale" in {*form.asked.words, *form.asked.axes} else None,
        }
        own = _exact(named, targets)
        if own is None:
            words = {name: pk for name, pk in named.items() if pk}
            links.append((f"{admin_url(Target, 'add')}?{urlencode(words)}", "Set one for this cell"))
        elif own != target and user.has_perm(CHANGE_TARGET):
            links.append((admin_url(Target, "change", own.pk), "Say how much in this cell, too"))
    return {"where": target.where if target else "", "note": target.note if target else "", "links": links}


def _exact(named, targets):
    """The target that names this and no more: there can be no other. If it does not hold, it says only how often."""
    for one in targets.every:
        where = {name: getattr(one, f"{name}_id") for name in named}
        if where == named and (one.stage_id or not one.journey_id):
            return one
    return None


def _orders(query):
    """What is being written for the cell, each with its owner and its day."""
    if stage_of(query) is None:
        return []
    return [(admin_url(Asset, "change", one.pk), one, one.owner, one.due) for one in briefs_at(query)[:SHOWN]]


def _brief_link(request, form, query):
    if stage_of(query) is None or not request.user.has_perm(ADD_ASSET):
        return ""
    return f"{reverse('coverage-brief')}?{address_of(request, form)}"

"""The coverage pages: the heat-map, and the list of assets behind each of its cells."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from content import clock
from content.admin.coverage.form import AXIS_TITLES, LISTS, CoverageForm
from content.admin.coverage.sentences import (
    CELL_PARAMETERS,
    LEGEND,
    cell_style,
    state_label,
    summary,
    tables,
    target_text,
)
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

MOST_ROWS = 25  # assets of a part, on the page of all parts
PER_PAGE = 100
SIDE_BY_SIDE = 5  # columns at most of tables that stand side by side
# The parts of a cell: the title of each, and which assets are in it.
PARTS = {
    "own": (
        gettext_lazy("For this segment"),
        gettext_lazy("Placed at this stage for this segment; for anyone, where no segment is selected."),
    ),
    "everyone": (
        gettext_lazy("For everyone or a wider segment"),
        gettext_lazy("Placed at this stage for everyone, or for a segment that this one belongs to."),
    ),
    "locale_fallback": (
        gettext_lazy("In another language"),
        gettext_lazy("Not written in this language; readers get the fallback language."),
    ),
    "crosswalk": (
        gettext_lazy("At a corresponding stage"),
        gettext_lazy("Placed in another journey, at a stage of the same phase."),
    ),
    "scheduled": (gettext_lazy("Scheduled"), gettext_lazy("Not live yet; goes live within 30 days.")),
    "expiring": (gettext_lazy("Expiring"), gettext_lazy("Live now; ends within 30 days, and nothing follows.")),
    "review_overdue": (gettext_lazy("Review overdue"), gettext_lazy("Live now; its review date has passed.")),
}
CHANGES = {"scheduled": gettext_lazy("from %(when)s"), "expiring": gettext_lazy("until %(when)s")}


def coverage_page(request):
    """The heat-map; with ``format`` the same as a file."""
    form = form_of(request)
    context = {"title": _("Coverage"), "form": form, "hints": setup_hints(form.catalogue)}
    if form.is_valid():
        try:
            matrix, other = form.question.matrix(), form.other and form.other.matrix()
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            if (kind := request.GET.get("format")) in DOWNLOADS:
                return as_download(matrix, kind, writers=WRITERS, name="coverage", at=matrix.at)
            context |= _map(request, form, matrix, other)
    return TemplateResponse(request, "admin/content/coverage.html", context | admin.site.each_context(request))


def form_of(request):
    """The form, bound to the query string and its defaults, for users who may see the coverage."""
    if not request.user.has_perm(VIEW_COVERAGE):
        raise PermissionDenied
    catalogue = current_state(now=clock.now()).catalogue
    data = QueryDict(mutable=True)
    default = catalogue.atlas.default_journey
    # Defaults come first, and a parameter of the address replaces all values of its name.
    data.update({"journey": default.slug if default else "", "rows": "stage", "columns": "segment"})
    for name, values in request.GET.lists():
        data.setlist(name, values)
    return CoverageForm(data, catalogue=catalogue)


def setup_hints(catalogue):
    """What the map still lacks for a useful heat-map: triples of message, label and address of a link."""
    atlas = catalogue.atlas
    hints = [
        (not atlas.journeys, _("There are no journeys yet."), _("Add a journey"), Journey),
        (atlas.journeys and not atlas.stages, _("No journey has stages yet."), _("Add a stage"), Stage),
        (
            not atlas.segments,
            _("There are no segments yet, so “Everyone” is the only one here."),
            _("Add a segment"),
            Segment,
        ),
    ]
    return [
        (message, label, admin_url(model, "changelist")) for is_lacking, message, label, model in hints if is_lacking
    ]


def _map(request, form, matrix, other):
    """The context of a heat-map, and of what it is compared with, if anything."""
    question = form.question
    sides = [("", matrix)]
    if other is not None:
        sides = [(_side_title(question, form), matrix), (_side_title(form.other, form), other)]
    axes = {"rows": axis_title(matrix.rows, form), "columns": axis_title(matrix.columns, form)}
    return {
        "matrix": matrix,
        "sides": [(title, summary(side)) for title, side in sides],
        "tables": tables(matrix, other, form.choices, shares=form.cleaned_data["show"] == "share"),
        "heads": [column.title for column in matrix.columns.values],
        "axes": axes,
        "has_language_axis": "locale" in question.axes,
        "legend": LEGEND,
        "at": time_cell(matrix.at),
        "compares": other is not None,
        "side_by_side": len(matrix.columns.values) <= SIDE_BY_SIDE,
        "downloads": form.downloads if matrix.cells else [],
        "api": request.build_absolute_uri(f"{reverse('coverage')}?{urlencode(question.parameters)}"),
    }


def axis_title(axis, form):
    return AXIS_TITLES.get(axis.name) or form.catalogue.vocabularies[axis.name].title


def _side_title(question, form):
    """The title of one of two that are compared: its instant and, where segments differ, its segment."""
    when = localize(localtime(question.reading.at))
    if form.question.query.segment == form.other.query.segment:
        return when
    segment = question.query.segment
    title = getattr(segment, "title", segment and _("everyone")) or _("all readers")
    if form.question.reading.at == form.other.reading.at:
        return title
    return _("%(segment)s, %(when)s") % {"segment": title, "when": when}


def requested_cell(request):
    """The form, the axis values and the query of the cell that the address names; 404 where there is no such cell."""
    form = form_of(request)
    slugs = [request.GET[name] for name in CELL_PARAMETERS if name in request.GET]
    try:
        cell = form.question.cell(slugs) if form.is_valid() else None
    except ValidationError:
        cell = None
    if cell is None:
        raise Http404
    return form, *cell


def cell_page(request):
    """The assets that a cell counts, in parts by how they match; the totals are those of the heat-map."""
    if not request.user.has_perm(VIEW_ASSET):
        raise PermissionDenied
    form, values, query = requested_cell(request)
    at, catalogue = form.question.reading.at, form.catalogue
    contents = cell_contents(query, at=at, catalogue=catalogue)
    targets, at_touchpoint = all_targets(), "touchpoint" in form.question.axes
    target = targets.target_for(query, at_touchpoint=at_touchpoint)
    bounds = targets.of(query, at_touchpoint=at_touchpoint)
    cell = Count(contents.tally, filled_count(contents.tally, form.question.counted), bounds)
    # With a part in the address only that one is shown, in pages; without, the start of each.
    chosen = request.GET.get("part") if request.GET.get("part") in PARTS else None
    parts = {name: _matches(contents, name) for name in PARTS if chosen in (None, name)}
    page = Paginator(next(iter(parts.values()), []), PER_PAGE).get_page(request.GET.get("page"))
    visible = {name: page.object_list if chosen else matches[:MOST_ROWS] for name, matches in parts.items()}
    context = {
        "title": " × ".join(value.title for value in values),
        "cell": cell,
        "style": cell_style(cell),
        "state": state_label(cell),
        "target_range": target_text(cell.target),
        "at": time_cell(at),
        "back": f"{reverse('coverage-page')}?{urlencode(form.choices)}",
        "conditions": conditions(form, values),
        "parts": _parts({name: rows for name, rows in visible.items() if rows}, parts, address_of(request, form)),
        "empty_parts": [PARTS[name][0] for name, rows in visible.items() if not rows],
        "page": page if chosen else None,
        "all_parts": f"?{address_of(request, form)}" if chosen else "",
        "target": _target(request.user, target, targets, form, query),
        "brief": _brief_link(request, form, query),
        "briefs": _open_briefs(query),
    }
    return TemplateResponse(request, "admin/content/coverage_cell.html", context | admin.site.each_context(request))


def address_of(request, form):
    """The query string of the cell: the form and the cell's place."""
    place = [(name, request.GET[name]) for name in CELL_PARAMETERS if name in request.GET]
    return urlencode([*form.choices, *place])


def conditions(form, values):
    """The question of a cell as pairs of label and value: journey, axes, then what else limits it."""
    names = form.question.axes
    titles = {**AXIS_TITLES, **{slug: vocabulary.title for slug, vocabulary in form.catalogue.vocabularies.items()}}
    axes = [(titles[name], value.title) for name, value in zip(names, values, strict=True)]
    query = form.question.query
    journey = [(_("Journey"), query.journey.title)] if query.journey else []
    language = [] if "locale" in names else [(_("Language"), query.locale.title)]
    context = [
        (form.fields[name].label, dict(form.fields[name].choices).get(form.cleaned_data[name]))
        for name in ("segment", "channel")
        if form.cleaned_data[name]
    ]
    lists = [(form.fields[name].label, ", ".join(form.cleaned_data[name])) for name in LISTS if form.cleaned_data[name]]
    return [*journey, *axes, *context, *language, *lists]


def _matches(contents, name):
    return contents.by(MatchKind(name)) if name in list(MatchKind) else getattr(contents, name)


def _parts(visible, parts, address):
    """Each part with the rows of its visible matches, and a link to all where there are more. Two queries."""
    matches = [match for part in visible.values() for match in part]
    texts = Edition.objects.select_related("locale").only("title", "locale__code")
    editions = texts.in_bulk({match.edition_id for match in matches})
    assets = Asset.objects.select_related("kind", "owner").in_bulk({match.asset_id for match in matches})
    return [
        {
            "name": name,
            "title": PARTS[name][0],
            "description": PARTS[name][1],
            "count": len(parts[name]),
            "rows": [_row(match, assets[match.asset_id], editions[match.edition_id], name) for match in part],
            "more": f"?{address}&part={name}" if len(parts[name]) > len(part) else "",
        }
        for name, part in visible.items()
    ]


def _row(match, asset, edition, part):
    return {
        "link": admin_url(Asset, "change", asset.pk),
        "name": edition.title,
        "kind": asset.kind.title,
        "locale": edition.locale.code,
        "owner": asset.owner or pgettext("owner", "nobody"),
        "when": CHANGES[part] % {"when": localize(localtime(match.at))} if part in CHANGES else "",
        "review": asset.review_date if part == "review_overdue" else "",
    }


def _target(user, target, targets, form, query):
    """The target that applies, with links to change it or to set one for exactly this cell."""
    links = []
    if target and user.has_perm(CHANGE_TARGET):
        links.append((admin_url(Target, "change", target.pk), _("Change this target")))
    if user.has_perm(ADD_TARGET) and "touchpoint" not in form.question.axes:  # targets have no touchpoint
        conditions = {
            "stage": query.stages[0].pk if len(query.stages) == 1 else None,
            "segment": getattr(query.segment, "pk", None),
            "channel": getattr(query.channel, "pk", None),
            "kind": query.kinds[0] if len(query.kinds) == 1 else None,
            "term": getattr(term_of(query.terms), "pk", None),
            "locale": query.locale.pk if "locale" in {*form.question.parameters, *form.question.axes} else None,
        }
        own = _exact_target(conditions, targets)
        if own is None:
            initial = {name: pk for name, pk in conditions.items() if pk}
            links.append((f"{admin_url(Target, 'add')}?{urlencode(initial)}", _("Set a target for this cell")))
        elif own != target and user.has_perm(CHANGE_TARGET):
            links.append((admin_url(Target, "change", own.pk), _("Set how much this cell needs, too")))
    return {"where": target.where if target else "", "note": target.note if target else "", "links": links}


def _exact_target(conditions, targets):
    """The target with exactly these conditions, or ``None``. One that does not apply to the cell has only a rhythm."""
    for target in targets.every:
        own = {name: getattr(target, f"{name}_id") for name in conditions}
        # Not one of a whole journey, without a stage: the journey is none of the conditions compared.
        if own == conditions and (target.stage_id or not target.journey_id):
            return target
    return None


def _open_briefs(query):
    """The drafts being written for the cell: link, name, owner and due date of each."""
    if stage_of(query) is None:
        return []
    assets = briefs_at(query)[:MOST_ROWS]
    return [(admin_url(Asset, "change", asset.pk), asset, asset.owner, asset.due) for asset in assets]


def _brief_link(request, form, query):
    if stage_of(query) is None or not request.user.has_perm(ADD_ASSET):
        return ""
    return f"{reverse('coverage-brief')}?{address_of(request, form)}"

"""What was typed into the rows of a form, when somebody else has changed the rows meanwhile."""

import re


def rebase_post(data, formset, *, known_by):
    """The POST ``data`` of rows as if their page had been opened just now; ``data`` itself if nothing has moved.

    ``formset`` is unbound and holds the rows that are there. A row that went is posted as a new one, with what was
    typed; one that was written anew takes the place of its like, by the field ``known_by``; one that came is posted
    as it stands.
    """
    posted = _rows(data, formset.prefix)
    there = {str(form.instance.pk): form for form in formset.initial_forms}
    if posted is None or {_id(row) for row in posted} - {""} == set(there):
        return data
    for row in posted:
        if _id(row) not in there:
            row["id"] = [_like(row, posted, there, known_by)]
    named = {_id(row) for row in posted}
    known = [row for row in posted if _id(row)] + [_as_posted(form) for pk, form in there.items() if pk not in named]
    return _written(data, formset.prefix, known, [row for row in posted if not _id(row)])


def current_post(data, formset):
    """The POST ``data`` of rows that no form may change: those that are there, whatever was posted."""
    return _written(data, formset.prefix, [_as_posted(form) for form in formset.initial_forms], [])


def _rows(data, prefix):
    """The rows by their numbers, each as values by the name of the field; ``None`` if they are not counted."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    if not total.isdecimal():
        return None
    rows = {}
    for name, number, rest in _numbered(data, prefix):
        rows.setdefault(number, {})[rest] = data.getlist(name)
    return [row for number, row in sorted(rows.items()) if number < int(total)]


def _numbered(data, prefix):
    row = re.compile(rf"{re.escape(prefix)}-(\d{{1,6}})-(.+)", re.ASCII)
    return [(name, int(found[1]), found[2]) for name in data if (found := row.fullmatch(name))]


def _id(row):
    return (row.get("id") or [""])[0]


def _like(row, posted, there, known_by):
    """The id of the row that stands where this one stood, if nothing else that was posted names it; else empty."""
    taken = {_id(other) for other in posted}
    wanted = (row.get(known_by) or [""])[0]
    found = (pk for pk, form in there.items() if pk not in taken and str(form[known_by].value()) == wanted)
    return next(found, "")


def _as_posted(form):
    row = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if hasattr(widget, "decompress"):
            row |= {f"{bound.name}_{place}": [part] for place, part in enumerate(widget.decompress(value))}
        elif value is not None and value is not False:
            row[bound.name] = list(value) if isinstance(value, list | tuple) else [value]
    return {name: [str(value) for value in values if value is not None] for name, values in row.items()}


def _written(data, prefix, known, new):
    written = data.copy()
    for name, _, _ in _numbered(data, prefix):
        del written[name]
    for number, row in enumerate([*known, *new]):
        for rest, values in row.items():
            written.setlist(f"{prefix}-{number}-{rest}", values)
    written[f"{prefix}-INITIAL_FORMS"] = str(len(known))
    written[f"{prefix}-TOTAL_FORMS"] = str(len(known) + len(new))
    return written

"""Fits the posted rows of a form to the rows as they are now, after somebody else has changed them."""

import re


def rebase_post(data, formset, *, known_by):
    """The POST ``data`` of rows as if their page had been opened just now; ``data`` itself if no row came or went.

    ``formset`` is unbound and holds the current rows. Formsets refuse rows whose ids do not match these, so:

    - a row that was deleted meanwhile is posted as a new one, with what was typed;
    - one that was deleted and added again takes the id of its successor, by the field ``known_by``;
    - one that was added meanwhile is posted as it is.

    With rows 1 and 2 in the form and 2 and 3 in the database, 1 becomes a new row and 3 is added unchanged.
    """
    rows = _rows(data, formset.prefix)
    current = {str(form.instance.pk): form for form in formset.initial_forms}
    if rows is None or {_id(row) for row in rows} - {""} == set(current):
        return data
    for row in rows:
        if _id(row) not in current:
            row["id"] = [_successor(row, rows, current, known_by)]
    posted_ids = {_id(row) for row in rows}
    added = [_as_posted(form) for pk, form in current.items() if pk not in posted_ids]
    existing = [row for row in rows if _id(row)] + added
    return _with_rows(data, formset.prefix, existing, [row for row in rows if not _id(row)])


def current_post(data, formset):
    """The POST ``data`` of rows that the user may not change: the current ones, whatever was posted."""
    return _with_rows(data, formset.prefix, [_as_posted(form) for form in formset.initial_forms], [])


def _rows(data, prefix):
    """The posted rows in order, each as values by the name of the field; ``None`` without a count of rows."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    if not total.isdecimal():
        return None
    rows = {}
    for name, number, rest in _numbered(data, prefix):
        rows.setdefault(number, {})[rest] = data.getlist(name)
    return [row for number, row in sorted(rows.items()) if number < int(total)]


def _numbered(data, prefix):
    # “next_steps-0-label”: the prefix, the number of the row, the field.
    row = re.compile(rf"{re.escape(prefix)}-(\d{{1,6}})-(.+)", re.ASCII)
    return [(name, int(match[1]), match[2]) for name in data if (match := row.fullmatch(name))]


def _id(row):
    return (row.get("id") or [""])[0]


def _successor(row, rows, current, known_by):
    """The id of the current row with the same value of ``known_by``, if no other posted row has that id; else empty."""
    posted_ids = {_id(other) for other in rows}
    value = (row.get(known_by) or [""])[0]
    pks = (pk for pk, form in current.items() if pk not in posted_ids and str(form[known_by].value()) == value)
    return next(pks, "")


def _as_posted(form):
    """A row as a browser would post it unchanged: texts by the names of inputs, unticked boxes left out."""
    row = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if hasattr(widget, "decompress"):  # several inputs for one value, such as a date and a time
            row |= {f"{bound.name}_{place}": [part] for place, part in enumerate(widget.decompress(value))}
        elif value is not None and value is not False:
            row[bound.name] = list(value) if isinstance(value, list | tuple) else [value]
    return {name: [str(value) for value in values if value is not None] for name, values in row.items()}


def _with_rows(data, prefix, existing, new):
    """``data`` with these rows in place of its own, numbered from 0; formsets take existing rows first."""
    post = data.copy()
    for name, _number, _rest in _numbered(data, prefix):
        del post[name]
    for number, row in enumerate([*existing, *new]):
        for rest, values in row.items():
            post.setlist(f"{prefix}-{number}-{rest}", values)
    post[f"{prefix}-INITIAL_FORMS"] = str(len(existing))
    post[f"{prefix}-TOTAL_FORMS"] = str(len(existing) + len(new))
    return post

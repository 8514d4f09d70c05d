"""The mapping: what it understands, and what it refuses."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from content.importers.folder.mapping import read_mapping
from content.importers.when import read_instant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def mapping(tmp_path):
    def read(text: str):
        path = tmp_path / "mapping.toml"
        path.write_text(text, "utf-8")
        return read_mapping(path)

    return read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("include = [", "Invalid value"),
        ("colour = 1", "Unknown in the mapping: colour; use create"),
        ("[set]\ncolour = 1", "Unknown in “set”: colour; use channels"),
        ('[[rule]]\nif = {}\nset = {kind = "guide"}', "Unknown in a rule: if; use set, skip, when."),
        ("[[rule]]\nset = {colour = 1}", "Unknown in “set”: colour; use channels"),
        ('create = ["kinds"]', "Unknown in “create”: kinds; use locales, terms."),
        ("paths = ['(']", "missing ), unterminated subpattern"),
        ("text = ['(?P<a>x']", "missing ), unterminated subpattern"),
        ('rule = "x"', "mapping.toml"),
        ('set = "x"', "mapping.toml"),
    ],
)
def test_a_mapping_that_is_not_understood_is_refused(mapping, text, message):
    with pytest.raises(ValidationError) as refused:
        mapping(text)

    assert message in refused.value.messages[0]


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValidationError) as refused:
        read_mapping(tmp_path / "none.toml")

    assert "No such file" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{front.title}", "A"),
        ("{front.none|heading}", "H"),
        ("{front.none|'x'}", "x"),
        ("{front.none}", None),
        ("{front.tags}", ["a", "b"]),
        ("{front.draft}", False),
        ("{front.title}/{path.name}", "A/n"),
        ("{front.title}/{front.none}", None),
        ("plain", "plain"),
        (7, 7),
        ([{"to": "{front.title}"}, "{front.none}"], [{"to": "A"}]),
        ("{front.author handle}", "h"),
        ("{path.lang}", "nb"),
        ("{front.deep.er}", "x"),
        ("{front.title.er}", None),
    ],
)
def test_templates_are_filled(mapping, template, filled):
    values = {
        "front": {"title": "A", "tags": ["a", "b"], "draft": False, "author handle": "h", "deep": {"er": "x"}},
        "path": {"name": "n", "lang": "no"},
        "heading": "H",
    }

    assert mapping('values.lang = {no = "nb"}').fill(template, values) == filled


def test_later_rules_win_and_a_rule_may_skip(mapping):
    read = mapping(
        """
        [set]
        kind = "a"
        [[rule]]
        when = {"front.draft" = "true"}
        set = {kind = "b"}
        [[rule]]
        when = {"path.name" = "x.*", "front.draft" = "true"}
        set = {kind = "c"}
        [[rule]]
        when = {"path.name" = "skip"}
        skip = "not for readers"
        """
    )

    kinds = [
        read.settings_for({"path": {"name": name}, "front": {"draft": draft}})
        for name, draft in (("y", False), ("y", True), ("x1", True), ("skip", False))
    ]

    assert kinds == [{"kind": "a"}, {"kind": "b"}, {"kind": "c"}, "not for readers"]


def test_parts_are_looked_for_in_the_text(mapping):
    read = mapping("text = ['^By (?P<author>.+)$', '(?P<author>Anon)', '(?P<day>[0-9-]{10})']")

    assert read.text_parts("Text\nBy Kari \n2026-01-02 Anon") == {"author": "Kari", "day": "2026-01-02"}
    assert read.text_parts("Anon") == {"author": "Anon"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2021-09-01", "2021-08-31T22:00:00"),
        ("2021-9-1", "2021-08-31T22:00:00"),
        ("2021/09/01", "2021-08-31T22:00:00"),
        ("20210901", "2021-08-31T22:00:00"),
        (20210901, "2021-08-31T22:00:00"),
        ("1 September 2021", "2021-08-31T22:00:00"),
        ("Sept 1, 2021", "2021-08-31T22:00:00"),
        ("01.09.2021", "2021-01-08T23:00:00"),
        ("2021-09-01 10:00", "2021-09-01T08:00:00"),
        ("2021-09-01 10:00:00 +0000", "2021-09-01T10:00:00"),
        ("2021-09-01T10:00:00Z", "2021-09-01T10:00:00"),
        ("2021-09-01T10:00:00.5-05:00", "2021-09-01T15:00:00.500000"),
        ("Wed, 01 Sep 2021 10:00:00 GMT", "2021-09-01T10:00:00"),
        ("September 2021", "2021-08-31T22:00:00"),
        ("2021", "2020-12-31T23:00:00"),
        ("+14d", "2026-03-15T12:00:00"),
        ("-1d", "2026-02-28T12:00:00"),
        (datetime(2021, 9, 1, 10), "2021-09-01T08:00:00"),
        (datetime(2021, 9, 1).date(), "2021-08-31T22:00:00"),
    ],
)
def test_dates_are_read_in_many_forms(written, read):
    assert read_instant(written, now=NOW).isoformat() == f"{read}+00:00"


def test_the_day_may_come_first():
    assert read_instant("01.09.2021", now=NOW, day_first=True) == read_instant("2021-09-01", now=NOW, day_first=True)


@pytest.mark.parametrize(
    "written",
    [
        *("", "soon", "2021-02-30", "31/31/2021", "1630454400", 1630454400, True, None, ["2021"], 1.5, "10:00"),
        *("2021-09-01 10:00 EST", "0001-01-01", "99999-01-01", "2021-13-01", "+99999999d"),
        *("2021-03-28 02:30", "2021-10-31 02:30"),
    ],
)
def test_what_is_no_date_is_refused_not_guessed(written):
    with pytest.raises(ValidationError) as refused:
        read_instant(written, now=NOW)

    assert refused.value.code == "date_unknown"

"""What became of a text, word by word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.drafts.diff import marked_html, text_of, word_diff

WORDS = st.lists(
    st.sampled_from(["fire", "oven", "and", " ", "  ", "\n", ".", "é", "<b>", "\r", "\x85", "\u2028"])
).map("".join)


@given(before=st.text() | WORDS, after=st.text() | WORDS)
def test_the_pieces_make_both_texts(before, after):
    pieces = word_diff(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == after
    assert all(piece.text for piece in pieces)
    assert not [1 for one, two in pairwise(pieces) if one.kind == two.kind]
    assert {piece.kind for piece in pieces} <= ({"same"} if before == after else {"same", "del", "ins"})


def test_words_are_told_and_not_letters():
    assert word_diff("The oven is hot.", "The kettle is very hot.") == [
        ("same", "The "),
        ("del", "oven"),
        ("ins", "kettle"),
        ("same", " is "),
        ("ins", "very "),
        ("same", "hot."),
    ]


def test_words_that_changed_in_a_row_are_told_as_one():
    assert word_diff("a red hot day", "a dark cold day") == [
        ("same", "a "),
        ("del", "red hot"),
        ("ins", "dark cold"),
        ("same", " day"),
    ]


def test_html_is_told_as_text_with_its_blocks_links_and_pictures():
    html = (
        '<h2>Fire &amp; oven</h2><p>Read\n<a href="asset:1">this</a> <strong>now</strong>.</p><ul><li>one</li>'
        '<li>two</li></ul><pre>a\nb</pre><img src="/x.png" alt="Smoke"><table><tr><td>1</td><td>2</td></tr></table>'
    )

    assert text_of(html).split("\n") == [
        "# Fire & oven",
        "Read this (asset:1) now.",
        "• one",
        "• two",
        "a",
        "b",
        "[picture “Smoke” /x.png]",
        "| 1 | 2",
    ]


@pytest.mark.parametrize(
    ("plain", "wrapped"),
    [
        ("<ul><li>one</li><li>two</li></ul>", "<ul><li>\n<p>one</p></li><li><p>two</p></li></ul>"),
        ("<blockquote>one</blockquote>", "<blockquote><p>one</p></blockquote>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "<table><tr><td><p>1</p></td><td><p>2</p></td></tr></table>"),
    ],
)
def test_a_paragraph_in_an_item_or_a_cell_reads_as_none(plain, wrapped):
    assert text_of(wrapped) == text_of(plain)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("</a></pre></p>", ""),
        ("plain &amp text", "plain & text"),
        ("<a>x</a>", "x"),
        ("<p><a href='/x'>o", "o"),
    ],
)
def test_html_that_is_not_whole_is_read_too(html, text):
    assert text_of(html) == text


def test_nothing_of_a_text_becomes_markup():
    html = marked_html(word_diff("<script>1</script>", "<img onerror=x>{0} %s"))

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;" in html


def test_a_change_is_shown_with_what_stands_around_it():
    long = "word " * 400
    html = marked_html(word_diff(f"{long}red {long}", f"{long}blue {long}"), context=20)

    assert html == " … word word word <del>red</del><ins>blue</ins> word word word … "


def test_long_texts_are_compared_quickly():
    before = "\n".join(f"Line {n} of a text that goes on." for n in range(3000))
    after = before.replace("Line 1500", "Row 1500")

    assert [piece for piece in word_diff(before, after) if piece.kind != "same"] == [("del", "Line"), ("ins", "Row")]
    assert word_diff("a " * 20_000, "b " * 20_000) == [("del", "a " * 20_000), ("ins", "b " * 20_000)]

"""Texts that nearly say the same, against comparing each with each."""

from itertools import combinations

import networkx
from hypothesis import given
from hypothesis import strategies as st

from content.audit.near_duplicates import NearDuplicate, near_duplicates

WORDS = [f"word{number}" for number in range(60)]
LINES = st.lists(st.sampled_from(WORDS), max_size=60)


@st.composite
def families(draw):
    """Texts, some of which came of another by changing a few words of it; many share a beginning."""
    beginning = draw(LINES)
    texts = []
    for _ in range(draw(st.integers(1, 8))):
        words = list(draw(st.sampled_from(texts))) if texts and draw(st.booleans()) else [*beginning, *draw(LINES)]
        for _ in range(draw(st.integers(0, 3)) if words else 0):
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(WORDS))
        texts.append(words[: draw(st.integers(len(words) * 3 // 4, len(words)))])
    return texts


def shared(first, other):
    mine, theirs = ({tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in (first, other))
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0


@given(families())
def test_all_that_are_alike_are_found_and_no_others(texts):
    graph = networkx.Graph()
    graph.add_edges_from(
        pair for pair in combinations(range(len(texts)), 2) if shared(*(texts[one] for one in pair)) >= 0.8
    )
    groups = sorted(sorted(group) for group in networkx.connected_components(graph))
    expected = [NearDuplicate(group, min(shared(texts[group[0]], texts[one]) for one in group[1:])) for group in groups]
    assert near_duplicates([" ".join(words) for words in texts]) == expected


def test_tags_and_capitals_say_nothing_and_a_few_words_are_like_no_other():
    results = [
        "<p>Salt the water &amp; boil <b>it</b></p>",
        "salt the water & BOIL it",
        "Salt the water",
        "Salt the water",
    ]
    assert near_duplicates(results) == [NearDuplicate([0, 1], 1.0)]


def test_what_stands_under_every_text_makes_none_alike():
    foot = " ".join(WORDS)
    texts = [f"{' '.join(f'own{place}-{number}' for number in range(20))} {foot}" for place in range(300)]
    assert near_duplicates(texts) == []
    assert near_duplicates([*texts, f"{texts[7]} and on"]) == [NearDuplicate([7, 300], 76 / 78)]

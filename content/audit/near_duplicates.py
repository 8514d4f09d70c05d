"""Which of many texts nearly say the same: all of them, and no others.

Two texts are alike when they have at least four fifths of their shingles in common, the runs of five words (Jaccard).
The first fifth of the one's shingles, in an order that is the same for all, then meets the first ninth of the other's,
which has no more of them; so only texts that meet there are compared (prefix filtering: Xiao and others, “Efficient
similarity joins for near duplicate detection”, 2008). The rarest come first: what stands under every text leads to
no comparison.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

RUN = 5  # words
ENOUGH = 0.8
COUNTED = int((0.3 - 0.5) * 2**64)  # three tenths of all shingles are below: room for a fifth of any text's
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class NearDuplicate:
    """Places of texts each of which is alike to another of them, ascending. ``least`` is the lowest share of shingles
    that any of them has in common with the first."""

    places: list[int]
    least: float


class Numbers(dict[str, int]):
    """Words by when they were first met: tuples of numbers hash alike in all processes, tuples of words do not."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def near_duplicates(texts: Sequence[str]) -> list[NearDuplicate]:
    """Groups of two or more, in the order of their first. Tags say nothing; fewer than five words are like no other.

    The same in every process. A second or two for ten thousand texts of 300 words.
    """
    numbers = Numbers()
    doubtful = _doubtful(texts, numbers)
    shingled = {place: array("q", {*_shingles(_said(texts[place], numbers))}) for place in doubtful}
    met = Counter(one for shingles in shingled.values() for one in shingles)
    groups = _Groups(shingled)
    standing: dict[int, dict[int, list[int]]] = {}  # by shingle and group, who has it in their first ninth
    for place in sorted(doubtful, key=lambda one: (len(shingled[one]), one)):
        first = _first(shingled[place], met)
        groups.join(place, [standing[one] for one in first if one in standing])
        for one in first[: _spare(len(shingled[place]), 8, 9)]:
            if met[one] > 1:
                standing.setdefault(one, {}).setdefault(groups.of(place), []).append(place)
    return list(groups.told())


def _doubtful(texts: Sequence[str], numbers: Numbers) -> list[int]:
    """Places of those that do not have so many shingles to themselves that they are alike to none."""
    counted, many = list[list[int]](), list[int]()
    for text in texts:
        said = _said(text, numbers)
        many.append(max(len(said) - RUN + 1, 0))
        counted.append(list(filter(COUNTED.__gt__, _shingles(said))))
    met = Counter[int]()
    for shingles in counted:
        met.update(shingles)
    alone = [list(map(met.__getitem__, shingles)).count(1) for shingles in counted]
    return [place for place, count in enumerate(many) if count and alone[place] < _spare(count, 4, 5)]


def _said(text: str, numbers: Numbers) -> list[int]:
    return list(map(numbers.__getitem__, unescape(TAG.sub(" ", text)).casefold().split()))


def _shingles(said: list[int]) -> Iterator[int]:
    return map(hash, zip(*(said[start:] for start in range(RUN)), strict=False))


def _spare(count: int, part: int, of: int) -> int:
    """How many of ``count`` in order are sure to hold one of those parts of them that another has as well."""
    return count + 1 + (-part * count // of)


def _first(shingles: "array[int]", met: Counter[int]) -> list[int]:
    """The first fifth, the rarest first."""
    return sorted(shingles, key=lambda one: (met[one], one))[: _spare(len(shingles), 4, 5)]


class _Groups:
    """Texts by whom they are alike to; each group is called by its first."""

    def __init__(self, shingled: dict[int, "array[int]"]) -> None:
        self.shingled = shingled
        self.leads_to = {place: place for place in shingled}

    def of(self, place: int) -> int:
        while (to := self.leads_to[place]) != place:
            self.leads_to[place] = place = self.leads_to[to]
        return place

    def join(self, place: int, standing: Iterable[dict[int, list[int]]]) -> None:
        """Puts ``place`` with all of ``standing`` that it is alike to; those of its own group are not compared."""
        compared = set[int]()
        for met in standing:
            for group, others in met.items():
                for other in others:
                    if self.of(group) == self.of(place):
                        break
                    if other not in compared and self._share(place, other) >= ENOUGH:
                        first, last = sorted((self.of(place), self.of(other)))
                        self.leads_to[last] = first
                    compared.add(other)

    def _share(self, one: int, other: int) -> float:
        mine, theirs = self.shingled[one], self.shingled[other]
        common = len(set(mine).intersection(theirs))
        return common / (len(mine) + len(theirs) - common)

    def told(self) -> Iterator[NearDuplicate]:
        found: dict[int, list[int]] = {}
        for place in sorted(self.shingled):
            found.setdefault(self.of(place), []).append(place)
        for first, places in found.items():
            if len(places) > 1:
                yield NearDuplicate(places, min(self._share(first, other) for other in places[1:]))

"""Which of many texts nearly say the same: all of them, and no others.

Two texts are near duplicates when they have at least four fifths of their shingles in common, the runs of five words
(Jaccard). The first fifth of the one's shingles, in an order that is the same for all, then meets the first ninth of
the other's, which has no more of them; so only texts that meet there are compared (prefix filtering: Xiao and others,
“Efficient similarity joins for near duplicate detection”, 2008). The rarest come first: what stands under every text
leads to no comparison.

Why a fifth and a ninth: two texts of m ≤ n shingles have o in common, and o / (m + n − o) ≥ 4/5. So o ≥ 4/5 n, and any
n/5 + 1 of the longer's hold one of them; and o ≥ 4/9 (m + n) ≥ 8/9 m, so any m/9 + 1 of the shorter's do.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

RUN = 5  # words
ENOUGH = 0.8
SAMPLED = int((0.3 - 0.5) * 2**64)  # three tenths of all hashes are below: room for a fifth of any text's
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class NearDuplicate:
    """Indexes of texts each of which is like another of them, ascending. ``least`` is the lowest share of shingles
    that any of them has in common with the first."""

    indexes: list[int]
    least: float


class WordNumbers(dict[str, int]):
    """Words by when they were first met: tuples of numbers hash alike in all processes, tuples of words do not."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def near_duplicates(texts: Sequence[str]) -> list[NearDuplicate]:
    """Returns groups of two or more, in the order of their first. Tags are left out; a text of fewer than five words is
    like no other.

    The same in every process. A second or two for ten thousand texts of 300 words.
    """
    numbers = WordNumbers()
    candidates = _candidates(texts, numbers)
    shingled = {index: array("q", {*_shingles(_words(texts[index], numbers))}) for index in candidates}
    frequency = Counter(shingle for shingles in shingled.values() for shingle in shingles)
    groups = _Groups(shingled)
    inverted: dict[int, dict[int, list[int]]] = {}  # by shingle and group, who has it in their first ninth
    for index in sorted(candidates, key=lambda candidate: (len(shingled[candidate]), candidate)):
        prefix = _prefix(shingled[index], frequency)
        # From the shortest to the longest, so that whoever is met in ``inverted`` has no more shingles than the one
        # that looks: the ninth was registered by the shorter, and the fifth is looked up by the longer, as the bound
        # above asks.
        groups.join(index, [inverted[shingle] for shingle in prefix if shingle in inverted])
        for shingle in prefix[: _prefix_length(len(shingled[index]), 8, 9)]:
            if frequency[shingle] > 1:
                inverted.setdefault(shingle, {}).setdefault(groups.of(index), []).append(index)
    return list(groups.near_duplicates())


def _candidates(texts: Sequence[str], numbers: WordNumbers) -> list[int]:
    """Indexes of those that do not have so many shingles to themselves that they are like none.

    Judged by three tenths of the shingles, always the same: those whose hash is below ``SAMPLED``.
    """
    sampled, sizes = list[list[int]](), list[int]()
    for text in texts:
        words = _words(text, numbers)
        sizes.append(max(len(words) - RUN + 1, 0))
        sampled.append(list(filter(SAMPLED.__gt__, _shingles(words))))
    frequency = Counter[int]()
    for shingles in sampled:
        frequency.update(shingles)
    # More than a fifth of its shingles stand in no other text: it cannot share four fifths with any. Judged by a sample
    # this only errs towards keeping a candidate, since what is alone in the sample is alone in all.
    alone = [list(map(frequency.__getitem__, shingles)).count(1) for shingles in sampled]
    return [index for index, size in enumerate(sizes) if size and alone[index] < _prefix_length(size, 4, 5)]


def _words(text: str, numbers: WordNumbers) -> list[int]:
    return list(map(numbers.__getitem__, unescape(TAG.sub(" ", text)).casefold().split()))


def _shingles(words: list[int]) -> Iterator[int]:
    return map(hash, zip(*(words[start:] for start in range(RUN)), strict=False))


def _prefix_length(count: int, part: int, of: int) -> int:
    """How many of ``count`` in order are sure to hold one of those ``part / of`` of them that another has as well."""
    # Example: of 100 shingles 80 are in common, so any 100 + 1 − 80 = 21 of them hold one. The floor of the negative
    # number rounds what is in common up: of 102, 81.6 are 82, and any 21 will do.
    return count + 1 + (-part * count // of)


def _prefix(shingles: "array[int]", frequency: Counter[int]) -> list[int]:
    """The first fifth, the rarest first."""
    in_order = sorted(shingles, key=lambda shingle: (frequency[shingle], shingle))
    return in_order[: _prefix_length(len(shingles), 4, 5)]


class _Groups:
    """Texts by whom they are like, as a union-find; each group is called by its first.

    networkx has a ``UnionFind``, but importing it takes 0.4 s of every start of the service.
    """

    def __init__(self, shingled: dict[int, "array[int]"]) -> None:
        self.shingled = shingled
        self.parents = {index: index for index in shingled}

    def of(self, index: int) -> int:
        while (parent := self.parents[index]) != index:
            self.parents[index] = index = self.parents[parent]  # halves the way for the next who asks
        return index

    def join(self, index: int, buckets: Iterable[dict[int, list[int]]]) -> None:
        """Puts ``index`` with all in ``buckets`` that it is like; those of its own group are not compared."""
        compared = set[int]()
        for bucket in buckets:
            for group, others in bucket.items():
                for other in others:
                    # Once two groups are one, the rest of it is skipped: of a thousand copies of a template each is
                    # compared with few.
                    if self.of(group) == self.of(index):
                        break
                    if other not in compared and self._share(index, other) >= ENOUGH:
                        first, last = sorted((self.of(index), self.of(other)))
                        self.parents[last] = first
                    compared.add(other)

    def _share(self, index: int, other: int) -> float:
        mine, theirs = self.shingled[index], self.shingled[other]
        common = len(set(mine).intersection(theirs))
        return common / (len(mine) + len(theirs) - common)

    def near_duplicates(self) -> Iterator[NearDuplicate]:
        groups: dict[int, list[int]] = {}
        for index in sorted(self.shingled):
            groups.setdefault(self.of(index), []).append(index)
        for first, indexes in groups.items():
            if len(indexes) > 1:
                yield NearDuplicate(indexes, min(self._share(first, other) for other in indexes[1:]))

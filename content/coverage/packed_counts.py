"""Packs one count for each of many cells into one whole number, so that one addition counts for all of them.

Each cell has a slot of ``WIDTH`` bits, slot 0 lowest. A mask has a one in each slot that it names, so it can be
multiplied by a number of assets and added. With two decimal digits a slot instead of 32 bits:

    pack([0, 2])                 01 00 01    placements that answer the questions of cells 0 and 2
    3 * pack([0, 2])             03 00 03    three assets have these placements
    … + 5 * pack([1, 2])         08 05 03    five others have placements that answer cells 1 and 2
    counts_in(…, 3)              [3, 5, 8]

A signature so costs one multiplication and one addition, however many thousand cells there are, and masks combine by
``&``, ``|`` and ``& ~``. Trap: a slot that falls below zero borrows from its neighbour, so add before you subtract.
"""

from collections.abc import Iterable
from struct import unpack

WIDTH = 32  # bits a slot: a cell counts up to four billion; ``unpack`` reads them as unsigned ints ("I")


def pack(slots: Iterable[int]) -> int:
    """Returns the mask of these slots."""
    # ``|`` and not ``+``: a slot that is named twice stays a one and is no two, which a mask must never hold.
    number = 0
    for slot in slots:
        number |= 1 << slot * WIDTH
    return number


def counts_in(number: int, size: int) -> list[int]:
    """Returns the counts of the first ``size`` slots; linear, unlike a shift for each of them."""
    # To bytes and back costs one pass over the number; 10,000 shifts of a number of 40 kB copy it 10,000 times.
    # ``to_bytes`` raises ``OverflowError`` where a slot beyond ``size`` is set or the number is negative: a slot that
    # borrowed from its neighbour does not pass silently where the borrow reaches the top.
    return list(unpack(f"<{size}I", number.to_bytes(size * WIDTH // 8, "little")))


def count_in(number: int, slot: int) -> int:
    """Returns the count of one slot."""
    # With ``WIDTH`` 32 and slot 2: shifted right by 64 bits the slot is the lowest, and 2**32 − 1 masks it.
    return number >> slot * WIDTH & (1 << WIDTH) - 1


def slots_in(mask: int, size: int) -> list[int]:
    """Returns those of the first ``size`` slots that are not zero, ascending."""
    return [slot for slot, count in enumerate(counts_in(mask, size)) if count]

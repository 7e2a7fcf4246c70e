"""The forms of a segment's words, sorted and numbered.

In: forms as `BatchAnalyzer` met them. Out: sorted terms, and of each form which term it is of, and
its number there; used by `builder`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newssearch.analysis.form_table import FormTexts
from newssearch.arrays import texts
from newssearch.arrays.texts import Texts

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Numbered:
    """`terms`, sorted, with the bits that the numbers of their forms need; by form, its term's
    number and its own; `named`: sorted unstemmed forms without `=`, their terms, their numbers."""

    terms: Texts
    widths: Integers
    terms_of: NDArray[np.uint32]
    numbers_of: NDArray[np.uint16]
    named: tuple[Texts, Integers, Integers]


def number_forms(forms: FormTexts) -> Numbered:
    """Sort and number forms by term, then by unstemmed form; those that are the same have the
    same number."""
    order, fresh = texts.order(forms.text, forms.starts, forms.ends)
    terms_of = _ranked(order, fresh)
    first = order[fresh]
    having = np.flatnonzero(forms.unstemmed_ends > forms.unstemmed_starts)
    starts, ends = forms.unstemmed_starts[having], forms.unstemmed_ends[having]
    by_name, new = texts.order(forms.text, starts, ends)
    ranks = np.zeros(len(order), np.int64)  # 0 is that of terms without an unstemmed form
    ranks[having] = _ranked(by_name, new) + 1
    numbers_of, widths = _numbers(terms_of, ranks, len(first))
    named = by_name[new]
    chosen = having[named]
    return Numbered(
        texts.chosen(forms.text, forms.starts[first], forms.ends[first]),
        widths,
        terms_of.astype(np.uint32),
        numbers_of.astype(np.uint16),
        (
            texts.chosen(forms.text, starts[named], ends[named]),
            terms_of[chosen],
            numbers_of[chosen],
        ),
    )


def _ranked(order: Integers, fresh: NDArray[np.bool_]) -> Integers:
    """Of what is sorted so, the rank of each; what is not fresh has that of the one before."""
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(fresh) - 1
    return ranks


def _numbers(terms: Integers, ranks: Integers, count: int) -> tuple[Integers, Integers]:
    """The number of each form among its term's, and the bits that each term's numbers need."""
    keys = terms << 32 | ranks
    order = np.argsort(keys)
    keys = keys[order]
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = keys[1:] != keys[:-1]
    every = np.cumsum(fresh) - 1  # different forms up to here
    held = np.bincount(terms[order[fresh]], minlength=count)
    before = np.cumsum(held) - held
    numbers = np.empty(len(keys), np.int64)
    numbers[order] = every - before[terms[order]]
    return numbers, np.frexp(np.maximum(held - 1, 0).astype(np.float64))[1].astype(np.int64)

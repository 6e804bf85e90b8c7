"""Sums and products of decimals without rounding: numbers of the tables become whole numbers of their smallest digit.

A float that came from decimal text stands for that decimal. Where an array is no array of decimals of at most 51
bits (shares of a choice, flows of a solver), sums are made in extended precision instead, far inside the 1e-9 that
such values are given to.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from operator import mul

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_SAFE = 2.0**51
_LIMB = 26
_SAMPLE = 64


def decimal(value: float) -> Fraction:
    """The decimal that a float of the tables stands for: 0.1 is one tenth."""
    return Fraction(Decimal(repr(float(value))))


def scaled(values: FloatArray) -> tuple[IntArray, int] | None:
    """Whole numbers n and a number of digits d with values = n / 10^d, or None if the values are no such decimals."""
    if not values.size:
        return np.zeros(0, dtype=np.int64), 0
    fewest = 0
    if values.size > _SAMPLE:
        sample = scaled(values.ravel()[:: values.size // _SAMPLE + 1])
        if sample is None:
            return None
        fewest = sample[1]
    for digits in range(fewest, 16):
        with np.errstate(over="ignore", invalid="ignore"):
            whole = np.rint(values * 10.0**digits)
        if not np.abs(whole).max() < _SAFE:
            return None
        if np.array_equal(whole / 10.0**digits, values):
            return whole.astype(np.int64), digits
    return None


def decimals(values: FloatArray) -> list[Fraction]:
    """Each value as the decimal it stands for."""
    parts = scaled(values)
    if parts is None:
        return [decimal(value) for value in values.tolist()]
    one = 10 ** parts[1]
    return [Fraction(whole, one) for whole in parts[0].tolist()]


def total(values: FloatArray) -> Fraction:
    """The sum of the values."""
    parts = scaled(values)
    if parts is None:
        return Fraction(float(values.astype(np.longdouble).sum()))
    return Fraction(_whole_sum(parts[0]), 10 ** parts[1])


def totals(groups: IntArray, values: FloatArray, count: int) -> list[Fraction]:
    """The sum of the values of each group 0..count-1."""
    parts = scaled(values)
    if parts is None:
        sums = np.zeros(count, dtype=np.longdouble)
        np.add.at(sums, groups, values.astype(np.longdouble))
        return [Fraction(float(value)) for value in sums]
    whole, digits = parts
    high = np.bincount(groups, weights=(whole >> _LIMB).astype(np.float64), minlength=count)
    low = np.bincount(groups, weights=(whole & (2**_LIMB - 1)).astype(np.float64), minlength=count)
    one = 10**digits
    return [Fraction((int(h) << _LIMB) + int(v), one) for h, v in zip(high.tolist(), low.tolist(), strict=True)]


def dot(left: FloatArray, right: FloatArray) -> Fraction:
    """The sum of left x right."""
    first, second = scaled(left), scaled(right)
    if first is None or second is None:
        return Fraction(float((left.astype(np.longdouble) * right.astype(np.longdouble)).sum()))
    one = 10 ** (first[1] + second[1])
    if not left.size:
        return Fraction(0)
    if int(np.abs(first[0]).max()) * int(np.abs(second[0]).max()) * left.size < 2**63:
        return Fraction(int(np.dot(first[0], second[0])), one)
    return Fraction(sum(map(mul, first[0].tolist(), second[0].tolist())), one)


def added(*terms: FloatArray) -> FloatArray:
    """The sum of arrays of decimals, cell by cell, each the float nearest to the exact sum.

    Infinite where a term is infinite.
    """
    shape = np.broadcast_shapes(*(term.shape for term in terms))
    endless = np.zeros(shape, dtype=np.bool_)
    unknown = np.zeros(shape, dtype=np.bool_)
    for term in terms:
        endless |= np.isinf(term)
        unknown |= np.isnan(term)
    parts = [scaled(np.where(np.isfinite(term), term, 0.0)) for term in terms]
    wholes = [part for part in parts if part is not None]
    digits = max((part[1] for part in wholes), default=0)
    if len(wholes) == len(terms) and all(np.abs(w).max(initial=0) * 10 ** (digits - d) < _SAFE for w, d in wholes):
        summed = np.zeros(shape, dtype=np.int64)
        for whole, own in wholes:
            summed = summed + whole * 10 ** (digits - own)
        result: FloatArray = summed / 10.0**digits
    else:
        result = _added_one_by_one(shape, terms)
    result[endless] = np.inf
    result[unknown] = np.nan
    return result


def _added_one_by_one(shape: Sequence[int], terms: Sequence[FloatArray]) -> FloatArray:
    cells = zip(
        *(np.broadcast_to(np.where(np.isfinite(t), t, 0.0), shape).ravel().tolist() for t in terms), strict=True
    )
    return np.array([float(sum(map(decimal, cell))) for cell in cells], dtype=np.float64).reshape(shape)


def _whole_sum(whole: IntArray) -> int:
    return (int((whole >> _LIMB).sum()) << _LIMB) + int((whole & (2**_LIMB - 1)).sum())

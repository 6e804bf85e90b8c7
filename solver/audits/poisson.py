"""How likely a site meets a norm in a year when patients come by chance: Poisson, or overdispersed.

P(N >= n) for N with the expected volume as mean and, overdispersed, variance = overdispersion x mean (negative
binomial). Values are sums of terms exp(log term), exact to well within 1e-9; a large
n by its distance from the expected volume and Stirling's series, where logs of factorials would lose digits.
"""

import math
from functools import lru_cache


@lru_cache(maxsize=100_000)
def probability_at_least(expected: float, norm: int, overdispersion: float = 1.0) -> float:
    """P(N >= norm) for an expected volume [cases in the window]."""
    if norm <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    if norm > expected:
        return min(1.0, _mass(expected, norm, math.inf, overdispersion))
    return max(0.0, 1.0 - _mass(expected, 0, norm - 1, overdispersion))


def probability_at_most(expected: float, norm: int, overdispersion: float = 1.0) -> float:
    """P(N <= norm) for an expected volume [cases in the window]."""
    return 1.0 - probability_at_least(expected, norm + 1, overdispersion)


def volume_needed(norm: int, certainty: float, overdispersion: float = 1.0) -> float:
    """The smallest expected volume [cases/year] that meets the norm with the given certainty, to 1e-9 relative."""
    if not 0 < certainty < 1:
        raise ValueError("a certainty lies between 0 and 1")
    low, high = 0.0, max(1.0, float(norm))
    while probability_at_least(high, norm, overdispersion) < certainty:
        low, high = high, 2 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        if probability_at_least(middle, norm, overdispersion) < certainty:
            low = middle
        else:
            high = middle
    return high


def _mass(expected: float, first: int, last: float, overdispersion: float) -> float:
    """The sum of P(N = n) for n from first to last, begun at the largest term and left when terms no longer count."""
    peak = max(first, min(int(expected), last))
    top = int(peak)
    terms = []
    for step in (-1, 1):
        n = top if step < 0 else top + 1
        while first <= n <= last:
            term = math.exp(_log_probability(expected, n, overdispersion))
            terms.append(term)
            if term < 1e-18 and (n - expected) * step > 0:
                break
            n += step
    return math.fsum(terms)


def _log_probability(expected: float, n: int, overdispersion: float) -> float:
    if overdispersion <= 1.0:
        if n < 16:
            return n * math.log(expected) - expected - math.lgamma(n + 1)
        off = (n - expected) / expected
        away = expected * ((1 + off) * math.log1p(off) - off)
        stirling = 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5)
        return -math.log(2 * math.pi * n) / 2 - stirling - away
    size = expected / (overdispersion - 1)
    share = 1 / overdispersion
    return (
        math.lgamma(n + size) - math.lgamma(size) - math.lgamma(n + 1) + size * math.log(share) + n * math.log1p(-share)
    )

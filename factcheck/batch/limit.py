"""How many questions may be under way at an endpoint that may say "too many".

Additive increase, multiplicative decrease, as TCP does it: Chiu and Jain, Analysis of the increase and
decrease algorithms for congestion avoidance (1989).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# Refusals within this many seconds of a cut belong to the burst that caused it.
BURST_SECONDS = 1.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Limit:
    """How many questions may be under way, and from when on; immutable. Times are those of one steady clock.

    Attributes:
        most: Never more than this.
        allowed: How many at present, between 1 and `most`; a fraction counts once it is whole.
        cut: When it was last lowered.
        resume: Nothing begins before.
        strain: Cuts since anything succeeded.
    """

    most: int
    allowed: float
    cut: float = float("-inf")
    resume: float = float("-inf")
    strain: int = 0

    @classmethod
    def at_most(cls, most: int) -> Limit:
        """Return a limit that begins with all it may have."""
        return cls(most, float(most))

    def slots(self, now: float) -> int:
        """Return how many may be under way."""
        return 0 if now < self.resume else int(self.allowed)

    def pause(self, now: float) -> float:
        """Return the seconds until anything may begin."""
        return max(self.resume - now, 0.0)

    def after_success(self) -> Limit:
        """Return the limit after a question without a refusal: one more for every round of them."""
        return replace(self, allowed=min(self.allowed + 1 / self.allowed, float(self.most)), strain=0)

    def after_overload(self, now: float, retry_after: float | None = None) -> Limit:
        """Return the limit after a refusal: half, once for a burst, and a pause.

        Args:
            now: When it came.
            retry_after: Seconds that the server asks to wait, or None for a pause that doubles.
        """
        burst = now - self.cut < BURST_SECONDS
        backoff = FIRST_PAUSE * 2 ** min(self.strain, 16)
        pause = min(backoff if retry_after is None else retry_after, LONGEST_PAUSE)
        if burst:
            # The rest of a burst tells nothing new, unless it asks for a longer wait.
            return self if retry_after is None else replace(self, resume=max(self.resume, now + pause))
        return replace(
            self,
            allowed=max(self.allowed / 2, 1.0),
            cut=now,
            resume=max(self.resume, now + pause),
            strain=self.strain + 1,
        )

"""How much may be sent: a limit on requests and one on money, counted from the project's first."""

from dataclasses import dataclass

MILLION = 1e6


@dataclass(frozen=True)
class Limits:
    """What the user allows, for a project in all.

    Attributes:
        requests: How many requests.
        money: How much money; None where asking costs nothing.
        price_in: Of a million tokens that are sent.
        price_out: Of a million tokens that come back.
    """

    requests: int
    money: float | None = None
    price_in: float = 0.0
    price_out: float = 0.0

    def cost(self, tokens_in: float, tokens_out: float) -> float:
        """Return what tokens cost."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / MILLION


@dataclass
class Budget:
    """What is left of the limits.

    Before a request is sent, the most that it can cost is laid by; when its answer is there, what
    it did cost. So the limit holds however many are under way.
    """

    limits: Limits
    requests: int = 0
    money: float = 0.0

    def problem(self, most: float) -> str:
        """Say which limit one more request would break; "" if none."""
        if self.requests >= self.limits.requests:
            return (
                f"the limit of {self.limits.requests:,} requests is reached (--requests raises it)"
            )
        if self.limits.money is not None and self.money + most > self.limits.money:
            return (
                f"the limit of {self.limits.money:g} of money would be passed by the next text"
                " (--money raises it)"
            )
        return ""

    def take(self, most: float) -> None:
        """Count a request that is sent now, and lay by what it costs at most."""
        self.requests += 1
        self.money += most

    def settle(self, most: float, cost: float) -> None:
        """Put what a request did cost in place of what it might have."""
        self.money += cost - most

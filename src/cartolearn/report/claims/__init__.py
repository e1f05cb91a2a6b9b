"""The paper's claims, each measured and judged by a rule that is fixed beforehand."""

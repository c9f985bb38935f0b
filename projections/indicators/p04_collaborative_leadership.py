"""P4 Collaborative leadership. Source: docs/principles.md P4."""

from projections.indicators.definition import Indicator

P4: tuple[Indicator, ...] = ()

"""P10 Risk management. Source: docs/principles.md P10."""

from projections.indicators.definition import Indicator

P10: tuple[Indicator, ...] = ()

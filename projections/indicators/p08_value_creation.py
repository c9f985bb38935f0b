"""P8 Value creation. Source: docs/principles.md P8."""

from projections.indicators.definition import Indicator

P8: tuple[Indicator, ...] = ()

"""P12 Exit strategy. Source: docs/principles.md P12."""

from projections.indicators.definition import Indicator

P12: tuple[Indicator, ...] = ()

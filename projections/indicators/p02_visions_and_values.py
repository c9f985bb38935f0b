"""P2 Visions and values. Source: docs/principles.md P2."""

from projections.indicators.definition import Indicator

P2: tuple[Indicator, ...] = ()

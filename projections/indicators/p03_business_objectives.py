"""P3 Business objectives. Source: docs/principles.md P3."""

from projections.indicators.definition import Indicator

P3: tuple[Indicator, ...] = ()

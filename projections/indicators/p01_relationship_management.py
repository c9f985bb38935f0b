"""P1 Relationship management. Source: docs/principles.md P1."""

from projections.indicators.definition import Indicator

P1: tuple[Indicator, ...] = ()

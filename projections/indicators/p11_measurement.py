"""P11 Relationship measurement and optimization. Source: docs/principles.md P11."""

from projections.indicators.definition import Indicator

P11: tuple[Indicator, ...] = ()

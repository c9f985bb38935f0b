"""P5 Governance and processes. Source: docs/principles.md P5."""

from projections.indicators.definition import Indicator

P5: tuple[Indicator, ...] = ()

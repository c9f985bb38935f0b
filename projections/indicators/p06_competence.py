"""P6 Collaborative competence and behaviour. Source: docs/principles.md P6."""

from projections.indicators.definition import Indicator

P6: tuple[Indicator, ...] = ()

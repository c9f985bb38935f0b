"""P9 Information and knowledge sharing. Source: docs/principles.md P9."""

from projections.indicators.definition import Indicator

P9: tuple[Indicator, ...] = ()

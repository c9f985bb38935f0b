"""Every event type, by its stored name. A module of this folder is an aggregate; nothing else is listed by hand."""

import importlib
import pkgutil
from typing import Any

from domain.facts import entries
from domain.facts.fact import Aggregate, Fact
from domain.facts.structure import tag

AGGREGATES: tuple[Aggregate[Any], ...] = tuple(
    value
    for module in pkgutil.iter_modules(__path__)
    for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values()
    if isinstance(value, Aggregate) and value.decide.__module__ == f"{__name__}.{module.name}"
)
ABOUT: tuple[type[Fact], ...] = (
    entries.EntryCountersigned,
    entries.EntryDisputeSettled,
    entries.EntryCorrected,
    entries.EntryVoided,
)
AGGREGATE_OF: dict[type[Fact], Aggregate[Any]] = {fact: a for a in AGGREGATES for fact in a.facts}
FACTS: dict[str, type[Fact]] = {tag(fact): fact for fact in (*AGGREGATE_OF, *ABOUT)}

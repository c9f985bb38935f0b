"""P2: VV1 to VV4."""

from oracle import rounds, versions
from oracle.facts import Facts
from oracle.found import Found, Setting, kept_in_time, limited_items


def vv1(facts: Facts, setting: Setting) -> Found:
    return versions.agreed_share(facts, "charter.issued", "charter.signed")


def vv2(facts: Facts, setting: Setting) -> Found:
    return rounds.newest_usable(facts, setting.window, rounds.values_questions, rounds.level)


def vv3(facts: Facts, setting: Setting) -> Found:
    return rounds.newest_usable(facts, setting.window, rounds.values_questions, rounds.gap)


def vv4(facts: Facts, setting: Setting) -> Found:
    items = limited_items(facts, "behaviour_concern.raised", 60, ["behaviour_concern.closed"], "concern_id")
    return kept_in_time(facts, setting.window, items)

"""P1: RM1 to RM4."""

from datetime import timedelta

from oracle import versions
from oracle.facts import Facts
from oracle.found import DueItem, Found, Setting, kept_in_time, quotient
from oracle.roles import KEY_ROLES, in_office, last_deputy, vacation


def rm1(facts: Facts, setting: Setting) -> Found:
    return versions.agreed_share(facts, "joint_plan.issued", "joint_plan.agreed")


def rm2(facts: Facts, setting: Setting) -> Found:
    return versions.currency(facts, "joint_plan.issued", "joint_plan.agreed", "joint_plan.reviewed")


def rm3(facts: Facts, setting: Setting) -> Found:
    found = Found()
    covered = set()
    for assigned in facts.of("role.assigned"):
        if assigned.data["role"] not in KEY_ROLES:
            continue
        if in_office(facts, assigned, facts.today):
            deputy = last_deputy(facts, assigned)
            found.count(assigned, deputy)
            if deputy is not None or assigned.data.get("deputy") is not None:
                covered.add((assigned.data["party"], assigned.data["role"]))
        elif vacation(facts, assigned) is None:
            found.leave_out(assigned, "left_party")
    return quotient(found, len(covered), 2 * len(facts.parties))


def rm4(facts: Facts, setting: Setting) -> Found:
    items = []
    for vacated in facts.of("role.vacated"):
        assigned = facts.of("role.assigned", role_id=vacated.data["role_id"])[0]
        if assigned.data["role"] in KEY_ROLES:
            limit = vacated.on + timedelta(days=30)
            answer = facts.first("role.handed_over", role_id=vacated.data["role_id"])
            items.append(DueItem(vacated, limit, answer is not None and answer.on <= limit, [answer]))
    return kept_in_time(facts, setting.window, items)

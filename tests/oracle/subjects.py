"""Which entry names which thing: the creating types and the subjects of A79."""

CREATES: dict[str, str] = {
    "role.assigned": "role_id",
    "joint_plan.issued": "version",
    "charter.issued": "version",
    "behaviour_concern.raised": "concern_id",
    "interest.declared": "interest_id",
    "objective.agreed": "objective_id",
    "governance_body.established": "body_id",
    "meeting.scheduled": "meeting_id",
    "decision.taken": "decision_id",
    "resource.committed": "resource_id",
    "commitment.made": "commitment_id",
    "risk.identified": "risk_id",
    "risk.treatment_planned": "treatment_id",
    "issue.raised": "issue_id",
    "information.requested": "request_id",
    "knowledge.shared": "share_id",
    "information.breach_reported": "breach_id",
    "lesson.recorded": "lesson_id",
    "initiative.proposed": "initiative_id",
    "value.realised": "realisation_id",
    "development_action.agreed": "action_id",
    "health_check.opened": "check_id",
    "review.held": "review_id",
    "improvement_action.raised": "action_id",
    "exit_strategy.issued": "version",
    "exit_trigger.defined": "trigger_id",
    "exit_obligation.added": "obligation_id",
}

_FOLLOWERS: dict[str, list[str]] = {
    "role.assigned": ["role.deputy_named", "role.vacated", "role.handed_over", "competence.assessed"],
    "joint_plan.issued": ["joint_plan.agreed", "joint_plan.reviewed"],
    "charter.issued": ["charter.signed"],
    "behaviour_concern.raised": ["behaviour_concern.closed"],
    "interest.declared": ["interest.settled"],
    "objective.agreed": [
        "objective.linked",
        "objective.endorsed",
        "objective.measured",
        "objective.revised",
        "objective.withdrawn",
    ],
    "governance_body.established": [
        "governance_body.dissolved",
        "meeting.scheduled",
        "meeting.held",
        "decision.taken",
    ],
    "meeting.scheduled": ["meeting.cancelled"],
    "decision.taken": ["decision.implemented", "decision.reversed"],
    "resource.committed": ["resource.provided"],
    "commitment.made": [
        "commitment.accepted",
        "commitment.rescheduled",
        "commitment.fulfilled",
        "commitment.fulfilment_confirmed",
        "commitment.fulfilment_disputed",
        "commitment.dispute_settled",
        "commitment.broken",
        "commitment.withdrawn",
    ],
    "risk.identified": [
        "risk.owner_assigned",
        "risk.assessed",
        "risk.treatment_planned",
        "risk.treatment_completed",
        "risk.reviewed",
        "risk.accepted",
        "risk.materialised",
        "risk.closed",
    ],
    "risk.treatment_planned": ["risk.treatment_completed"],
    "issue.raised": ["issue.escalated", "issue.acknowledged", "issue.resolved", "issue.reopened"],
    "information.requested": ["information.request_withdrawn", "information.request_declined"],
    "knowledge.shared": [
        "knowledge.acknowledged",
        "knowledge.access_revoked",
        "knowledge.returned",
        "knowledge.destroyed",
    ],
    "lesson.recorded": ["lesson.applied"],
    "initiative.proposed": [
        "initiative.approved",
        "initiative.rejected",
        "initiative.stopped",
        "value.realised",
    ],
    "value.realised": ["value.verified", "value.reversed"],
    "development_action.agreed": ["development_action.completed"],
    "health_check.opened": ["health_check.answered", "health_check.closed", "consensus.agreed"],
    "improvement_action.raised": ["improvement_action.completed", "improvement_action.verified"],
    "exit_strategy.issued": ["exit_strategy.agreed", "exit_strategy.reviewed"],
    "exit_trigger.defined": ["exit_trigger.observed", "exit_trigger.assessed"],
    "exit_obligation.added": ["exit_obligation.discharged"],
}


def subjects_of(event_type: str) -> list[tuple[str, str]]:
    """The (creating type, id field) pairs that an entry of this type stands on."""
    return [(maker, CREATES[maker]) for maker, followers in _FOLLOWERS.items() if event_type in followers]


def own_id_fields(event_type: str) -> list[str]:
    """The fields that a correction may leave out and cannot change (A76)."""
    fields = [field for _, field in subjects_of(event_type)]
    if event_type in CREATES:
        fields.append(CREATES[event_type])
    if event_type == "relationship.registered":
        fields.append("relationship_id")
    if event_type == "meeting.held":
        fields.append("meeting_id")
    if event_type.startswith("entry."):
        fields.append("target_event_id")
    return fields

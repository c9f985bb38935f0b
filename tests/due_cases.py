"""One case of every kind on the due list: facts that bring it, facts that end it, and what the list shows."""

from uuid import UUID

from projections.due import Kind
from telling import Line, line, uid

A, B = UUID(uid("a")), UUID(uid("b"))
ON = "2024-03-01"


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


BODY = line(
    "governance_body.established",
    "2024-02-01",
    body_id=uid("body"),
    name="Joint board",
    level="strategic",
    cadence_days=30,
    required_roles=[],
)
RISK = line("risk.identified", "2024-02-01", risk_id=uid("risk"), title="Sole source", category="x", joint=True)
RAISED: Line = {"action_id": uid("ia"), "title": "Train", "origin": "review", "owner_party": uid("b")}
ASSIGNED: Line = {"role_id": uid("role"), "role": "executive_sponsor", "party": uid("b"), "person": uid("pb")}
PROMISED: Line = {"commitment_id": uid("c"), "by_party": uid("a"), "to_parties": [uid("b")], "title": "Deliver"}
ASKED: Line = {"request_id": uid("ir"), "by_party": uid("a"), "from_party": uid("b"), "topic": "Prices"}
GOAL: Line = {"objective_id": uid("o"), "title": "Grow", "measure": "m", "unit": "%", "baseline": "1", "target": "2"}
SHARED: Line = {"from_party": uid("b"), "to_parties": [uid("a")], "topic": "Prices", "contains_personal_data": False}
PLANNED: Line = {"risk_id": uid("risk"), "treatment_id": uid("t"), "action": "Second source"}
DECIDED: Line = {"body_id": uid("body"), "text": "Buy it", "agreed_by": [uid("a"), uid("b")], "owner_party": uid("b")}
NEEDED: Line = {"resource_id": uid("res"), "by_party": uid("b"), "kind": "people", "description": "Two engineers"}
CONCERN: Line = {"concern_id": uid("cc"), "by_party": uid("a"), "about_party": uid("b"), "description": "Rude"}
SLOW: Line = {"issue_id": uid("i"), "by_party": uid("a"), "severity": 2, "title": "Late parts"}
IDEA: Line = {"initiative_id": uid("in"), "by_party": uid("a"), "title": "Idea", "value_type": "cost"}

CASES: list[tuple[Kind, list[Line], list[Line], str, str, str | None, UUID | None]] = [
    (
        "COMMITMENT",
        [line("commitment.made", ON, **PROMISED, due_on="2024-03-20")],
        [line("commitment.fulfilled", "2024-03-10", commitment_id=uid("c"))],
        "c",
        "2024-03-20",
        "Deliver",
        A,
    ),
    (
        "OBJECTIVE",
        [line("objective.agreed", ON, **GOAL, due_on="2024-03-20", owner_party=uid("b"))],
        [line("objective.withdrawn", "2024-03-10", objective_id=uid("o"), agreed_by=[uid("a"), uid("b")])],
        "o",
        "2024-03-20",
        "Grow",
        B,
    ),
    (
        "RESOURCE",
        [line("resource.committed", ON, **NEEDED, needed_by="2024-03-20")],
        [line("resource.provided", "2024-03-10", resource_id=uid("res"))],
        "res",
        "2024-03-20",
        "Two engineers",
        B,
    ),
    (
        "DECISION",
        [BODY, line("decision.taken", ON, **DECIDED, decision_id=uid("d"), due_on="2024-03-20")],
        [line("decision.implemented", "2024-03-10", decision_id=uid("d"))],
        "d",
        "2024-03-20",
        None,
        B,
    ),
    (
        "TREATMENT",
        [RISK, line("risk.treatment_planned", ON, **PLANNED, due_on="2024-03-20", owner_party=uid("b"))],
        [line("risk.treatment_completed", "2024-03-10", risk_id=uid("risk"), treatment_id=uid("t"))],
        "t",
        "2024-03-20",
        "Second source",
        B,
    ),
    (
        "IMPROVEMENT_ACTION",
        [line("improvement_action.raised", ON, **RAISED, due_on="2024-03-20")],
        [
            line("improvement_action.completed", "2024-03-10", action_id=uid("ia")),
        ],
        "ia",
        "2024-03-20",
        "Train",
        B,
    ),
    (
        "DEVELOPMENT_ACTION",
        [line("development_action.agreed", ON, action_id=uid("da"), title="Coach", joint=True, due_on="2024-03-20")],
        [line("development_action.completed", "2024-03-10", action_id=uid("da"))],
        "da",
        "2024-03-20",
        "Coach",
        None,
    ),
    (
        "VERIFICATION",
        [
            line("improvement_action.raised", "2024-02-01", **RAISED, due_on="2024-02-10"),
            line("improvement_action.completed", ON, action_id=uid("ia")),
        ],
        [line("improvement_action.verified", "2024-03-10", action_id=uid("ia"), effective=True)],
        "ia",
        "2024-05-30",
        "Train",
        B,
    ),
    (
        "INFORMATION_REQUEST",
        [line("information.requested", ON, **ASKED, needed_by="2024-03-20")],
        [line("knowledge.shared", "2024-03-10", "b", **SHARED, answers_request=uid("ir"))],
        "ir",
        "2024-03-20",
        "Prices",
        B,
    ),
    (
        "EXIT_OBLIGATION",
        [
            line(
                "exit_obligation.added",
                ON,
                obligation_id=uid("eo"),
                party=uid("a"),
                title="Return keys",
                due_on="2024-03-20",
            )
        ],
        [line("exit_obligation.discharged", "2024-03-10", obligation_id=uid("eo"))],
        "eo",
        "2024-03-20",
        "Return keys",
        A,
    ),
    (
        "EXIT_TRIGGER",
        [
            line("exit_trigger.defined", "2024-02-01", trigger_id=uid("tr"), condition="Loss of licence"),
            line("exit_trigger.observed", ON, trigger_id=uid("tr")),
        ],
        [line("exit_trigger.assessed", "2024-03-10", trigger_id=uid("tr"), decision="continue")],
        "tr",
        "2024-03-31",
        "Loss of licence",
        None,
    ),
    (
        "ISSUE",
        [line("issue.raised", ON, **SLOW)],
        [line("issue.resolved", "2024-03-10", issue_id=uid("i"))],
        "i",
        "2024-03-11",
        "Late parts",
        None,
    ),
    (
        "MEETING",
        [BODY, line("meeting.scheduled", ON, meeting_id=uid("m"), body_id=uid("body"), scheduled_for="2024-03-20")],
        [line("meeting.held", "2024-03-10", meeting_id=uid("m"), attendees=[])],
        "m",
        "2024-03-20",
        "Joint board",
        None,
    ),
    (
        "HANDOVER",
        [line("role.assigned", "2024-02-01", **ASSIGNED), line("role.vacated", ON, role_id=uid("role"))],
        [line("role.handed_over", "2024-03-10", role_id=uid("role"), to=uid("pb"))],
        "role",
        "2024-03-31",
        "executive_sponsor",
        B,
    ),
    (
        "CONCERN",
        [line("behaviour_concern.raised", ON, **CONCERN)],
        [line("behaviour_concern.closed", "2024-03-10", concern_id=uid("cc"))],
        "cc",
        "2024-04-30",
        None,
        B,
    ),
    (
        "PROPOSAL",
        [line("initiative.proposed", ON, **IDEA, expected=money("5.00"))],
        [line("initiative.rejected", "2024-03-10", initiative_id=uid("in"))],
        "in",
        "2024-04-30",
        "Idea",
        None,
    ),
    (
        "LESSON",
        [line("lesson.recorded", ON, lesson_id=uid("l"), title="Ask early")],
        [line("lesson.applied", "2024-03-10", lesson_id=uid("l"), where_applied="Plant 2")],
        "l",
        "2024-08-28",
        "Ask early",
        None,
    ),
]

"""The enumerations that answers name. Those that only facts name are made from the facts (fact_enums.py)."""

from enum import Enum

import strawberry


@strawberry.enum
class Band(Enum):
    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"
    NOT_RATED = "NOT_RATED"


@strawberry.enum
class Trend(Enum):
    UP = "UP"
    DOWN = "DOWN"
    FLAT = "FLAT"
    UNKNOWN = "UNKNOWN"


@strawberry.enum
class Confidence(Enum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@strawberry.enum(description="Whose entries count: the shared ones, or those and one party's own.")
class View(Enum):
    SHARED = "shared"
    OWN = "own"


@strawberry.enum
class IndicatorStatus(Enum):
    SCORED = "SCORED"
    LOW_SAMPLE = "LOW_SAMPLE"
    STALE = "STALE"
    NO_DATA = "NO_DATA"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@strawberry.enum(description="How an indicator is made: artefact, ratio, age, survey or money.")
class IndicatorKind(Enum):
    ARTEFACT = "A"
    RATIO = "R"
    AGE = "G"
    SURVEY = "S"
    MONEY = "M"


@strawberry.enum(description="Conditions that keep the overall band from being better than AMBER.")
class Gate(Enum):
    PLAN_NOT_AGREED = "plan_not_agreed"
    EXIT_STRATEGY_NOT_AGREED = "exit_strategy_not_agreed"
    SEVERE_BREACH = "severe_breach"
    PRINCIPLE_RED = "principle_red"


@strawberry.enum(description="Why an entry that was looked at is not counted.")
class ExclusionReason(Enum):
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    RISK_CLOSED = "risk_closed"
    REQUEST_WITHDRAWN = "request_withdrawn"
    DECLINED_PERMITTED = "declined_permitted"
    NOT_AGREED = "not_agreed"
    LATE_REPLAN = "late_replan"
    TOO_FEW_RESPONDENTS = "too_few_respondents"
    STALE_ROUND = "stale_round"
    NOT_DUE = "not_due"
    LEFT_PARTY = "left_party"
    DUPLICATE_ANSWER = "duplicate_answer"


@strawberry.enum
class RelationshipForm(Enum):
    BILATERAL = "bilateral"
    ALLIANCE = "alliance"
    CONSORTIUM = "consortium"
    JOINT_VENTURE = "joint_venture"
    NETWORK = "network"


@strawberry.enum
class RelationshipTier(Enum):
    STRATEGIC = "strategic"
    KEY = "key"
    OPERATIONAL = "operational"
    TRANSACTIONAL = "transactional"


@strawberry.enum
class RelationshipStatus(Enum):
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@strawberry.enum(description="The eight stages of the life cycle, in order.")
class LifecycleStage(Enum):
    AWARENESS = 1
    KNOWLEDGE = 2
    INTERNAL_ASSESSMENT = 3
    PARTNER_SELECTION = 4
    WORKING_TOGETHER = 5
    VALUE_CREATION = 6
    STAYING_TOGETHER = 7
    EXIT_ACTIVATION = 8


@strawberry.enum(description="The step between two points of a trend.")
class Interval(Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@strawberry.enum
class Direction(Enum):
    ASC = "asc"
    DESC = "desc"


@strawberry.enum
class CountersignatureDecision(Enum):
    ACCEPTED = "accepted"
    DISPUTED = "disputed"


@strawberry.enum(description="What came of an attempt to move a due date.")
class Effect(Enum):
    MOVES_DUE_DATE = "moves_due_date"
    LATE_REPLAN = "late_replan"
    NOT_AGREED = "not_agreed"


@strawberry.enum
class IssueLevel(Enum):
    MANAGEMENT = "management"
    STRATEGIC = "strategic"


@strawberry.enum
class InitiativeValueType(Enum):
    COST = "cost"
    REVENUE = "revenue"
    RISK = "risk"
    QUALITY = "quality"
    INNOVATION = "innovation"
    SUSTAINABILITY = "sustainability"
    SOCIAL = "social"
    OTHER = "other"


@strawberry.enum
class KnowledgeClassification(Enum):
    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


@strawberry.enum
class KnowledgeIpStatus(Enum):
    BACKGROUND = "background"
    FOREGROUND = "foreground"
    THIRD_PARTY = "third_party"
    NONE = "none"

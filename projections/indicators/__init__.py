"""The twelve principles and their 54 indicators, in the order of docs/principles.md."""

from msgspec import Struct

from projections.indicators.definition import Indicator
from projections.indicators.p01_relationship_management import P1
from projections.indicators.p02_visions_and_values import P2
from projections.indicators.p03_business_objectives import P3
from projections.indicators.p04_collaborative_leadership import P4
from projections.indicators.p05_governance import P5
from projections.indicators.p06_competence import P6
from projections.indicators.p07_trust import P7
from projections.indicators.p08_value_creation import P8
from projections.indicators.p09_information import P9
from projections.indicators.p10_risk import P10
from projections.indicators.p11_measurement import P11
from projections.indicators.p12_exit import P12


class Principle(Struct, frozen=True, kw_only=True):
    """One of the twelve principles; `clause` is that of ISO/TR 44000:2019."""

    number: int
    title: str
    clause: int
    purpose: str
    indicators: tuple[Indicator, ...]

    @property
    def id(self) -> str:
        return f"P{self.number}"


PRINCIPLES = (
    Principle(
        number=1,
        title="Relationship management",
        clause=4,
        purpose="Run the relationship by an agreed, written way of working, so that it survives changes of people.",
        indicators=P1,
    ),
    Principle(
        number=2,
        title="Visions and values",
        clause=5,
        purpose="Check that identity, ethics and culture fit well enough to guide behaviour where no rule does.",
        indicators=P2,
    ),
    Principle(
        number=3,
        title="Business objectives",
        clause=6,
        purpose="Collaborate where it serves each partner's own goals; keep those goals shared, clear and measured.",
        indicators=P3,
    ),
    Principle(
        number=4,
        title="Collaborative leadership",
        clause=7,
        purpose="Visible, matched senior sponsorship that gives air cover and resources.",
        indicators=P4,
    ),
    Principle(
        number=5,
        title="Governance and processes",
        clause=8,
        purpose="Joint structures that meet, decide and clear issues, embedded in both management systems.",
        indicators=P5,
    ),
    Principle(
        number=6,
        title="Collaborative competence and behaviour",
        clause=9,
        purpose="Put people with the skills and manners for joint work into the roles, and develop them.",
        indicators=P6,
    ),
    Principle(
        number=7,
        title="Trust and commitment to mutual benefit",
        clause=10,
        purpose="Each side does what it said and looks after the other's interests.",
        indicators=P7,
    ),
    Principle(
        number=8,
        title="Value creation",
        clause=11,
        purpose="Keep finding value beyond the original deal and share it as agreed.",
        indicators=P8,
    ),
    Principle(
        number=9,
        title="Information and knowledge sharing",
        clause=12,
        purpose="The right information moves both ways, on time, with its sensitivity and rights known.",
        indicators=P9,
    ),
    Principle(
        number=10,
        title="Risk management",
        clause=13,
        purpose="See, own and work down the risks of working together and of the partner.",
        indicators=P10,
    ),
    Principle(
        number=11,
        title="Relationship measurement and optimization",
        clause=14,
        purpose="Measure both performance and relationship, on both sides, and act on it.",
        indicators=P11,
    ),
    Principle(
        number=12,
        title="Exit strategy",
        clause=15,
        purpose="Know beforehand when and how to part or change shape, fairly.",
        indicators=P12,
    ),
)
INDICATORS = tuple(indicator for principle in PRINCIPLES for indicator in principle.indicators)

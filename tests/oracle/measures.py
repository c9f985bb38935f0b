"""The 54 indicators in the order of docs/principles.md 2, and the status of each (1, A24, A29, A32)."""

from collections.abc import Callable
from dataclasses import dataclass

from oracle import p01_relationship_management as p1
from oracle import p02_visions_and_values as p2
from oracle import p03_business_objectives as p3
from oracle import p04_collaborative_leadership as p4
from oracle import p05_governance as p5
from oracle import p06_competence as p6
from oracle import p07_trust as p7
from oracle import p08_value_creation as p8
from oracle import p09_information as p9
from oracle import p10_risk as p10
from oracle import p11_measurement as p11
from oracle import p12_exit as p12
from oracle.arithmetic import half_up, scaled
from oracle.facts import Facts
from oracle.found import Found, Setting

Measure = Callable[[Facts, Setting], Found]

POINT = 0
"""No window: point in time or life to date."""


@dataclass(frozen=True)
class Indicator:
    """`stages` are those at which it applies."""

    id: str
    principle: str
    measure: Measure
    stages: range
    min_n: int
    window: int
    floor: str
    target: str
    weight: str = "1"

    def default(self) -> Setting:
        return Setting(
            floor=scaled(self.floor, 4),
            target=scaled(self.target, 4),
            weight=scaled(self.weight, 2),
            window=self.window,
            min_n=self.min_n,
        )


ALWAYS, FROM_5, FROM_7, AT_8 = range(1, 9), range(5, 9), range(7, 9), range(8, 9)

INDICATORS = [
    Indicator("RM1", "P1", p1.rm1, FROM_5, 1, POINT, "0", "1"),
    Indicator("RM2", "P1", p1.rm2, ALWAYS, 1, POINT, "365", "90"),
    Indicator("RM3", "P1", p1.rm3, FROM_5, 1, POINT, "0.5", "1"),
    Indicator("RM4", "P1", p1.rm4, ALWAYS, 1, 365, "0.5", "1"),
    Indicator("VV1", "P2", p2.vv1, FROM_5, 1, POINT, "0", "1"),
    Indicator("VV2", "P2", p2.vv2, ALWAYS, 1, 365, "2", "4"),
    Indicator("VV3", "P2", p2.vv3, ALWAYS, 1, 365, "2", "0.5"),
    Indicator("VV4", "P2", p2.vv4, ALWAYS, 1, 365, "0.5", "1"),
    Indicator("BO1", "P3", p3.bo1, FROM_5, 1, POINT, "0.5", "1"),
    Indicator("BO2", "P3", p3.bo2, FROM_5, 1, POINT, "0.5", "1"),
    Indicator("BO3", "P3", p3.bo3, ALWAYS, 3, 365, "0.5", "0.95"),
    Indicator("BO4", "P3", p3.bo4, ALWAYS, 1, 90, "0.5", "1"),
    Indicator("CL1", "P4", p4.cl1, ALWAYS, 1, 365, "0.8", "1"),
    Indicator("CL2", "P4", p4.cl2, ALWAYS, 3, 365, "0.5", "0.9"),
    Indicator("CL3", "P4", p4.cl3, ALWAYS, 1, 365, "20", "5"),
    Indicator("CL4", "P4", p4.cl4, ALWAYS, 3, 365, "0.5", "0.95"),
    Indicator("GP1", "P5", p5.gp1, FROM_5, 1, 365, "0.5", "0.95"),
    Indicator("GP2", "P5", p5.gp2, ALWAYS, 3, 365, "0.5", "0.95"),
    Indicator("GP3", "P5", p5.gp3, ALWAYS, 3, 180, "0.5", "0.9"),
    Indicator("GP4", "P5", p5.gp4, ALWAYS, 3, 180, "0.5", "0.9"),
    Indicator("CB1", "P6", p6.cb1, FROM_5, 1, POINT, "0.3", "0.9"),
    Indicator("CB2", "P6", p6.cb2, ALWAYS, 3, POINT, "0.5", "0.9"),
    Indicator("CB3", "P6", p6.cb3, ALWAYS, 3, 365, "0.5", "0.9"),
    Indicator("CB4", "P6", p6.cb4, ALWAYS, 1, 365, "2", "4"),
    Indicator("TC1", "P7", p7.tc1, ALWAYS, 3, 90, "0.5", "0.85"),
    Indicator("TC2", "P7", p7.tc2, ALWAYS, 3, 365, "0.5", "0.9"),
    Indicator("TC3", "P7", p7.tc3, ALWAYS, 3, 365, "0.15", "0.02"),
    Indicator("TC4", "P7", p7.tc4, ALWAYS, 1, 365, "-20", "40"),
    Indicator("TC5", "P7", p7.tc5, ALWAYS, 3, 365, "0.3", "0.9"),
    Indicator("VC1", "P8", p8.vc1, ALWAYS, 1, POINT, "0.3", "1"),
    Indicator("VC2", "P8", p8.vc2, ALWAYS, 1, POINT, "0.6", "0.95"),
    Indicator("VC3", "P8", p8.vc3, ALWAYS, 3, 365, "0.2", "0.8"),
    Indicator("VC4", "P8", p8.vc4, ALWAYS, 3, 365, "0.4", "0.9"),
    Indicator("VC5", "P8", p8.vc5, ALWAYS, 1, 365, "0.5", "1"),
    Indicator("IK1", "P9", p9.ik1, ALWAYS, 3, 180, "0.5", "0.95"),
    Indicator("IK2", "P9", p9.ik2, ALWAYS, 5, 180, "0.1", "0.5", "0.5"),
    Indicator("IK3", "P9", p9.ik3, ALWAYS, 3, 365, "0.8", "1"),
    Indicator("IK4", "P9", p9.ik4, ALWAYS, 1, 365, "2", "0"),
    Indicator("IK5", "P9", p9.ik5, ALWAYS, 3, 365, "0.2", "0.7"),
    Indicator("RK1", "P10", p10.rk1, ALWAYS, 1, POINT, "0.5", "1"),
    Indicator("RK2", "P10", p10.rk2, FROM_5, 1, 90, "0.5", "1"),
    Indicator("RK3", "P10", p10.rk3, ALWAYS, 1, 90, "0", "0.25"),
    Indicator("RK4", "P10", p10.rk4, ALWAYS, 3, 180, "0.5", "0.9"),
    Indicator("RK5", "P10", p10.rk5, ALWAYS, 3, 365, "0.3", "0.8"),
    Indicator("MO1", "P11", p11.mo1, FROM_7, 1, POINT, "548", "183"),
    Indicator("MO2", "P11", p11.mo2, ALWAYS, 1, 548, "0.3", "0.7"),
    Indicator("MO3", "P11", p11.mo3, ALWAYS, 1, 548, "1.5", "0.5"),
    Indicator("MO4", "P11", p11.mo4, ALWAYS, 3, 180, "0.5", "0.85"),
    Indicator("MO5", "P11", p11.mo5, ALWAYS, 3, 365, "0.4", "0.8"),
    Indicator("EX1", "P12", p12.ex1, FROM_5, 1, POINT, "0", "1"),
    Indicator("EX2", "P12", p12.ex2, ALWAYS, 1, POINT, "730", "365"),
    Indicator("EX3", "P12", p12.ex3, FROM_5, 1, POINT, "0.5", "1"),
    Indicator("EX4", "P12", p12.ex4, ALWAYS, 1, 365, "0.5", "1"),
    Indicator("EX5", "P12", p12.ex5, AT_8, 3, POINT, "0.7", "1"),
]

PRINCIPLES = [f"P{i}" for i in range(1, 13)]


@dataclass
class Result:
    """A measure with its status; the score in hundredths of a point."""

    indicator: Indicator
    setting: Setting
    found: Found
    status: str
    score: int | None


def score_of(value: int, floor: int, target: int) -> int:
    """s = 100 · clamp((x − F)/(G − F), 0, 1) in hundredths."""
    return max(0, min(10_000, half_up((value - floor) * 10_000, target - floor)))


def result_of(facts: Facts, indicator: Indicator, setting: Setting) -> Result:
    applies = setting.enabled and len(facts.parties) >= 2 and facts.stage(facts.today) in indicator.stages
    if not applies:
        return Result(indicator, setting, Found(), "NOT_APPLICABLE", None)
    found = indicator.measure(facts, setting)
    if found.value is None:
        return Result(indicator, setting, Found(excluded=found.excluded), "NO_DATA", None)
    if found.stale:
        return Result(indicator, setting, found, "STALE", None)
    if found.items is not None and found.items < setting.min_n:
        return Result(indicator, setting, found, "LOW_SAMPLE", None)
    return Result(indicator, setting, found, "SCORED", score_of(found.value, setting.floor, setting.target))

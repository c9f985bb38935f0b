"""cell-line: a car maker in Japan and a battery maker in Germany who broke off for four months and started again.

The first attempt ended in a suspension and a step back to stage 5. Since the restart in mid 2025 with new people,
promises are kept more and more often: the score is still modest, and it climbs.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import countersign
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, shares
from demo.practices.foundation import (
    MANAGER,
    SPONSOR,
    Team,
    begin,
    charter,
    exit_strategy,
    joint_plan,
    reviews_of,
    stage,
    succeed,
)
from demo.practices.hazards import Issue, Risk, Treatment, issue, risk
from demo.practices.measuring import Action, Voice, health_check, improve, review
from demo.practices.meetings import Body, Resource, establish, resources, sit
from demo.practices.parting import Trigger, trigger
from demo.practices.people import Concern, Development, assess, concern, develop, rate, require
from demo.practices.promises import Maker, promises

# Tables of texts and dates, laid out by hand.
# fmt: off

N, V = org("minatozaki"), org("volthaus")
BOTH = (N, V)


def tell() -> Book:
    book = Book("cell-line")
    _first_attempt(book)
    _restart(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _objectives_and_value(book)
    _people_and_measuring(book)
    countersign(book, day("2025-08-01"), day("2026-11-20"), 24, ("Agreed in Osaka.", "Agreed."))
    return book


def _first_attempt(book: Book) -> None:
    seats = begin(
        book, day("2023-12-11"), (Team("minatozaki", 0, 1, 2, None), Team("volthaus", 0, 1)),
        (("2024-01-15", 2), ("2024-02-13", 3), ("2024-03-18", 4), ("2024-04-22", 5), ("2024-10-28", 6)),
        "Cell line Osaka", "bilateral", "JPY", "Asia/Tokyo", "A joint production line for solid-state battery cells",
    )
    joint_plan(book, day("2024-04-30"), 1, {N: 7, V: 20}, ("Line layout", "Costs"))
    charter(book, day("2024-05-07"), 1, {N: 6, V: 9})
    book.write("relationship.suspended", day("2025-02-10"), N,
               reason="Layout data were used for another customer's line; talks of the sponsors go on.")
    succeed(book, seats[V, SPONSOR], day("2025-05-12"), person("volthaus", 2), person("volthaus", 3), gap=4,
            handover=18)
    succeed(book, seats[V, MANAGER], day("2025-05-12"), person("volthaus", 3), None, gap=10, handover=60)
    succeed(book, seats[N, MANAGER], day("2026-01-19"), person("minatozaki", 3), None, gap=1, handover=24)


def _restart(book: Book) -> None:
    book.write("relationship.resumed", day("2025-06-16"), N,
               reason="New team at Volthaus, data rules signed, first cells promised for the autumn.")
    stage(book, day("2025-06-16"), 5, "return", note="Back to working together; value creation later.")
    book.write("relationship.tiered", day("2025-06-23"), N, tier="strategic")
    joint_plan(book, day("2025-06-30"), 2, {V: 3, N: 9}, ("Line layout", "Data rules", "Costs", "Measures"))
    reviews_of(book, "joint_plan.reviewed", 2, [day("2025-12-16"), day("2026-07-14")], BOTH,
               ("Data rules hold.", "Cost chapter opened again."))
    charter(book, day("2025-07-14"), 2, {V: 1, N: 7})
    exit_strategy(book, day("2025-09-22"), 1, {N: 14, V: 21},
                  ("triggers", "information_assets", "intellectual_property", "liabilities"))


def _governance(book: Book) -> None:
    board = Body("Cell board", "strategic", 91, (SPONSOR, MANAGER), "HQHHPHHH", "IINIL", (
        "Keep layout data on the joint server only.", "Build the dry room in two steps.",
        "Share the yield figures every week.", "Ask the university for a second opinion on the electrolyte.",
        "Let engineers speak before lawyers.", "Order the second coating machine late.",
        "Tell both boards the same yield.",
        "Take the cold tests to Hokkaido.", "Open the cost chapter line by line."))
    line = Body("Line meeting", "operational", 35, (MANAGER,), "UUUMUUUVUU", "-ILI-IN", (
        "Run test lot {n} with dried powder.", "Change the coating speed for trial {n}.",
        "Send two fitters for {month}.",
        "Measure yield after forming, not before."), notes=("Interpreter absent; minutes in English only.",))
    establish(book, board, day("2024-04-22"), N)
    establish(book, line, day("2025-06-23"), V)
    sit(book, board, day("2024-07-09"), day("2025-01-31"))
    sit(book, board, day("2025-07-22"), day("2027-01-29"))
    sit(book, line, day("2025-07-15"), day("2026-11-20"))
    resources(book, [
        Resource(N, "money", day("2024-08-30"), "K", "First instalment for the dry room"),
        Resource(V, "people", day("2025-10-31"), "K", "Three process engineers in Osaka"),
        Resource(V, "equipment", day("2026-02-27"), "L", "Coating machine"),
        Resource(N, "access", day("2026-05-29"), "K", "Crash test data of the carrier vehicle"),
        Resource(V, "people", day("2026-08-31"), "K", "Forming specialist"),
    ])


def _promises(book: Book) -> None:
    before = (
        Maker(N, "KLKO", ("Release layout drawing {n}", "Pay instalment {n} for the dry room")),
        Maker(V, "LOBL", ("Deliver sample cells, lot {n}", "Answer the open layout questions, list {n}"),
              codes=("technical failure",)),
    )
    climbing = (
        Maker(N, "KLLKSRLKLKKKK", ("Release layout drawing {n} with comments", "Test cells of lot {n} in the carrier",
                                   "Pay for test lot {n}"),
              reasons=("The test bench was needed for homologation.",)),
        Maker(V, "LOKLTKKRLKKKK", ("Deliver sample cells, lot {n}", "Report yield for {month}",
                                   "Finish installation step {n}", "Hand over the data log of trial {n}"),
                                   reasons=("Powder from the new supplier was too wet.",),
              disputes=("Twelve cells were missing.",)),
    )
    promises(book, before, day("2024-06-28"), day("2025-01-31"), 27)
    promises(book, climbing, day("2025-08-15"), day("2027-01-29"), 18)


def _risks_and_issues(book: Book) -> None:
    growth = risk(book, Risk("Cells lose capacity in the cold", "technical", day("2024-06-10"), "45 44 44 44 44 43 33",
                             N, V, 88, treatments=(
        Treatment("New electrolyte recipe", day("2026-06-30"), "L", V),
        Treatment("Cold chamber trials", day("2026-09-30"), "K", N)),
        exposure=("850000000", "JPY", None)))
    risk(book, Risk("Layout data reach a rival", "information", day("2024-11-18"), "44 45 34 34 34 33 22", N, N, 88,
                    treatments=(
        Treatment("Joint server with access log", day("2025-10-31"), "K", V),)))
    risk(book, Risk("Yen and euro drift apart", "financial", day("2025-07-07"), "33 33 32", V, V, 88,
                    exposure=("2400000.00", "EUR", "163.40")))
    risk(book, Risk("Dry room permit", "regulatory", day("2025-08-04"), "33 23 22", N, N, 88, closed=day("2026-06-22"),
                    why_closed="Permit granted."))
    for item in (
        Issue(day("2024-11-12"), 1, "Layout found in another customer's offer", N, 216,
              "Data rules signed at the restart.", None, "strategic", 1, 45),
        Issue(day("2026-01-14"), 2, "Lot 3 arrives with swollen cells", N, 19, "Drying time doubled.", growth),
        Issue(day("2026-04-21"), 2, "Coating machine held at the port", V, 14, "Papers completed.", None, "strategic",
              2, 14),
        Issue(day("2026-06-23"), 3, "Yield counted differently on each side", N, 24, "Counted after forming."),
        Issue(day("2026-07-28"), 2, "Capacity drops at minus ten", N, 9, "Recipe 4 chosen.", growth, "strategic", 1, 6,
              materialised=True, loss=("18000000", "JPY", None)),
        Issue(day("2026-09-08"), 3, "Fitters without site passes", V, 23, "Passes issued on arrival."),
        Issue(day("2026-10-14"), 3, "Time stamps nine hours apart", V, 12, "All logs in Tokyo time."),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    maker = Giver(N, "brci", "yyy", ("Carrier vehicle loads, issue {n}", "Test bench results, lot {n}",
                                     "Line layout sheet {n}"), "Cell line Osaka only")
    cells = Giver(V, "rubc", "yny", ("Recipe sheet {n}", "Yield figures for {month}", "Data log of trial {n}"),
                  "Cell line Osaka only")
    shares(book, (maker, cells), day("2024-06-18"), day("2025-01-31"), 50)
    shares(book, (maker, cells), day("2025-07-29"), day("2026-11-20"), 37)
    requests(book, (Asker(N, cells, "LAALA", ("Powder analysis, lot {n}", "Forming curves, lot {n}")),
                    Asker(V, maker, "AADA", ("Temperature profile {n}", "Volume forecast for {quarter}"))),
                    day("2025-08-19"), day("2026-11-20"), 38)
    lessons(book, [
        Lesson(day("2025-02-24"), N, "Agree data rules before sending drawings", 130, "Joint server"),
        Lesson(day("2025-11-18"), V, "Weigh the powder before and after drying", 100, "Lot 4"),
        Lesson(day("2026-02-17"), N, "One interpreter for the whole week"),
        Lesson(day("2026-05-12"), V, "Send machine papers before the machine", 80, "Forming rack"),
    ])
    book.write("information.breach_reported", day("2024-11-12"), N, breach_id=book.new_id("breach"), severity=2,
               description="A layout drawing was shown to another customer.")


def _objectives_and_value(book: Book) -> None:
    ids = [objective(book, aim) for aim in (
        Objective("Cells that pass the first test", "Yield after forming", "%", "31", "85", "64", day("2025-07-28"),
                  day("2027-03-31"), V, {V: "Reference line", N: "Cost per kilowatt hour"}, BOTH, 86),
        Objective("Dry room ready", "Installation steps finished", "steps", "0", "9", "8", day("2025-08-18"),
                  day("2026-09-30"), N, {N: "Start of series in 2028", V: "Machine sales"}, BOTH, 90),
        Objective("Energy density", "Watt hours per kilogram", "Wh/kg", "290", "380", "341", day("2025-09-15"),
                  day("2027-12-24"), V, {V: "Patent family"}, (V,), 88),
        Objective("Trial lots on time", "Lots on the agreed day", "%", "30", "90", "72", day("2025-10-20"),
                  day("2026-10-30"), V, {V: "Planning maturity", N: "Bench use"}, BOTH, 88),
    )]
    book.write("objective.linked", day("2026-10-06"), N, objective_id=ids[2], party=N,
               own_objective="Range of 700 kilometres")
    for idea in (
        Initiative("Dry air from the paint shop", N, "cost", day("2024-09-17"), "60000000", "JPY", None,
                   day("2024-11-05"), "52000000",
                   day("2025-08-01"), day("2026-12-18"), {N: "50", V: "50"}, (), gains=(
                       Gain(day("2026-03-16"), "14000000", {N: "7500000", V: "6500000"}, N, V),
                       Gain(day("2026-09-14"), "12500000", {N: "7000000", V: "5500000"}, N, V, 25))),
        Initiative("Recycled cathode powder", V, "sustainability", day("2026-01-26"), "420000.00", "EUR", "161.8500",
                   day("2026-03-30"),
                   "400000.00", day("2026-05-01"), day("2027-10-29"), {N: "40", V: "60"}, (), gains=(
                       Gain(day("2026-10-05"), "41000.00", {N: "15000.00", V: "26000.00"}, V, N),)),
        Initiative("Shared test bench at night", V, "cost", day("2026-04-13"), "90000.00", "EUR", "162.2000",
                   rejected=day("2026-06-01"), reason="No insurance without staff."),
        Initiative("Camera check of the coating", N, "quality", day("2026-06-15"), "30000000", "JPY", None,
                   day("2026-08-03"), "28000000", day("2026-09-01"), day("2027-08-31"), {N: "50", V: "50"}),
    ):
        initiative(book, idea)


def _people_and_measuring(book: Book) -> None:
    require(book, day("2025-07-21"), N)
    assess(book, day("2025-09-08"), "433333", valid=540)
    assess(book, day("2026-05-18"), "443343")
    develop(book, [
        Development("Working with interpreters", day("2025-10-06"), day("2025-12-19"), "K"),
        Development("Battery safety course", day("2025-11-10"), day("2026-02-27"), "K"),
        Development("Customs for engineers", day("2026-04-27"), day("2026-08-28"), "L"),
    ])
    rate(book, day("2026-05-25"), N, V, "344")
    rate(book, day("2026-05-25"), V, N, "3343")
    concern(book, Concern(day("2024-11-18"), N, V, "Drawings were shown to a third party.", None))
    concern(book, Concern(day("2026-02-09"), V, N, "Questions are answered with silence.", 40,
                          "Answers within three days, even if the answer is no."))
    health_check(book, day("2025-09-29"), {N: Voice(8, 4, 28), V: Voice(8, 4, 33)})
    health_check(book, day("2026-08-31"), {N: Voice(8, 5, 32, ("They now say no when they mean no.",)),
                                           V: Voice(8, 5, 37)})
    review(book, day("2026-07-14"), N, "plan", 365, "Dry room on plan, yield behind, trust growing.")
    improve(book, [
        Action("Answer within three days", "concern", "IK1", N, day("2026-02-16"), day("2026-05-15"), 0, True),
        Action("Yield counted in one way", "issue", "BO3", V, day("2026-06-29"), day("2026-08-14"), -1, True),
        Action("Lot papers before shipping", "review", "TC1", V, day("2026-05-18"), day("2026-09-11"), 7),
        Action("Bilingual minutes within two days", "health check", "GP2", N, day("2026-07-20"), day("2026-10-16"), -3),
    ])
    trigger(book, Trigger(day("2025-09-22"), N, "Yield below 50 % at the end of 2026",
                          ((day("2026-08-10"), 25, "continue"),)))

"""north-wind: a joint venture for a wind farm cable, businesslike and calm.

A Danish developer and a British grid company build one export cable together. Cadence is kept, money is counted in
three currencies, risks fall. The partners rarely countersign, because they trust the joint office: a green score
with middling confidence.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import countersign
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, shares
from demo.practices.foundation import (
    ALL_PARTS,
    MANAGER,
    SPONSOR,
    Team,
    begin,
    charter,
    exit_strategy,
    joint_plan,
    reviews_of,
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

H, S = org("havgang"), org("saltmarsh")
BOTH = (H, S)


def tell() -> Book:
    book = Book("north-wind")
    _set_up(book)
    _objectives(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _value(book)
    _people_and_measuring(book)
    countersign(book, day("2024-03-01"), day("2025-11-20"), 4)
    countersign(book, day("2025-11-21"), day("2026-11-20"), 22, ("Agreed by the joint office.",))
    return book


def _set_up(book: Book) -> None:
    seats = begin(
        book, day("2023-11-27"), (Team("havgang", 0, 1, 2, 3), Team("saltmarsh", 0, 1, 2)),
        (("2023-12-11", 2), ("2024-01-22", 3), ("2024-02-19", 4), ("2024-03-18", 5), ("2024-09-30", 6),
         ("2025-09-01", 7)),
        "Dogger East export cable", "joint_venture", "DKK", "Europe/Copenhagen",
        "Design, laying and first operation of a 1.2 GW export cable",
    )
    succeed(book, seats[S, SPONSOR], day("2026-06-01"), person("saltmarsh", 2), person("saltmarsh", 3), handover=25)
    book.write("relationship.tiered", day("2023-12-04"), H, tier="strategic")
    book.write("business_case.approved", day("2024-02-05"), S, approved_by=person("saltmarsh", 0),
               summary="One cable instead of two saves 900 million kroner and a year of permits.")
    book.write("relationship.scope_changed", day("2025-10-06"), S,
               scope="Design, laying and ten years of operation of the export cable")
    joint_plan(book, day("2024-03-11"), 1, {H: 4, S: 8}, ("Joint office", "Permits", "Laying", "Operation", "Measures"))
    reviews_of(book, "joint_plan.reviewed", 1,
               [day(d) for d in ("2024-08-13", "2025-01-14", "2025-06-17", "2025-11-18", "2026-03-17", "2026-06-16",
                                 "2026-10-13")],
               BOTH, ("Weather windows added.", "No change.", "Operation chapter written out."))
    charter(book, day("2024-03-18"), 1, {S: 2, H: 3})
    exit_strategy(book, day("2024-09-16"), 1, {H: 11, S: 17}, ALL_PARTS)
    reviews_of(book, "exit_strategy.reviewed", 1, [day("2025-09-16"), day("2026-03-10")], BOTH)


def _objectives(book: Book) -> None:
    for aim in (
        Objective("Cable laid before the autumn storms", "Kilometres laid", "km", "0", "148", "148", day("2024-06-03"),
                  day("2026-09-15"), H, {H: "First power in 2027", S: "Connection date kept"}, BOTH, 105),
        Objective("No lost-time injuries", "Injuries per million hours", "injuries", "2.4", "0.5", "0.6",
                  day("2024-10-07"),
                  day("2026-12-18"), S, {H: "Safety target of the group", S: "Insurance terms"}, BOTH, 88),
        Objective("Joint office cost", "Share of project cost", "%", "6.2", "4.5", "4.6", day("2025-11-03"),
                  day("2027-03-31"), H, {H: "Overhead cap", S: "Regulator's allowance"}, BOTH, 85),
        Objective("Landfall restored", "Metres of dune replanted", "m", "0", "2400", "1900", day("2025-12-01"),
                  day("2027-09-30"), S,
                  {S: "Permit condition"}, BOTH, 88, later_links={H: "Sustainability report"}),
    ):
        objective(book, aim)


def _governance(book: Book) -> None:
    shareholders = Body("Shareholders' committee", "strategic", 91, (SPONSOR, MANAGER), "HHHHHHHHPHHH", "IIIRIII", (
        "Charter a second trenching vessel for the summer.", "Insure the cable jointly from landfall to platform.",
        "Open the operation phase with a crew of twelve.", "Sell the spare joint kits.",
        "Keep the joint office until first power.", "Answer the dune petition in person.",
        "Call equity in three parts.", "Take the second vessel for the autumn as well.", "Agree on one insurer.",
        "Publish the burial depths.",
    ), notes=("Met on board the laying vessel.",))
    office = Body("Joint office meeting", "management", 56, (MANAGER,), "HUHMHXHUUM", "ILII-L-I", (
        "Order burial tools for section {n}.", "Answer the fishermen's letter together.",
        "Put a liaison boat beside the vessel.",
        "Hold the tool log in one language.", "Invite the lighthouse keeper.",
        "Book the survey vessel for {month}.", "Write the permit report for {quarter} in one version.",
    ), notes=("Permit chart updated on the wall.",))
    establish(book, shareholders, day("2024-03-18"), H)
    establish(book, office, day("2024-04-02"), S)
    sit(book, shareholders, day("2024-06-12"), day("2027-01-29"))
    sit(book, office, day("2024-05-14"), day("2026-12-18"))
    resources(book, [
        Resource(H, "people", day("2024-08-30"), "K", "Permit lawyer for the Danish side"),
        Resource(S, "money", day("2025-03-28"), "K", "Equity call 2"),
        Resource(S, "people", day("2026-01-30"), "K", "Commissioning engineers"),
        Resource(H, "equipment", day("2026-04-30"), "K", "Crew transfer vessel"),
        Resource(H, "money", day("2026-08-31"), "K", "Equity call 3"),
        Resource(S, "access", day("2026-10-15"), "L", "Substation keys for the joint crew"),
    ])


def _promises(book: Book) -> None:
    developer = Maker(H, "KKLRKKCKLW", (
        "Lay cable section {n}", "Publish the notice to mariners for {month}", "Pay the vessel hire for {month}",
        "Deliver the burial survey of section {n}",
    ), reasons=("Waves above two metres for nine days; both masters agree.",))
    grid = Maker(S, "KKCKLKKKKR", (
        "Energise test bay {n}", "Answer permit questions of {month}", "Deliver protection settings, issue {n}",
        "Agree outage window {n} with the control room",
    ), reasons=("The control room kept the line in service.",))
    promises(book, (developer, grid), day("2024-06-21"), day("2025-10-10"), 55)
    promises(book, (developer, grid), day("2025-10-24"), day("2027-01-29"), 17)


def _risks_and_issues(book: Book) -> None:
    weather = risk(book, Risk("No weather window in the laying season", "schedule", day("2024-05-13"),
                              "45 44 44 43 33 23 22", H, H, 88, exposure=("38000000.00", "DKK", None), treatments=(
                                  Treatment("Second trenching vessel on call", day("2026-04-24"), "K", H),
                                  Treatment("Winter bonus for the laying crew", day("2026-08-14"), "K", H))))
    risk(book, Risk("Boulders on section 5", "technical", day("2025-03-10"), "44 43 33 22", S, H, 88,
                    treatments=(Treatment("Boulder survey with sonar", day("2026-06-05"), "K", H),)))
    risk(book, Risk("Grid code changes before energising", "regulatory", day("2025-09-15"), "34 33 33 23", S, S, 88,
                    exposure=("1900000.00", "GBP", "8.6250")))
    risk(book, Risk("Copper price", "financial", day("2024-07-01"), "43 33 32", H, H, 200, closed=day("2026-02-16"),
                    why_closed="All conductor delivered."))
    risk(book, Risk("Dune plants do not take", "environmental", day("2026-05-11"), "33 32", S, S, 88, treatments=(
        Treatment("Water the landfall through August", day("2026-09-04"), "K", S),)))
    for item in (
        Issue(day("2024-11-12"), 3, "Fishing nets cross the survey line", H, 13, "Route agreed with the harbour."),
        Issue(day("2025-08-19"), 2, "Trenching tool lost on section 3", H, 7, "Tool raised by divers.", weather),
        Issue(day("2026-02-10"), 2, "Boulder field larger than charted", H, 9, "Route bent by 60 metres.", weather,
              "strategic", 1, 3),
        Issue(day("2026-05-27"), 2, "Two storm weeks in May", S, 10, "Second vessel called.", weather,
              materialised=True, loss=("5400000.00", "DKK", None)),
        Issue(day("2026-07-07"), 3, "Crew transfer vessel without a pilot licence", H, 15, "Licence issued."),
        Issue(day("2026-08-25"), 3, "Protection relay trips in the test bay", S, 17, "Setting corrected."),
        Issue(day("2026-09-15"), 2, "Burial depth short at kilometre 88", S, 8, "Second pass made.", weather,
              "strategic", 2, 5),
        Issue(day("2026-10-08"), 4, "Two versions of the crew list", H, 19, "One list at the joint office."),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    developer = Giver(H, "bcmi", "yyynyn", ("Burial survey of section {n}", "Vessel log for {month}",
                                            "Joint kit test {n}"))
    grid = Giver(S, "brib", "yyyy", ("Protection study issue {n}", "Outage plan for {quarter}",
                                     "Grid code comment {n}"))
    shares(book, (developer, grid), day("2024-06-04"), day("2025-10-31"), 70)
    shares(book, (developer, grid), day("2025-11-12"), day("2026-11-20"), 34)
    requests(book, (Asker(S, developer, "AAAAL", ("As-laid positions of section {n}", "Tension record of section {n}")),
                    Asker(H, grid, "AADAA", ("Short-circuit levels for {quarter}", "Relay files, bay {n}"))),
             day("2024-08-06"), day("2026-11-20"), 50)
    lessons(book, [
        Lesson(day("2025-09-16"), H, "Mark the tool position every hour", 70, "Sections 4 to 8"),
        Lesson(day("2025-12-02"), S, "One letter to the fishermen, two signatures", 90, "Letters of spring 2026"),
        Lesson(day("2026-03-10"), H, "Survey boulders before ordering tools", 85, "Section 7"),
        Lesson(day("2026-05-12"), S, "Book the control room a quarter ahead"),
    ])


def _value(book: Book) -> None:
    split = {H: "55", S: "45"}
    for idea in (
        Initiative("One cable instead of two", H, "cost", day("2024-04-08"), "60000000.00", "DKK", None,
                   day("2024-05-20"), "52000000.00", day("2024-07-01"), day("2027-06-30"), split, (), gains=(
                       Gain(day("2025-07-14"), "15000000.00", {H: "8200000.00", S: "6800000.00"}, H, S),
                       Gain(day("2026-01-19"), "12000000.00", {H: "6600000.00", S: "5400000.00"}, H, S),
                       Gain(day("2026-08-24"), "13500000.00", {H: "7600000.00", S: "5900000.00"}, H, S))),
        Initiative("Shared spare joints", S, "risk", day("2025-04-14"), "350000.00", "GBP", "8.7100", day("2025-05-26"),
                   "320000.00", day("2025-06-02"), day("2026-12-31"), {H: "50", S: "50"}, (), gains=(
                       Gain(day("2026-02-23"), "130000.00", {H: "65000.00", S: "65000.00"}, S, H),
                       Gain(day("2026-09-14"), "145000.00", {H: "70000.00", S: "75000.00"}, S, H))),
        Initiative("Survey data sold to the harbour", H, "revenue", day("2026-02-02"), "180000.00", "EUR", "7.4600",
                   day("2026-03-16"), "150000.00", day("2026-04-01"), day("2027-03-31"), {H: "50", S: "50"}, (), gains=(
                       Gain(day("2026-10-19"), "61000.00", {H: "30000.00", S: "31000.00"}, H),)),
        Initiative("School boat for the island", S, "social", day("2026-04-13"), "900000.00", "DKK", None,
                   day("2026-05-26"), "800000.00", day("2026-09-01"), day("2027-08-31"), {H: "50", S: "50"}),
        Initiative("Drone patrol of the landfall", S, "innovation", day("2026-09-21"), "70000.00", "GBP", "8.6400"),
    ):
        initiative(book, idea)


def _people_and_measuring(book: Book) -> None:
    require(book, day("2024-04-15"), S)
    assess(book, day("2025-02-10"), "444343")
    assess(book, day("2026-06-08"), "434304")
    develop(book, [
        Development("Sea survival for office staff", day("2025-11-03"), day("2026-02-27"), "K"),
        Development("Grid code seminar", day("2025-12-01"), day("2026-04-17"), "K"),
        Development("Claims handling workshop", day("2026-03-02"), day("2026-08-28"), "L"),
    ])
    rate(book, day("2026-04-13"), H, S, "444")
    rate(book, day("2026-04-13"), S, H, "4543")
    concern(book, Concern(day("2026-03-24"), S, H, "Press release on the landfall went out without our name.", 28,
                          "Press rule added to the plan."))
    for on, mood, said in (("2025-03-10", 37, "We still keep two lists of everything."),
                           ("2026-05-04", 40, "The joint office is the best part.")):
        health_check(book, day(on), {H: Voice(6, 4, mood), S: Voice(6, 4, mood + 1, (said,))})
    review(book, day("2025-12-16"), H, "performance", 365, "148 km planned, 96 laid; cost inside the budget.")
    review(book, day("2026-10-27"), S, "plan", 180, "Cable laid; plan moves to operation.")
    improve(book, [
        Action("Hourly tool log", "issue", "RK5", H, day("2025-09-08"), day("2025-12-12"), -2, True),
        Action("Press rule in the joint plan", "concern", "VV4", S, day("2026-03-30"), day("2026-06-19"), -4, True),
        Action("Permit questions on one board", "review", "IK1", S, day("2026-02-16"), day("2026-07-10"), 0, True),
        Action("Relief crew plan", "health check", None, H, day("2026-06-08"), day("2026-09-25"), -1),
        Action("Test bay booking by both", "review", "GP3", S, day("2026-07-06"), day("2026-10-23"), 8),
    ])
    trigger(book, Trigger(day("2024-09-16"), S, "Connection date moves by more than a year",
                          ((day("2026-05-29"), 19, "continue"),)))
    trigger(book, Trigger(day("2024-09-16"), H, "Change of control at a shareholder"))
    book.write("exit.rehearsed", day("2026-03-12"), H, passed=True)

"""port-corridor: a consortium of a port, a freight forwarder and, from 2025, a railway; big plans, uneven delivery.

The newcomer works hardest; the forwarder answers late and brings few ideas. A body that no longer fitted was
dissolved. Amber all over.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import correct, countersign, dispute, find, void
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, shares
from demo.practices.foundation import (
    MANAGER,
    SPONSOR,
    Team,
    begin,
    charter,
    exit_strategy,
    join,
    joint_plan,
    reviews_of,
    seat_team,
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

Z, F, R = org("zandoever"), org("fjordleia"), org("ruhrtal")


def tell() -> Book:
    book = Book("port-corridor")
    _set_up(book)
    _objectives(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _value(book)
    _people_and_measuring(book)
    _entries(book)
    return book


def _set_up(book: Book) -> None:
    seats = begin(
        book, day("2024-02-05"), (Team("zandoever", 0, 1, 2, 3), Team("fjordleia", 0, 1)),
        (("2024-02-26", 2), ("2024-04-08", 3), ("2024-05-13", 4), ("2024-06-17", 5), ("2025-06-30", 6)),
        "Green corridor Zandoever to the Ruhr", "consortium", "EUR", "Europe/Amsterdam",
        "Containers from ship to inland terminal without a lorry",
    )
    succeed(book, seats[Z, MANAGER], day("2026-01-12"), person("zandoever", 3), person("zandoever", 2), handover=40)
    join(book, day("2025-02-03"), R, "Brings the trains.")
    seat_team(book, day("2025-02-03"), Team("ruhrtal", 0, 1, 2, 2))
    book.write("relationship.tiered", day("2024-03-04"), Z, tier="operational")
    joint_plan(book, day("2024-06-24"), 1, {Z: 14, F: 35}, ("Slots", "Data", "Prices"))
    joint_plan(book, day("2025-03-10"), 2, {Z: 7, R: 9, F: 60}, ("Slots", "Trains", "Data", "Prices"))
    reviews_of(book, "joint_plan.reviewed", 2, [day("2025-10-14"), day("2026-05-19")], (R, Z),
               ("Slots by train, not by box.", "Prices left open."))
    joint_plan(book, day("2026-08-31"), 3, {Z: 7, R: 10}, ("Slots", "Trains", "Data", "Prices", "Measures"))
    charter(book, day("2025-03-24"), 1, {Z: 4, R: 4})
    exit_strategy(book, day("2025-05-12"), 1, {Z: 14, R: 21},
                  ("triggers", "transition", "liabilities", "communication"))


def _objectives(book: Book) -> None:
    rail, *_ = [objective(book, aim) for aim in (
        Objective("Containers by rail", "Share of boxes by rail", "%", "18", "35", "28", day("2024-09-02"),
                  day("2026-08-31"), Z,
                  {Z: "Less lorry traffic at the gate", F: "Lower price per box"}, (Z, F), 100),
        Objective("Two days from ship to Duisburg", "Median hours", "h", "96", "48", "61", day("2025-04-07"),
                  day("2027-03-31"), R,
                  {R: "Wagon turns", Z: "Quay space", F: "Shorter promises to customers"}, (Z, F, R), 88),
        Objective("One booking for the whole way", "Bookings through the portal", "%", "0", "80", "44",
                  day("2025-05-19"),
                  day("2026-12-18"), F, {F: "Fewer clerks", Z: "Data for the gate", R: "Firm loads"}, (Z, F, R), 120),
        Objective("Carbon per box", "Kilograms of carbon dioxide", "kg", "92", "55", "68", day("2025-09-08"),
                  day("2027-12-31"), Z,
                  {Z: "Port climate plan", R: "Green power contract", F: "Customer reports"}, (Z, R), 86),
    )]
    book.write("objective.linked", day("2025-03-11"), R, objective_id=rail, party=R,
               own_objective="Trains full both ways")
    book.write("objective.endorsed", day("2025-03-13"), R, objective_id=rail, party=R)


def _governance(book: Book) -> None:
    round_table = Body("Corridor round table", "strategic", 122, (SPONSOR,), "HHQHHQHMHQ", "ILI-N", (
        "Share the cost of the second crane by box.", "Invite the barge owners as guests.",
        "Ask for a night slot at the border.",
        "Publish carbon per box every quarter.", "Keep the road reserve at five lorries.",
        "Split crane costs by trains, not by boxes.", "Let the railway chair the next year."))
    planning = Body("Slot planning", "operational", 30, (MANAGER,), "UUUQUMUUVU", "I-LI-I-N", (
        "Hold two wagons back for late ships in {month}.", "Send the arrival list at six, not at nine.",
        "Count empty boxes on both ends in {month}.", "Move the Thursday train to Friday for {month}.",
    ), notes=("Fjordleia dialled in late.", "All trains of next week are full."))
    digital = Body("Data working group", "operational", 45, (MANAGER,), "UUMUM", "-", required=())
    establish(book, round_table, day("2024-06-17"), Z)
    establish(book, planning, day("2025-02-24"), Z)
    establish(book, digital, day("2024-07-01"), F)
    sit(book, round_table, day("2024-09-10"), day("2027-01-29"))
    sit(book, planning, day("2025-04-01"), day("2026-11-20"))
    sit(book, digital, day("2024-08-20"), day("2025-02-10"))
    book.write("governance_body.dissolved", day("2025-03-03"), Z, body_id=digital.id,
               note="Its work goes to slot planning.")
    resources(book, [
        Resource(Z, "equipment", day("2025-06-30"), "K", "Second rail crane"),
        Resource(F, "people", day("2026-01-30"), "L", "Portal developer"),
        Resource(R, "equipment", day("2026-03-27"), "K", "Forty pocket wagons"),
        Resource(F, "money", day("2026-05-29"), "L", "Share of the crane"),
        Resource(Z, "access", day("2026-09-11"), "K", "Gate data for the railway"),
    ])


def _promises(book: Book) -> None:
    port = Maker(Z, "KKLKKRKTKK", ("Load train {n} within four hours", "Publish berth times for {month}",
                                   "Repair rail switch {n}"),
                 reasons=("The crane stood still in the wind.",))
    forwarder = Maker(F, "LKOKLKSKLK", ("Bring the booking list for week {n}", "Pay the slots of {month}",
                                        "Connect customer group {n} to the portal"),
                      reasons=("Our customers changed their ships.",))
    railway = Maker(R, "KKCKKKLKK", ("Run train pair {n} on time", "Provide wagons for {month}",
                                     "Send wagon positions of {month}"),
                    reasons=("Border works without notice.",))
    promises(book, (port, forwarder), day("2024-08-16"), day("2025-03-28"), 45)
    promises(book, (port, forwarder, railway), day("2025-04-25"), day("2027-01-29"), 18)


def _risks_and_issues(book: Book) -> None:
    border = risk(book, Risk("Works at the border close the line", "operational", day("2024-09-16"),
                             "44 44 45 44 43 33", Z, Z, 86, treatments=(
        Treatment("Detour paths agreed with the network", day("2026-05-22"), "K", R),
        Treatment("Lorries on call for ten days", day("2026-10-09"), "K", F))))
    risk(book, Risk("Too few drivers for the trains", "people", day("2025-03-17"), "35 35 34", R, R, 88, treatments=(
        Treatment("Driver class with two other railways", day("2026-08-21"), "L", R),)))
    risk(book, Risk("Portal supplier stops the product", "technology", day("2025-06-16"), "24 33", F, F, 120,
                    until=day("2026-06-30"), owner_later=day("2025-07-21")))
    risk(book, Risk("Krone falls against the euro", "financial", day("2025-10-06"), "32 32", F, F, 88,
                    exposure=("9000000.00", "NOK", "0.0851")))
    risk(book, Risk("A customer leaves for the road", "commercial", day("2026-04-20"), "43 33", Z, Z, 80, treatments=(
        Treatment("Price promise for two years", day("2026-08-28"), "K", Z),)))
    for item in (
        Issue(day("2025-05-20"), 2, "Line closed for nine days", R, 10, "Detour by Venlo.", border, materialised=True,
              loss=("240000.00", "EUR", None)),
        Issue(day("2026-01-27"), 3, "Wagons without brake papers", Z, 28, "Papers now with the wagon."),
        Issue(day("2026-05-12"), 2, "Crane stops on the first warm day", R, 17, "Cooling cleaned.", None, "strategic",
              2, 11),
        Issue(day("2026-06-23"), 2, "Portal loses 120 bookings", Z, 8, "Restored from mail."),
        Issue(day("2026-07-28"), 3, "Empty boxes pile up in Duisburg", R, 16, "Two extra trains."),
        Issue(day("2026-09-08"), 2, "Border works return", R, 9, "Detour by Venlo.", border, "strategic", 1, 6),
        Issue(day("2026-10-13"), 3, "Slot list sent to the wrong address", F, 26, "List moved to the portal."),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    port = Giver(Z, "ibip", "yyyn", ("Berth plan for {month}", "Crane statistics for {quarter}",
                                     "Gate counts for {month}"))
    forwarder = Giver(F, "imb", "yn", ("Booking forecast for {month}", "Customer list, part {n}"))
    railway = Giver(R, "bib", "yyy", ("Train punctuality for {month}", "Wagon plan for {month}",
                                      "Path orders for {quarter}"))
    shares(book, (port, forwarder), day("2024-07-23"), day("2025-02-28"), 60)
    shares(book, (port, railway, forwarder, railway, port), day("2025-03-18"), day("2026-11-20"), 30)
    requests(book, (Asker(Z, forwarder, "LANA", ("Boxes per customer for {month}", "Late bookings of {month}")),
                    Asker(R, port, "AAAL", ("Berth delays of {month}", "Crane outages of {month}")),
                    Asker(F, railway, "AAD", ("Price per path for {quarter}", "Wagon stock for {month}"))),
             day("2025-05-06"), day("2026-11-20"), 34)
    lessons(book, [
        Lesson(day("2025-11-11"), R, "Order detour paths with the timetable", 120, "Timetable 2027"),
        Lesson(day("2025-12-16"), Z, "Clean the crane cooling in March"),
        Lesson(day("2026-02-24"), F, "Keep bookings by mail as a second copy", 125, "Portal outage of June"),
        Lesson(day("2026-05-18"), R, "Papers travel with the wagon"),
    ])


def _value(book: Book) -> None:
    split = {Z: "40", F: "25", R: "35"}
    for idea in (
        Initiative("Fewer empty wagons", R, "cost", day("2025-03-24"), "800000.00", "EUR", None, day("2025-05-12"),
                   "700000.00", day("2025-07-01"), day("2027-06-30"), split, (), gains=(
                       Gain(day("2026-02-09"), "110000.00", {Z: "30000.00", F: "10000.00", R: "70000.00"}, R, Z),
                       Gain(day("2026-09-07"), "125000.00", {Z: "40000.00", F: "15000.00", R: "70000.00"}, R, Z, 30))),
        Initiative("Night gate for trains", Z, "revenue", day("2025-10-13"), "260000.00", "EUR", None,
                   day("2026-01-19"), "240000.00", day("2026-03-02"), day("2027-02-26"), split, (), gains=(
                       Gain(day("2026-08-31"), "64000.00", {Z: "40000.00", F: "8000.00", R: "16000.00"}, Z),)),
        Initiative("Barges as a reserve", Z, "risk", day("2026-02-16"), "150000.00", "EUR", rejected=day("2026-03-30"),
                   reason="Too slow for perishable goods."),
        Initiative("Fish from Bergen by rail", F, "revenue", day("2026-05-04"), "4000000.00", "NOK", "0.0862"),
        Initiative("Wagon sensors", R, "innovation", day("2026-07-13"), "210000.00", "EUR", None, day("2026-08-31"),
                   "190000.00", day("2026-10-01"), day("2027-12-31"), split),
    ):
        initiative(book, idea)


def _people_and_measuring(book: Book) -> None:
    require(book, day("2024-07-08"), Z)
    assess(book, day("2025-04-14"), "434343333", valid=420)
    assess(book, day("2026-04-27"), "434000433")
    develop(book, [
        Development("Rail basics for planners", day("2025-06-16"), day("2025-12-12"), "K"),
        Development("Portal training for port clerks", day("2026-01-19"), day("2026-05-29"), "L"),
        Development("Border law for dispatchers", day("2026-04-13"), day("2026-09-25"), "K"),
    ])
    for about, by, ratings in ((Z, F, "343"), (Z, R, "444"), (F, Z, "323"), (F, R, "333"), (R, Z, "4434"),
                               (R, F, "344")):
        rate(book, day("2026-06-01"), about, by, ratings)
    concern(book, Concern(day("2026-01-26"), R, F, "Bookings are held back until prices fall.", 71,
                          "Closing time for bookings agreed."))
    concern(book, Concern(day("2026-06-15"), F, Z, "Decisions are made before the call starts.", 50,
                          "Papers go out two days ahead."))
    health_check(book, day("2025-10-06"), {Z: Voice(8, 4, 34), F: Voice(6, 2, 30), R: Voice(6, 4, 33)})
    health_check(book, day("2026-09-14"), {Z: Voice(8, 4, 35), F: Voice(7, 3, 29, ("Three against one.",)),
                                           R: Voice(6, 5, 36)}, consensus={"goals": 3})
    review(book, day("2026-06-30"), R, "performance", 365, "Rail share 26 %; the portal is the weak point.")
    improve(book, [
        Action("Closing time for bookings", "concern", "VV4", F, day("2026-02-09"), day("2026-05-29"), 6, True),
        Action("Portal test with real bookings", "issue", "GP4", F, day("2026-06-29"), day("2026-09-04"), -2),
        Action("Crane checks before summer", "issue", "RK5", Z, day("2026-05-18"), day("2026-07-17"), -3, True, 65),
        Action("One slot list", "health check", "IK1", R, day("2026-07-06"), day("2026-10-02"), -2),
        Action("Forwarder sponsor in every round table", "review", "CL2", F, day("2026-07-13"), day("2026-10-30")),
    ])
    trigger(book, Trigger(day("2025-05-12"), Z, "Rail share below 15 % for a quarter"))


def _entries(book: Book) -> None:
    claimed = find(book, "value.realised", day("2026-08-01"))
    dispute(book, claimed, 14, "The railway's share of the night gate is missing.", None)
    held = find(book, "risk.assessed", day("2026-02-01"))
    wrong = correct(book, held, 12, "Entered for the other risk.", probability=2, impact=2)
    void(book, wrong, 19, "The first entry was right after all.")
    countersign(book, day("2024-07-01"), day("2025-11-20"), 6)
    countersign(book, day("2025-11-21"), day("2026-11-20"), 24, ("Agreed at the slot meeting.",))

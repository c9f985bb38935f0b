"""tower-exit: a phone company takes its masts back from the company that ran them; parting in good order.

Four businesslike years ended with a notice in April 2026. Since then stage 8: obligations are discharged one after
the other, mostly on time, while the masts still have to work every day. What an exit looks like when it was
prepared.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import countersign
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, share, shares
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
)
from demo.practices.hazards import Issue, Risk, Treatment, issue, risk
from demo.practices.measuring import Action, Voice, health_check, improve, review
from demo.practices.meetings import Body, Resource, establish, resources, sit
from demo.practices.parting import Obligation, Trigger, obligations, trigger
from demo.practices.people import Concern, Development, assess, concern, develop, rate, require
from demo.practices.promises import Maker, promises

# Tables of texts and dates, laid out by hand.
# fmt: off

L, T = org("lariat"), org("torrealta")
BOTH = (L, T)


def tell() -> Book:
    book = Book("tower-exit")
    _set_up(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _objectives_and_value(book)
    _people_and_measuring(book)
    _exit(book)
    countersign(book, day("2024-03-01"), day("2025-11-20"), 3)
    countersign(book, day("2025-11-21"), day("2026-11-20"), 22, ("Agreed for the handover file.",))
    return book


def _set_up(book: Book) -> None:
    begin(
        book, day("2023-11-20"), (Team("lariat", 0, 1, 2, 3), Team("torrealta", 0, 1, None, 2)),
        (("2023-12-04", 2), ("2023-12-18", 3), ("2024-01-15", 4), ("2024-02-19", 5), ("2024-06-17", 6),
         ("2025-01-13", 7), ("2026-05-04", 8)),
        "Masts of the north", "bilateral", "EUR", "Europe/Madrid", "Operation and upkeep of 640 mobile phone masts",
    )
    book.write("relationship.tiered", day("2023-12-11"), L, tier="operational")
    joint_plan(book, day("2024-02-12"), 1, {L: 7, T: 8}, ("Availability", "Access", "Prices", "Exit"))
    reviews_of(book, "joint_plan.reviewed", 1, [day(d) for d in ("2024-09-10", "2025-04-08", "2025-11-11",
        "2026-05-19")], BOTH,
               ("No change.", "Access rules renewed.", "Plan now serves the handover."))
    charter(book, day("2024-02-26"), 1, {L: 4, T: 4})


def _governance(book: Book) -> None:
    committee = Body("Steering committee", "strategic", 91, (SPONSOR, MANAGER), "HHHHHQHHHHH", "IIIILI", (
        "Hand masts over by province.", "Keep the crews until the last mast.", "Pay the rent of {quarter} together.",
        "Name one voice for the press.",
        "Renew land leases for five years.", "Change batteries before lights.", "Pay crews through the summer.",
        "Keep one spare generator per province.", "Agree the remaining value of batteries.",
        "Thank the crews in public.",
        "Close the joint account in April."))
    works = Body("Works meeting", "operational", 56, (MANAGER,), "UUUUUUMUU", "I-IL-I", (
        "Repair the mast lights of group {n}.", "Check batteries before winter, group {n}.",
        "Send access codes for {month} on the first.",
        "Label every cabinet of province {n}."))
    establish(book, committee, day("2024-02-19"), L)
    establish(book, works, day("2024-03-04"), T)
    sit(book, committee, day("2024-05-14"), day("2027-01-15"))
    sit(book, works, day("2024-04-16"), day("2026-11-20"))
    resources(book, [
        Resource(T, "people", day("2024-09-30"), "K", "Night crew for Asturias"),
        Resource(L, "access", day("2026-01-30"), "K", "Keys for the shared roofs"),
        Resource(T, "people", day("2026-06-30"), "K", "Handover team of six"),
        Resource(L, "people", day("2026-08-31"), "L", "Own crews for León"),
    ])


def _promises(book: Book) -> None:
    phone = Maker(L, "KKLKKRKKKW", ("Pay site rents for {month}", "Approve work permits of {month}",
                                   "Take over masts of group {n}"),
                  reasons=("New crews were still in training.",))
    towers = Maker(T, "KKKCLKKSWKB", ("Keep availability report for {month}", "Repair masts of group {n}",
                                      "Deliver the site file of group {n}",
                                      "Renew land leases, part {n}"), reasons=("The landowner was abroad.",),
                                      codes=("lease lost",))
    promises(book, (phone, towers), day("2024-04-26"), day("2025-10-31"), 60)
    promises(book, (phone, towers), day("2025-11-20"), day("2026-12-30"), 18)


def _risks_and_issues(book: Book) -> None:
    leases = risk(book, Risk("Landowners use the change to raise rents", "commercial", day("2026-04-27"), "44 43 33", L,
                             L, 70, treatments=(
        Treatment("Letter to all landowners with both signatures", day("2026-06-26"), "K", L),
        Treatment("Fixed offer for the forty dearest sites", day("2026-10-16"), "L", T)),
        exposure=("1300000.00", "EUR", None)))
    risk(book, Risk("Crews leave before the last mast", "people", day("2026-05-11"), "44 34 33", T, T, 70, treatments=(
        Treatment("Stay bonus until March", day("2026-08-28"), "K", T),)))
    risk(book, Risk("Storm damage in winter", "operational", day("2024-05-13"), "33 33 33 23", T, T, 120))
    risk(book, Risk("Batteries too old", "technical", day("2024-09-16"), "34 33 22", T, T, 120,
                    closed=day("2026-03-09"), why_closed="All replaced."))
    for item in (
        Issue(day("2024-12-10"), 2, "Eleven masts dark after the storm", L, 9, "Generators brought up."),
        Issue(day("2026-02-03"), 2, "Crane permit missing in Bilbao", T, 8, "Permit renewed."),
        Issue(day("2026-06-09"), 2, "Landowner locks the gate of site 204", L, 10, "Interim rent agreed.", leases,
              "strategic", 2, 4, materialised=True, loss=("24000.00", "EUR", None)),
        Issue(day("2026-07-14"), 3, "Site files without photographs", L, 18, "Photographs taken."),
        Issue(day("2026-08-25"), 2, "Three leases ended unnoticed", L, 9, "Renewed for a year.", leases),
        Issue(day("2026-09-22"), 3, "Spare parts counted twice", T, 24, "Recounted together."),
        Issue(day("2026-10-20"), 4, "Old logo on the gates", L, 21, "Removed."),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    phone = Giver(L, "icb", "yyy", ("Network plan for {quarter}", "Crew list of province {n}",
                                    "Rent table for {quarter}"), "Handover only")
    towers = Giver(T, "bib", "yyyn", ("Site file, group {n}", "Availability for {month}", "Lease list, part {n}"))
    shares(book, (phone, towers), day("2024-04-09"), day("2025-10-31"), 130)
    shares(book, (towers, phone, towers), day("2025-11-25"), day("2026-11-20"), 33)
    requests(book, (Asker(L, towers, "AALA", ("Lease contracts of province {n}", "Wiring plans, group {n}")),
                    Asker(T, phone, "AAA", ("Takeover dates for {quarter}", "Names of crew leaders, province {n}"))),
                    day("2025-12-09"), day("2026-11-20"), 34)
    lessons(book, [
        Lesson(day("2025-12-16"), T, "Photograph a site on every visit", 110, "Site files"),
        Lesson(day("2026-02-10"), L, "Read lease dates every quarter", 160, "Lease calendar"),
        Lesson(day("2026-04-14"), T, "Tell crews first, the press second", 20, "Notice of April"),
    ])


def _objectives_and_value(book: Book) -> None:
    for aim in (
        Objective("Masts available", "Availability", "%", "99.10", "99.80", "99.78", day("2024-04-15"),
                  day("2026-06-30"), T, {L: "Network quality", T: "Bonus"}, BOTH, 120),
        Objective("Masts handed over", "Masts", "masts", "0", "640", "451", day("2026-05-11"), day("2027-03-31"), L,
                  {L: "Own operation", T: "Crews free for new work"}, BOTH, 80),
        Objective("Complete site files", "Files complete", "%", "35", "100", "97", day("2026-05-18"), day("2026-10-30"),
                  T, {L: "Operation without search", T: "No claims later"}, BOTH, 78),
        Objective("Energy per mast", "Kilowatt hours a month", "kWh", "1450", "1200", "1190", day("2024-07-08"),
                  day("2026-03-31"), T, {L: "Energy cost", T: "Bonus"}, BOTH, 130),
    ):
        objective(book, aim)
    split = {L: "65", T: "35"}
    for idea in (
        Initiative("Cooling by outside air", T, "cost", day("2024-05-20"), "380000.00", "EUR", None, day("2024-07-01"),
                   "360000.00", day("2024-08-01"), day("2026-07-31"), split, (), gains=(
                       Gain(day("2025-06-16"), "130000.00", {L: "85000.00", T: "45000.00"}, T, L),
                       Gain(day("2026-01-19"), "120000.00", {L: "76000.00", T: "44000.00"}, T, L),
                       Gain(day("2026-07-20"), "95000.00", {L: "60000.00", T: "35000.00"}, T, L))),
        Initiative("Rent roofs to a rival", L, "revenue", day("2025-03-17"), "200000.00", "EUR", None,
                   day("2025-05-12"), "180000.00", day("2025-06-02"),
                   day("2027-05-31"), split, (), stopped=day("2026-05-05"), reason="Ends with the exit.", gains=(
                       Gain(day("2026-03-16"), "58000.00", {L: "38000.00", T: "20000.00"}, L, T),)),
        Initiative("Sell old steel together", T, "revenue", day("2026-06-15"), "45000.00", "EUR", None,
                   day("2026-07-20"), "40000.00", day("2026-08-03"), day("2027-01-29"), split),
    ):
        initiative(book, idea)


def _people_and_measuring(book: Book) -> None:
    require(book, day("2024-03-18"), L)
    assess(book, day("2025-02-17"), "434344")
    assess(book, day("2026-02-16"), "434344", valid=365)
    develop(book, [
        Development("Rescue from heights", day("2025-10-20"), day("2026-01-16"), "K"),
        Development("Lease law in an afternoon", day("2026-05-18"), day("2026-06-26"), "K"),
        Development("Battery handling for Lariat crews", day("2026-06-15"), day("2026-09-30"), "K"),
    ])
    rate(book, day("2026-06-22"), L, T, "343")
    rate(book, day("2026-06-22"), T, L, "4434")
    concern(book, Concern(day("2026-06-15"), T, L, "Lariat offers jobs to our crews before the agreed day.", 29,
                          "Offers stopped until October."))
    health_check(book, day("2025-05-12"), {L: Voice(8, 4, 36), T: Voice(6, 4, 37)})
    health_check(book, day("2026-06-29"), {L: Voice(8, 4, 34, ("A fair parting.",)),
                                           T: Voice(6, 4, 33, ("We would work for them again.",))})
    review(book, day("2026-04-07"), L, "relationship", 365,
           "Own operation is cheaper from 2027 on; no complaint about the partner.")
    improve(book, [
        Action("Lease calendar", "issue", "RK5", L, day("2026-03-02"), day("2026-06-05"), -2, True),
        Action("Weekly count of site files", "review", "EX5", T, day("2026-05-18"), day("2026-07-31"), 0, True, 70),
        Action("Joint letter template", "issue", None, L, day("2026-06-15"), day("2026-09-18"), -4),
        Action("Spare part count by two people", "issue", "GP4", T, day("2026-09-28"), day("2026-11-06"), 3),
    ])


def _exit(book: Book) -> None:
    exit_strategy(book, day("2024-03-11"), 1, {L: 14, T: 18}, ALL_PARTS)
    reviews_of(book, "exit_strategy.reviewed", 1, [day("2025-03-11"), day("2026-02-24")], BOTH)
    trigger(book, Trigger(day("2024-03-11"), L, "Own operation becomes cheaper", ((day("2026-03-31"), 14, "exit"),)))
    book.write("exit.rehearsed", day("2025-10-07"), T, passed=True, note="Five masts handed over and back.")
    book.write("exit.invoked", day("2026-04-21"), L, reason="Lariat will run its masts itself from April 2027.")
    obligations(book, day("2026-05-06"), [
        Obligation(T, "Hand over the lease list", day("2026-05-29"), -3),
        Obligation(L, "Name the takeover crews", day("2026-06-12"), -1),
        Obligation(T, "Masts of Asturias handed over", day("2026-07-10"), -2),
        Obligation(T, "Masts of Cantabria handed over", day("2026-08-14"), 11),
        Obligation(L, "Pay the remaining value of batteries", day("2026-08-28"), 0),
        Obligation(T, "Masts of León handed over", day("2026-09-18"), -1),
        Obligation(T, "Return the radio drawings", day("2026-09-30"), -5),
        Obligation(L, "Offer work to forty crew members", day("2026-10-15"), -2),
        Obligation(T, "Masts of Burgos handed over", day("2026-11-13"), None),
        Obligation(T, "Masts of Biscay handed over", day("2026-12-18")),
        Obligation(L, "Settle the final rent account", day("2027-03-31")),
    ])
    drawings = share(book, Giver(L, "r", "y", ()), 0, day("2025-04-22"), topic="Radio drawings of all masts", to=[T])
    book.write("knowledge.returned", day("2026-09-24"), T, share_id=drawings, party=T)
    book.write("knowledge.access_revoked", day("2026-09-25"), L, share_id=drawings, party=T)

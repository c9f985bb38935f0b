"""aero-wings: an aerospace prime and its wing supplier, two years into a relationship that works.

Promises are kept nine times in ten and moved early when they cannot be; sponsors come to every meeting; value is
verified by the other side; almost every entry of the last year is countersigned. One quality escape in 2025 was
foreseen in the risk register.
"""

from __future__ import annotations

from datetime import timedelta

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import correct, countersign, dispute, find, void
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, shares
from demo.practices.foundation import (
    ALL_PARTS,
    MANAGER,
    SPONSOR,
    appoint,
    charter,
    exit_strategy,
    joint_plan,
    register,
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

A, W = org("aquila"), org("wexcombe")
BOTH = (A, W)


def tell() -> Book:
    book = Book("aero-wings")
    _set_up(book)
    _objectives(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _value(book)
    _people(book)
    _measuring(book)
    _exit(book)
    _entries(book)
    return book


def _set_up(book: Book) -> None:
    register(book, day("2023-11-06"), BOTH, "NeoRange wing programme", "bilateral", "EUR", "Europe/Berlin",
        "Design-to-build supply of composite wing skins and spars for the NeoRange family")
    for party in BOTH:
        appoint(book, day("2023-11-06"), party, SPONSOR, person_of(party, 0), person_of(party, 2))
    appoint(book, day("2023-11-06"), A, MANAGER, person_of(A, 1), person_of(A, 3))
    pocock = appoint(book, day("2023-11-06"), W, MANAGER, person_of(W, 1))
    book.write("role.deputy_named", day("2024-03-04"), W, role_id=pocock.role_id, deputy=person_of(W, 3))
    for party, who in ((A, 4), (W, 4)):
        appoint(book, day("2024-02-19"), party, "quality_lead", person_of(party, who))
    succeed(book, pocock, day("2026-03-16"), person_of(W, 3), None, handover=17)
    book.write("relationship.tiered", day("2023-11-13"), A, tier="strategic")
    for on, number in (
        ("2023-11-20", 2), ("2023-12-11", 3), ("2024-01-15", 4), ("2024-02-26", 5), ("2024-07-01", 6),
        ("2025-02-03", 7),
    ):
        stage(book, day(on), number)
    book.write("business_case.approved", day("2023-12-08"), A, approved_by=person_of(A, 0),
        summary="Skins at 11 % less than in-house cost, with a shared learning curve from ship set 40 on.")
    book.write("partner.evaluated", day("2023-12-20"), A, party=W,
        criteria=[
            {"criterion": "Composite process capability", "weight": "40", "rating": 5},
            {"criterion": "Rate readiness", "weight": "35", "rating": 3},
            {"criterion": "Openness in joint problem solving", "weight": "25", "rating": 4},
        ])
    book.write("partner.selected", day("2024-01-12"), A, party=W)
    joint_plan(book, day("2024-02-05"), 1, {A: 7, W: 14}, ("Purpose", "Governance", "Ways of working", "Measures"))
    reviews_of(book, "joint_plan.reviewed", 1,
        [day(d) for d in ("2024-05-21", "2024-08-20", "2024-11-19", "2025-02-18", "2025-05-20")], BOTH,
        ("No change needed.", "Escalation path shortened to two levels.", "Measures for ramp-up added to the annex."))
    joint_plan(book, day("2025-09-01"), 2, {A: 4, W: 10}, ("Purpose", "Governance", "Ramp-up", "Knowledge", "Measures"))
    reviews_of(book, "joint_plan.reviewed", 2,
        [day(d) for d in ("2025-12-09", "2026-03-10", "2026-06-09", "2026-09-08")], BOTH,
        ("Rate 14 assumptions confirmed.", "Chapter on knowledge transfer updated for the new autoclave."))
    charter(book, day("2024-02-12"), 1, {A: 9, W: 9})
    charter(book, day("2025-09-15"), 2, {W: 8, A: 11})
    book.write("relationship.scope_changed", day("2025-09-01"), A,
        scope="Wing skins, spars and winglets for the NeoRange family, including rate 14 ramp-up")


def person_of(party: str, number: int) -> str:
    return person("aquila" if party == A else "wexcombe", number)


def _objectives(book: Book) -> None:
    for aim in (
        Objective("Wing skins right first time", "Skins accepted without concession", "%", "82.0", "96.0", "95.6",
            day("2024-03-11"), day("2025-12-31"), W, {A: "No wing rework", W: "Scrap below 2 %"}, BOTH),
        Objective("Ship sets per month at rate 14", "Ship sets delivered", "sets per month", "6", "14", "12",
            day("2025-03-10"), day("2027-06-30"), W, {A: "Rate 14 by mid 2027", W: "Autoclave 3 above 80 %"}, BOTH, 86),
        Objective("Shorter concession loop", "Median days to disposition", "days", "19", "6", "7",
            day("2024-09-09"), day("2026-09-30"), A, {A: "Engineering hours freed for NeoRange XL"}, BOTH, 86,
            later_links={W: "Work in progress down by a week"}),
        Objective("Less energy per wing", "Autoclave energy per ship set", "MWh", "41.5", "33.0", "35.1",
            day("2025-06-09"), day("2027-03-31"), W, {A: "Scope 3 reporting", W: "Energy bill down 15 %"}, BOTH, 86),
        Objective("On-time ship sets", "Ship sets on dock on the agreed day", "%", "71", "95", "93",
            day("2024-06-10"), day("2026-10-30"), W, {A: "Fewer line stops", W: "Supplier rating A"}, BOTH, 86),
    ):
        objective(book, aim)
    revised = objective(
        book, Objective("Winglet design frozen", "Design reviews passed", "reviews", "0", "4", "3",
            day("2025-10-06"), day("2026-06-30"), A, {A: "Winglet entry into service", W: "Tooling order in time"},
            BOTH, 86))
    book.write("objective.revised", day("2026-05-12"), A, objective_id=revised, due_on=day("2026-12-18"),
               agreed_by=[A, W],
        note="Moved with the engine pylon decision; both chief engineers agree.")
    book.write("objective.measured", day("2026-10-20"), A, objective_id=revised, value="4")


def _governance(book: Book) -> None:
    steering = Body(
        "Wing steering board", "strategic", 91, (SPONSOR, MANAGER), "HHHHHHHHHQHH", "IIIILIIIRIIL",
        (
            "Release the long-lead order for autoclave 3.",
            "Place the second resin source under joint qualification.",
            "Adopt one concession workflow for both companies.",
            "Open the winglet work package to Wexcombe.",
            "Move the learning-curve settlement to calendar quarters.",
            "Fund the joint repair cell for two more years.", "Ask the customer to accept photographs as evidence.",
            "Review rate 12 before releasing rate 14.", "Open the winglet work to the Bristol apprentices.",
            "Keep the repair cell at Wexcombe.", "Settle the porosity costs half and half.",
            "Plan the exit rehearsal for the summer.", "Invite the engine maker to one meeting a year.",
        ), notes=("Both sponsors walked the spar line before the meeting.", "Minutes agreed in the room."))
    programme = Body(
        "Programme management meeting", "management", 63, (MANAGER, "quality_lead"), "HHHHHHHXHHHHV", "I-IIL-IIIII",
        (
            "Send ship set {n} with the spar inspection report attached.",
            "Reserve the Hamburg measuring hall for the winglet mock-up.",
            "Share the weekly shortage list on Mondays, not Wednesdays.",
            "Run the drill-jig trial on the left wing first.",
            "Merge the two open-points lists for {quarter}.",
            "Name one contact for customs papers on each side.",
            "Hold the skin lay-up audit before the summer stop.", "Send spare clips with every tenth ship set.",
            "Replace the paper travellers in {quarter}.", "Freeze drawing changes two weeks before the stop.",
            "Count concessions by root cause from {month} on.", "Give the planners a shared calendar.",
            "Measure spars at both ends."),
            notes=("Ramp-up chart reviewed line by line.", "Visitors from the final assembly line attended."))
    quality = Body("Wing quality board", "operational", 45, ("quality_lead",), "UUUUU", "-", required=("quality_lead",))
    establish(book, steering, day("2024-02-26"), A)
    establish(book, programme, day("2024-03-04"), A)
    establish(book, quality, day("2025-11-24"), W)
    sit(book, steering, day("2024-04-16"), day("2027-01-31"))
    sit(book, programme, day("2024-04-09"), day("2026-12-31"))
    sit(book, quality, day("2025-12-16"), day("2026-11-20"))
    resources(
        book, [
            Resource(A, "people", day("2024-05-31"), "K", "Two stress engineers on site at Wexcombe for six months"),
            Resource(W, "equipment", day("2024-09-30"), "L", "Second coordinate measuring machine"),
            Resource(A, "access", day("2025-04-11"), "K", "Read access to the Aquila concession system"),
            Resource(W, "people", day("2025-11-28"), "K", "Shift leader for the joint repair cell"),
            Resource(A, "money", day("2026-02-27"), "K", "Tooling advance for the winglet moulds"),
            Resource(W, "equipment", day("2026-05-29"), "K", "Laser projector for ply placement"),
            Resource(A, "people", day("2026-09-18"), "K", "Planner seconded for the rate 14 ramp-up"),
        ])


def _promises(book: Book) -> None:
    wexcombe = Maker(
        W, "KCKKRKCKLK", (
            "Deliver NeoRange ship set {n} to Hamburg", "Send the process capability report for {month}",
            "Close the open points of the {quarter} layered audit",
            "Hand over spar drawings with the agreed change marks, batch {n}",
            "Return repaired wing skin {n} with a certificate of conformity"), reasons=(
            "The resin delivery slipped by a week; both planners agreed the new slot.",
            "The measuring hall was booked for the winglet mock-up."),
            disputes=("The certificate lists the wrong batch of resin.",))
    aquila = Maker(
        A, "KKCKKKCJKS", (
            "Issue the firm delivery schedule for {quarter}",
            "Answer concessions of {month} within six working days",
            "Provide jig set {n} in measured condition",
            "Pay the learning-curve settlement for {quarter}",
            "Release load case set {n} for the winglet"),
            reasons=("Final assembly changed its build order; agreed in the programme meeting.",),
        disputes=("Two concessions were still without a disposition.",))
    promises(book, (wexcombe, aquila), day("2024-04-19"), day("2025-08-29"), 55)
    promises(book, (wexcombe, aquila), day("2025-09-12"), day("2027-01-29"), 16)


def _risks_and_issues(book: Book) -> None:
    resin = risk(book, Risk("Single source for the toughened resin", "supply", day("2024-03-18"),
                            "44 44 43 33 33 32 32 22", A, W, 90,
        treatments=(
            Treatment("Qualify a second resin source", day("2025-05-30"), "K", W),
            Treatment("Hold twelve weeks of resin in Bristol", day("2026-06-12"), "K", W)),
            exposure=("4200000.00", "EUR", None)))
    risk(book, Risk("Rate 14 needs more shift leaders than the region offers", "people", day("2025-03-03"),
        "35 35 35 44 44 34 34 33", W, W, 80, treatments=(
            Treatment("Apprentice class with the technical college", day("2026-07-31"), "K", W),
            Treatment("Second Aquila planner on site", day("2026-10-16"), "K", A),
            Treatment("Cross-train lay-up crews for the winglet", day("2027-02-26"), "N", W))))
    porosity = risk(book, Risk("Porosity in thick skins after cure cycle change", "quality", day("2025-05-12"),
                               "34 44 33 23 22", W, W, 85,
        treatments=(Treatment("Ultrasonic inspection of every thick skin", day("2025-08-29"), "K", W),)))
    risk(book, Risk("Export licence for the spar tooling", "legal", day("2024-11-04"), "33 32 22", A, A, 90,
        closed=day("2025-10-13"), why_closed="Licence granted for five years."))
    risk(book, Risk("Pound falls against the euro during the fixed-price years", "financial", day("2024-06-03"),
                    "33 33 32", W, W,
        90, accepted=(day("2025-11-18"), day("2027-12-31")), exposure=("1500000.00", "GBP", "1.1710")))
    risk(book, Risk("Wexcombe bids for a rival programme", "strategic", day("2025-07-14"), "24 23", A, A, 150, own=True,
        treatments=(Treatment("Sponsor call before the summer break", day("2026-07-03"), "K", A),)))
    for item in (
        Issue(day("2024-05-14"), 3, "Spar crates arrive without shock indicators", W, 11, "Crate standard amended."),
        Issue(day("2024-10-08"), 2, "Drill jig 2 out of tolerance", A, 8, "Jig re-set and measured at both sites."),
        Issue(day("2025-06-24"), 1, "Porosity found in four skins at final assembly", A, 4,
            "Skins replaced, cure cycle reset.",
            porosity, "strategic", 1, 2, materialised=True, loss=("310000.00", "EUR", None)),
        Issue(day("2026-01-20"), 2, "Resin lot held by customs in Felixstowe", W, 9, "Broker papers corrected.", resin),
        Issue(day("2026-03-11"), 3, "Lay-up sequence differs between work cards", W, 15, "One card for both sites."),
        Issue(day("2026-04-22"), 2, "Shortage of class A mould release", W, 6, "Loan stock from Hamburg.", resin,
            "strategic", 2, 3, materialised=True),
        Issue(day("2026-06-30"), 3, "Concession system rejects British part numbers", W, 12, "Mapping table loaded."),
        Issue(day("2026-08-05"), 2, "Skin 118 shows delamination at the access panel", A, 7, "Local repair approved.",
              porosity),
        Issue(day("2026-09-09"), 4, "Badge readers refuse visiting engineers", W, 20, "Badges synchronised."),
        Issue(day("2026-10-06"), 3, "Winglet mould heats unevenly", W, 13, "Thermocouples moved.", level="management",
            answered=2),
        Issue(day("2026-11-12"), 3, "Two transport frames damaged on the ferry", A),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    wexcombe = Giver(
        W, "brrbictb", "yyyyn", (
            "Cure cycle data of ship set {n}", "Spar buckling test report {n}", "Ply book revision {n}",
            "Capacity outlook for {quarter}", "Scrap analysis for {month}"), "NeoRange engineering and quality only")
    aquila = Giver(
        A, "ccibrbt", "yyyy", (
            "Build schedule of the final line for {quarter}", "Load spectra issue {n}", "Concession trends for {month}",
            "Paint and sealant specification {n}", "Fleet inspection findings {n}"),
            "Design and production of NeoRange wings only")
    shares(book, (wexcombe, aquila), day("2024-03-27"), day("2025-10-31"), 140)
    shares(book, (wexcombe, aquila), day("2025-11-14"), day("2026-11-20"), 34)
    requests(book, (
            Asker(A, wexcombe, "AALDAAL", ("Raw ultrasonic scans of skin {n}", "Autoclave load plan for {month}")),
            Asker(W, aquila, "AAAAWAA", ("Fatigue margins at rib {n}", "Forecast of spares for {quarter}"))),
            day("2024-05-07"), day("2026-11-20"), 48)
    lessons(book, [
        Lesson(day("2024-10-21"), A, "Measure jigs after every transport, not once a year", 60, "Jig sets 3 to 6"),
        Lesson(day("2025-07-08"), W, "Change of cure cycle needs a joint sign-off", 45, "Winglet cure trials"),
        Lesson(day("2025-09-22"), A, "Invite the line foremen to the design review", 95,
               "Winglet preliminary design review"),
        Lesson(day("2026-01-28"), W, "Customs papers travel a week before the resin", 70,
               "Resin lots from the second source"),
        Lesson(day("2026-05-06"), A, "Share stock levels before the shortage, not after"),
    ])
    book.write("information.breach_reported", day("2024-12-03"), W, severity=4, breach_id=book.new_id("breach"),
        description="A build schedule lay open on a shared printer for an afternoon; nobody outside the team saw it.")


def _value(book: Book) -> None:
    half = {A: "50", W: "50"}
    for idea in (
        Initiative("Nested cutting of prepreg", W, "cost", day("2024-04-22"), "600000.00", "EUR", None,
            day("2024-06-03"), "540000.00", day("2024-07-01"), day("2026-06-30"), half, (),
            gains=(
                Gain(day("2025-01-20"), "140000.00", {A: "70000.00", W: "70000.00"}, W, A),
                Gain(day("2025-07-21"), "150000.00", {A: "77000.00", W: "73000.00"}, W, A),
                Gain(day("2026-01-19"), "130000.00", {A: "62000.00", W: "68000.00"}, W, A),
                Gain(day("2026-07-20"), "110000.00", {A: "55000.00", W: "55000.00"}, W, A))),
        Initiative("One inspection instead of two", A, "quality", day("2024-11-11"), "420000.00", "GBP",
            "1.1890", day("2024-12-16"), "400000.00", day("2025-01-06"), day("2026-12-18"), {A: "40", W: "60"},
            ((day("2025-06-30"), "100000.00"), (day("2025-12-19"), "100000.00"), (day("2026-12-18"), "200000.00")),
            gains=(
                Gain(day("2025-07-07"), "95000.00", {A: "39000.00", W: "56000.00"}, A, W),
                Gain(day("2026-02-09"), "101000.00", {A: "40000.00", W: "61000.00"}, A, W),
                Gain(day("2026-08-10"), "42000.00", {A: "17000.00", W: "25000.00"}, A, W))),
        Initiative("Waste heat of the autoclaves for the paint shop", W, "sustainability", day("2026-01-12"),
            "250000.00", "EUR", None, day("2026-02-20"), "220000.00", day("2026-03-02"), day("2027-12-31"), half,
            gains=(Gain(day("2026-10-12"), "48000.00", {A: "22000.00", W: "26000.00"}, W, A),)),
        Initiative("Thermoplastic clips for the leading edge", A, "innovation", day("2026-03-23"),
            "900000.00", "USD", "0.9240", rejected=day("2026-05-08"),
            reason="Certification would take longer than the programme has."),
        Initiative("Shared night shift for repairs", W, "cost", day("2026-06-15"), "180000.00", "EUR", None,
                   day("2026-07-27"), "150000.00", day("2026-09-01"), day("2027-08-31"), half),
        Initiative("Ultrasonic inspection by drone", A, "quality", day("2026-10-19"), "320000.00", "EUR"),
    ):
        initiative(book, idea)


def _people(book: Book) -> None:
    require(book, day("2024-03-11"), A)
    assess(book, day("2024-04-22"), "443543")
    assess(book, day("2025-05-12"), "454444")
    assess(book, day("2026-05-11"), "454354")
    develop(book, [
        Development("Joint negotiation training in Bristol", day("2024-09-02"), day("2024-12-13"), "K"),
        Development("Shadowing week in final assembly", day("2025-10-06"), day("2026-02-13"), "K"),
        Development("Problem solving with the A3 method", day("2026-01-19"), day("2026-05-22"), "K"),
        Development("Handover coaching for the new relationship manager", day("2026-03-23"), day("2026-06-26"), "K",
                    False),
        Development("Cost model workshop", day("2026-05-18"), day("2026-09-25"), "L"),
    ])
    rate(book, day("2026-03-23"), A, W, "44543")
    rate(book, day("2026-03-23"), W, A, "45444")
    concern(book, Concern(day("2024-08-26"), W, A, "Buyers quoted our cost sheets in front of a competitor.", 40,
        "Purchasing briefed; cost sheets now go to two named people."))
    concern(book, Concern(day("2026-02-16"), A, W, "Shift leaders hid a repair until the audit.", 31,
        "Talked through with the crews; reporting is safe."))
    concern(book, Concern(day("2026-06-22"), W, A, "Final assembly changes the build order by text message.", 78,
        "Changes go through the planners again."))


def _measuring(book: Book) -> None:
    for on, mood_a, said_a, mood_w, said_w in (
        ("2024-11-18", 36, "Pocock's team tells us first.", 34, "Concessions take three weeks; that is too long."),
        ("2025-11-10", 40, "Ramp-up meetings are worth the hour.", 38, "The sponsors know the shop floor."),
        ("2026-10-05", 44, "No surprises for half a year.", 43, "Concessions come back in days now."),
    ):
        voices = {A: Voice(6, 5, mood_a, (said_a,)), W: Voice(7, 5, mood_w, (said_w,))}
        health_check(book, day(on), voices, consensus={"word": mood_a // 10, "sharing": 4})
    review(book, day("2024-12-17"), A, "performance", 180, "On-time ship sets up from 71 to 80 %.")
    review(book, day("2025-06-17"), W, "relationship", 365, "Concession loop is what hurts most.")
    review(book, day("2025-12-16"), A, "performance", 180, "Porosity closed out; rate 12 held for eight weeks.")
    review(book, day("2026-06-16"), W, "plan", 182, "Plan version 2 fits; winglet chapter to follow.")
    improve(book, [
        Action("Concession board twice a week", "health check", "TC1", A, day("2024-10-14"), day("2024-12-20"), -3,
               True),
        Action("One shortage list for both planners", "review", "GP3", W, day("2025-07-07"), day("2025-10-31"), -2,
               True),
        Action("Audit cure records every month", "issue", "RK5", W, day("2025-07-14"), day("2025-12-19"), -6, True),
        Action("Pair each buyer with a planner", "health check", "MO3", A, day("2026-01-12"), day("2026-04-30"), -1,
               True),
        Action("Weekly photo report from the lay-up room", "review", None, W, day("2026-02-09"), day("2026-06-12"), -5,
               False, 70),
        Action("Load plan visible to final assembly", "health check", "IK1", W, day("2026-05-18"), day("2026-08-28"),
               -4, True),
        Action("Escalation card at every workstation", "review", "CL3", A, day("2026-06-29"), day("2026-09-30"), 0),
        Action("Common glossary for defect names", "health check", "IK3", W, day("2026-07-06"), day("2026-10-16"), 12),
        Action("Standing slot for winglet questions", "review", None, A, day("2026-10-26"), day("2027-01-29")),
    ])


def _exit(book: Book) -> None:
    exit_strategy(book, day("2024-06-03"), 1, {A: 14, W: 24}, ALL_PARTS[:5])
    reviews_of(book, "exit_strategy.reviewed", 1, [day("2025-06-10")], BOTH)
    exit_strategy(book, day("2025-10-13"), 2, {W: 9, A: 15}, ALL_PARTS)
    reviews_of(book, "exit_strategy.reviewed", 2, [day("2026-09-15")], BOTH)
    trigger(book, Trigger(day("2024-06-03"), A, "Three late ship sets in one quarter",
                          ((day("2026-01-15"), 12, "continue"),)))
    trigger(book, Trigger(day("2024-06-03"), W, "Orders below six ship sets a month for two quarters"))
    book.write("exit.rehearsed", day("2026-06-23"), A, passed=True,
               note="Tooling return walked through on paper, two days.")


def _entries(book: Book) -> None:
    delivered = find(book, "commitment.fulfilled", day("2026-03-01"))
    correct(book, delivered, 20, "The dock receipt shows the day after.", to_date=delivered.on + timedelta(days=1))
    twice = book.write("lesson.recorded", day("2026-05-19"), W, lesson_id=book.new_id("lesson"),
        title="Tell each other early when stocks run low")
    void(book, twice, 14, "The same lesson was already recorded by Aquila.")
    measured = find(book, "objective.measured", day("2026-06-01"))
    dispute(book, measured, 8, "The count includes two ship sets still on the truck.", 22, "rejected")
    countersign(book, day("2024-03-01"), day("2025-11-20"), 3, ("Checked against our own records.", "Agreed."))
    countersign(book, day("2025-11-21"), day("2026-11-20"), 66,
        ("Checked against our dock records.", "Agreed, and thank you for the early note.", "Matches our minutes."))

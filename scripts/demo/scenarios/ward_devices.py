"""ward-devices: a hospital group and the maker of its infusion pumps; useful, uneven, seen differently from each side.

The maker keeps seven promises in ten, the hospital fewer; the sponsors meet but the hospital's own is often away;
the wards rate the relationship a full point lower than the maker does. Improvement actions are raised in good faith
and closed late.
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

H, L = org("st-brannock"), org("lumenta")
BOTH = (H, L)


def tell() -> Book:
    book = Book("ward-devices")
    _set_up(book)
    _objectives(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _value(book)
    _people(book)
    _measuring(book)
    _entries(book)
    return book


def _set_up(book: Book) -> None:
    seats = begin(
        book, day("2023-12-04"),
        (Team("st-brannock", sponsor_deputy=3, manager_deputy=4), Team("lumenta", sponsor_deputy=2)),
        (("2024-01-08", 2), ("2024-02-05", 3), ("2024-03-11", 4), ("2024-04-15", 5), ("2024-11-04", 6),
         ("2025-06-02", 7)),
        "Infusion pumps and bedside monitors", "bilateral", "GBP", "Europe/London",
        "Supply, upkeep and joint improvement of infusion pumps in eleven hospitals",
    )
    succeed(book, seats[H, MANAGER], day("2026-02-02"), person("st-brannock", 2), person("st-brannock", 4), gap=21,
            handover=44)
    succeed(book, seats[L, MANAGER], day("2025-09-01"), person("lumenta", 4), None, handover=20)
    book.write("relationship.tiered", day("2024-01-15"), H, tier="key")
    book.write(
        "business_case.approved", day("2024-02-26"), H, approved_by=person("st-brannock", 0),
        summary="One pump family for all wards saves training time; the maker learns from 4,000 beds.",
    )
    book.write("partner.evaluated", day("2024-03-18"), H, party=L, criteria=[
        {"criterion": "Clinical safety record", "weight": "50", "rating": 4},
        {"criterion": "Service network", "weight": "30", "rating": 3},
        {"criterion": "Data integration", "weight": "20", "rating": 3},
    ])
    book.write("partner.selected", day("2024-04-08"), H, party=L)
    book.write("interest.declared", day("2024-03-25"), H, interest_id=book.new_id("interest"),
               person=person("st-brannock", 3), description="Sits on the advisory board of a rival pump maker.")
    book.write("interest.settled", day("2024-05-13"), H, interest_id=find(book, "interest.declared",
        day("2024-03-01")).data["interest_id"])
    joint_plan(book, day("2024-04-22"), 1, {H: 21, L: 7}, ("Purpose", "Roles", "Service levels", "Safety reporting"))
    reviews_of(book, "joint_plan.reviewed", 1, [day(d) for d in ("2024-10-15", "2025-05-13", "2026-03-24")], BOTH,
               ("Service levels confirmed.", "Safety reporting moved to the front.", "Review held late; no change."))
    charter(book, day("2024-05-06"), 1, {L: 3, H: 30})


def _objectives(book: Book) -> None:
    first = Objective(
        "Fewer pump alarms at night", "Alarms per bed and night", "alarms", "9.5", "5.0", "6.8",
        day("2024-06-10"), day("2026-06-30"), L, {L: "Alarm algorithm 3 released", H: "Quiet wards programme"}, BOTH,
    )
    second = Objective(
        "Pumps back from repair within a week", "Repairs returned in 7 days", "%", "54", "90", "76",
        day("2024-09-16"), day("2027-03-31"), L, {L: "Workshop load below 85 %"}, BOTH, 88,
        later_links={H: "Smaller pump reserve"},
    )
    third = Objective(
        "Nurses certified on the new pump", "Certified nurses", "%", "0", "95", "71",
        day("2025-02-10"), day("2026-09-30"), H, {H: "Mandatory training plan", L: "Fewer misuse returns"}, BOTH, 100,
    )
    fourth = Objective(
        "Monitor data in the patient record", "Wards connected", "wards", "0", "62", "38",
        day("2025-07-14"), day("2027-06-30"), H, {H: "Paperless observations"}, (H, L), 120, last=day("2026-07-20"),
    )
    ids = [objective(book, aim) for aim in (first, second, third, fourth)]
    book.write("objective.revised", day("2026-10-12"), H, objective_id=ids[2], due_on=day("2027-01-29"),
               agreed_by=[H, L], note="Asked for after the day had passed.")
    dropped = objective(book, Objective(
        "Shared spare pool for three trusts", "Pumps in the pool", "pumps", "0", "120", "30",
        day("2025-03-17"), day("2026-03-31"), L, {L: "Pool as a product"}, (L,), 110, last=day("2025-11-30"),
    ))
    book.write("objective.withdrawn", day("2026-01-19"), L, objective_id=dropped, agreed_by=[H, L],
               note="The other two trusts chose another maker.")


def _governance(book: Book) -> None:
    board = Body(
        "Partnership board", "strategic", 91, (SPONSOR, MANAGER), "HHPHHPMHPHH", "IILI-N", (
            "Extend the pump reserve by forty units for the winter.",
            "Report every severity-one alarm within a day.",
            "Pay for weekend service from the training budget.",
            "Let the ward sisters choose the pilot wards.",
            "Fund the nurse educator for another year.", "Show repair times on the board's first page.",
            "Move the framework review to the spring.", "Ask the wards what they would not miss.",
        ), notes=("Dr Oyelaran joined by phone for the last item only.",),
    )
    service = Body(
        "Service review", "operational", 56, (MANAGER,), "HUUMUUHUxUU", "IL-NI-I", (
            "Swap the courier for the northern sites.", "Count repairs from the day the pump leaves the ward.",
            "Stock door seals at the Leeds depot for {quarter}.",
            "Write one page on how to book a loan pump.",
            "Test the firmware on ten pumps before roll-out {n}.",
            "Bring loan pumps clean, with a signed slip.", "Ring the ward before collecting pumps.",
            "Sort the repair list by ward in {month}.", "Keep two door seals at every site.",
        ), notes=("List of missing pumps handed over.",),
    )
    establish(book, board, day("2024-04-29"), H)
    establish(book, service, day("2024-05-13"), L)
    sit(book, board, day("2024-06-18"), day("2027-01-15"))
    sit(book, service, day("2024-06-25"), day("2026-12-10"))
    resources(book, [
        Resource(H, "access", day("2024-07-31"), "L", "Network access for remote maintenance"),
        Resource(L, "people", day("2025-03-31"), "K", "Field engineer based in Saint Brannock Central"),
        Resource(H, "people", day("2026-01-30"), "L", "Nurse educator two days a week"),
        Resource(L, "equipment", day("2026-04-24"), "K", "Loan fleet of 60 pumps"),
        Resource(L, "money", day("2026-06-30"), "K", "Grant for the alarm study"),
        Resource(H, "access", day("2026-09-25"), "K", "Test ward for firmware 5"),
    ])


def _promises(book: Book) -> None:
    maker = Maker(
        L, "KCKLKKRKOKKTK", (
            "Return repaired pumps of batch {n} within seven days", "Deliver firmware release {n} with test evidence",
            "Train the night shift of ward group {n}", "Answer safety notices of {month} within two days",
        ), reasons=("The notified body asked for one more test.", "Two field engineers fell ill."),
    )
    hospital = Maker(
        H, "KLKSKKJNKLKKW", (
            "Collect pumps for inspection at site {n}", "Send usage data for {month}",
            "Name trainers for ward group {n}", "Confirm the order volume for {quarter}",
        ), reasons=("The wards could not spare the nurses this week.",),
        disputes=("Usage data came without the intensive care beds.",),
    )
    promises(book, (maker, hospital), day("2024-06-07"), day("2025-09-30"), 60)
    promises(book, (maker, hospital), day("2025-10-15"), day("2027-01-15"), 17)


def _risks_and_issues(book: Book) -> None:
    alarm = risk(book, Risk(
        "Alarm fatigue hides a real alarm", "clinical", day("2024-06-17"), "45 45 44 34 34 33", H, L, 88, treatments=(
            Treatment("Alarm algorithm 3 on all pumps", day("2025-12-12"), "L", L),
            Treatment("Night rounds on the twelve loudest wards", day("2026-07-24"), "K", H),
        ), exposure=("750000.00", "GBP", None)))
    spares = risk(book, Risk(
        "Display modules go out of production", "supply", day("2025-01-20"), "34 34 44 44 43", L, L, 88, treatments=(
            Treatment("Last-time buy of 900 modules", day("2026-05-29"), "K", L),
            Treatment("Redesign with a second display", day("2027-01-29"), "N", L),
        ), exposure=("640000.00", "CHF", "0.8830")))
    risk(book, Risk("Ward network cannot carry monitor traffic", "technology", day("2025-08-11"), "33 33 43 43 42", H,
                    H, 88, treatments=(Treatment("Survey of wireless coverage", day("2026-08-28"), "L", H),)))
    risk(book, Risk("Nurse educators leave", "people", day("2025-10-06"), "33 22", H, H, 120, until=day("2026-06-01")))
    risk(book, Risk("Currency swing between franc and pound", "financial", day("2024-07-08"), "32 32 22", L, L, 200,
                    closed=day("2026-04-27"), why_closed="Price list now in pounds."))
    for item in (
        Issue(day("2024-09-10"), 2, "Pumps of batch 7 stop at low battery", L, 12, "Battery board replaced."),
        Issue(day("2025-02-18"), 1, "Missed occlusion alarm in theatre 4", L, 5, "Pumps withdrawn and updated.", alarm,
              "strategic", 0, 4, materialised=True, loss=("85000.00", "GBP", None)),
        Issue(day("2026-02-24"), 2, "Forty pumps missing after the ward move", H, 16, "Thirty-six found in the store."),
        Issue(day("2026-03-17"), 2, "Display modules fail in the cold store", L, 9, "Modules swapped.", spares,
              materialised=True),
        Issue(day("2026-05-19"), 3, "Training slots double booked", H, 18, "Booking moved to one calendar."),
        Issue(day("2026-06-16"), 2, "Firmware 5 drops the ward network", L, 8, "Rolled back.", None, "strategic", 2,
              13),
        Issue(day("2026-07-14"), 3, "Courier loses two crates", L, 14, "Crates found in Hull.", reopened=12, again=10),
        Issue(day("2026-08-18"), 3, "Loan pumps come back unclean", L, 27, "Cleaning added to the return slip."),
        Issue(day("2026-09-22"), 4, "Invoices still name the old site", L, 12, "Addresses corrected."),
        Issue(day("2026-10-13"), 2, "Alarm log not stored on 80 pumps", H, None, None, alarm, "strategic", 3, 9),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    maker = Giver(L, "bcbbirb", "yynyy", (
        "Failure statistics for {quarter}", "Firmware release notes {n}", "Service manual section {n}",
        "Alarm algorithm white paper {n}",
    ), "Clinical engineering of the Trust only")
    hospital = Giver(H, "imibcb", "yyny", (
        "Pump usage by ward for {month}", "Incident summary {n}", "Ward refurbishment plan for {quarter}",
        "Training records, group {n}",
    ))
    shares(book, (maker, hospital), day("2024-06-12"), day("2025-10-31"), 80)
    shares(book, (maker, hospital), day("2025-11-17"), day("2026-11-20"), 33)
    requests(book, (
        Asker(H, maker, "AAAADAL", ("Root cause of failure report {n}", "Spare part prices for {quarter}")),
        Asker(L, hospital, "ALAADAA", ("Alarm logs of ward group {n}", "Beds in use for {month}")),
    ), day("2024-07-16"), day("2026-11-20"), 41)
    lessons(book, [
        Lesson(day("2025-03-10"), L, "Test alarms at the loudness of a real ward", 110, "Firmware 4 acceptance"),
        Lesson(day("2025-10-20"), H, "Tell the maker before wards move", 210, "Move of the burns unit"),
        Lesson(day("2026-01-12"), H, "Train the night shift at night", 80, "Ward groups 5 to 8"),
        Lesson(day("2026-04-20"), L, "Keep forty pumps outside the repair loop"),
    ])
    book.write("information.breach_reported", day("2026-02-11"), H, breach_id=book.new_id("breach"), severity=3,
               description="A service laptop with six pump logs was left in a taxi and returned the next day.")


def _value(book: Book) -> None:
    for idea in (
        Initiative("One pump for all wards", H, "cost", day("2024-07-08"), "480000.00", "GBP", None, day("2024-08-26"),
                   "450000.00", day("2024-10-01"), day("2026-12-31"), {H: "70", L: "30"}, (), gains=(
                       Gain(day("2025-06-16"), "90000.00", {H: "63000.00", L: "27000.00"}, H, L, 25),
                       Gain(day("2025-12-15"), "110000.00", {H: "80000.00", L: "30000.00"}, H, L, 30),
                       Gain(day("2026-06-15"), "75000.00", {H: "60000.00", L: "15000.00"}, H),
                   )),
        Initiative("Predictive battery change", L, "quality", day("2025-01-13"), "210000.00", "CHF", "0.8910",
                   day("2025-02-24"),
                   "200000.00", day("2025-04-01"), day("2026-09-30"), {H: "50", L: "50"}, (), gains=(
                       Gain(day("2026-01-26"), "52000.00", {H: "20000.00", L: "32000.00"}, L, H, 40),
                       Gain(day("2026-08-24"), "31000.00", {H: "14000.00", L: "17000.00"}, L, H, 20),
                   )),
        Initiative("Pumps lent between sites", H, "cost", day("2025-11-24"), "60000.00", "GBP", None, day("2026-01-16"),
                   "55000.00", day("2026-02-02"), day("2027-01-29"), {H: "80", L: "20"}),
        Initiative("Alarm study with the university", L, "innovation", day("2026-02-16"), "95000.00", "GBP", None,
                   rejected=day("2026-04-10"), reason="No ward could take part this year."),
        Initiative("Refurbish pumps instead of replacing them", L, "sustainability", day("2026-07-06"), "130000.00",
                   "CHF", "0.8790"),
    ):
        initiative(book, idea)


def _people(book: Book) -> None:
    require(book, day("2024-06-03"), H)
    assess(book, day("2025-01-27"), "433343", valid=500)
    assess(book, day("2026-03-16"), "430444")
    develop(book, [
        Development("Pump school for biomedical engineers", day("2025-01-20"), day("2025-05-30"), "K"),
        Development("Ward week for Lumenta developers", day("2025-10-13"), day("2026-01-30"), "K"),
        Development("Contract basics for ward managers", day("2026-01-19"), day("2026-04-24"), "L"),
        Development("Speaking up: joint simulation day", day("2026-04-13"), day("2026-09-18"), "K"),
    ])
    rate(book, day("2026-04-20"), H, L, "3342")
    rate(book, day("2026-04-20"), L, H, "4334")
    concern(book, Concern(day("2025-04-07"), H, L, "Sales staff went to the wards without telling the managers.", 52,
                          "Visits now go through the relationship managers."))
    concern(book, Concern(day("2026-05-04"), L, H, "Field engineers were blamed in front of patients.", 88,
                          "Apology given by the ward lead."))
    concern(book, Concern(day("2026-03-02"), H, L, "Promised call-backs did not come.", 35,
                          "Call-back list kept by both sides."))


def _measuring(book: Book) -> None:
    for on, mood_h, said_h, mood_l, said_l in (
        ("2025-03-03", 29, "Repairs take three weeks.", 38, "We hear of ward moves too late."),
        ("2026-05-11", 31, "Better, but I still keep two spare pumps hidden.", 42, "The wards trust our engineers."),
    ):
        health_check(book, day(on), {H: Voice(14, 6, mood_h, (said_h,)), L: Voice(8, 5, mood_l, (said_l,))},
                     consensus={"word": 3})
    health_check(book, day("2026-10-26"), {H: Voice(14, 5, 31), L: Voice(8, 2, 39)}, days=21)
    review(book, day("2025-06-24"), H, "performance", 365, "Repairs in seven days: 62 %, target 90 %.")
    review(book, day("2026-06-23"), L, "relationship", 365, "The gap between the two views is the finding.")
    improve(book, [
        Action("Repair clock on the shared page", "health check", "GP4", L, day("2025-04-14"), day("2025-08-29"), 9,
               True),
        Action("Ward liaison nurse for each site", "health check", "MO3", H, day("2025-05-12"), day("2025-11-28"), -4,
               True),
        Action("Call-back within a day", "review", "TC1", L, day("2025-11-10"), day("2026-02-27"), -2, False),
        Action("One list of open repairs", "review", "GP4", L, day("2026-03-09"), day("2026-06-12"), -1, True),
        Action("Training calendar by quarter", "health check", None, H, day("2026-05-18"), day("2026-08-14"), 15),
        Action("Joint page for safety notices", "health check", "IK1", L, day("2026-06-08"), day("2026-09-11"), -3),
        Action("Loan pump desk open on Saturdays", "review", "CB4", L, day("2026-07-20"), day("2026-10-16"), -1),
        Action("Board dates fixed a year ahead", "review", "CL2", H, day("2026-07-06"), day("2026-10-09")),
    ])
    exit_strategy(book, day("2024-12-02"), 1, {L: 14, H: 49}, ALL_PARTS[:6])
    reviews_of(book, "exit_strategy.reviewed", 1, [day("2025-07-08")], BOTH)
    trigger(book, Trigger(day("2024-12-02"), H, "A safety notice not answered within a week",
                          ((day("2026-06-19"), 24, "remedy"),)))


def _entries(book: Book) -> None:
    rated = find(book, "risk.assessed", day("2026-02-01"))
    correct(book, rated, 9, "Impact was typed as if it were the probability.", probability=4, impact=3)
    counted = find(book, "objective.measured", day("2026-01-05"))
    dispute(book, counted, 11, "Our own count is two points lower.", 25, "upheld")
    correct(book, counted, 29, "Counted again after the dispute.", value="67")
    double = find(book, "knowledge.shared", day("2026-03-01"))
    again = book.write("knowledge.shared", double.on + timedelta(days=1), double.by,
                       **double.data | {"share_id": book.new_id("share")})
    void(book, again, 6, "Sent twice by mistake.")
    short = find(book, "meeting.held", day("2026-08-01"))
    dispute(book, short, 8, "Our manager left after ten minutes; this was no meeting.")
    countersign(book, day("2024-05-01"), day("2025-11-20"), 5, ("Seen.",))
    countersign(book, day("2025-11-21"), day("2026-11-20"), 30, ("Agreed by the ward office.", "Agreed."))

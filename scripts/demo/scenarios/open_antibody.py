"""open-antibody: a research alliance of three that lost one partner and gained another, and came out stronger.

A university, a biotech company and, until mid 2025, a French institute that was absorbed by a Swiss one. Knowledge
flows freely and is well marked; ideas come from everyone; lessons are applied. Formal things (plan, charter, exit
strategy) had to be agreed anew in 2025.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import countersign, dispute, find
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, share, shares
from demo.practices.foundation import (
    ALL_PARTS,
    MANAGER,
    SPONSOR,
    Team,
    begin,
    charter,
    exit_strategy,
    join,
    joint_plan,
    leave,
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

U, K, V, T = org("aldermoor"), org("kestrel"), org("valmont"), org("tessin")


def tell() -> Book:
    book = Book("open-antibody")
    _set_up(book)
    _change_of_partner(book)
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
        book, day("2024-01-08"),
        (Team("aldermoor", 0, 1, 2, 3), Team("kestrel", 0, 1, 3, 2), Team("valmont", 0, 1, 2, 2)),
        (("2024-01-29", 2), ("2024-02-26", 3), ("2024-03-25", 4), ("2024-05-06", 5), ("2025-01-20", 6)),
        "Open Antibody Alliance", "alliance", "USD", "Europe/London",
        "Pre-competitive research on broadly neutralising antibodies, from target to first batch",
    )
    succeed(book, seats[U, MANAGER], day("2026-04-07"), person("aldermoor", 3), person("aldermoor", 2), handover=15)
    book.write("relationship.tiered", day("2024-02-05"), U, tier="strategic")
    book.write("business_case.approved", day("2024-03-11"), K, approved_by=person("kestrel", 0),
               summary="Shared screening saves each partner two years and about 3 million dollars.")
    book.write("partner.evaluated", day("2024-03-14"), K, party=V, criteria=[
        {"criterion": "Screening capacity", "weight": "60", "rating": 4},
        {"criterion": "Publication culture", "weight": "40", "rating": 5},
    ])
    joint_plan(book, day("2024-05-13"), 1, {U: 9, K: 15, V: 22},
               ("Research plan", "Publications", "Samples", "Measures"))
    reviews_of(book, "joint_plan.reviewed", 1, [day(d) for d in ("2024-09-17", "2025-01-21", "2025-05-20")], (U, K),
               ("Work package 3 brought forward.", "No change."))
    charter(book, day("2024-05-21"), 1, {U: 6, V: 8, K: 20})


def _change_of_partner(book: Book) -> None:
    """The institute returns what it holds, leaves, and its successor joins the next day."""
    parting = [share(book, Giver(U, "r", "y", ()), 0, day("2025-01-27"), to=[V], topic=topic) for topic in (
        "Cell bank records, lots 1 to 4", "Target list before publication", "Screening robot protocols")]
    for end, share_id, on in zip(
        ("returned", "destroyed", "access_revoked"), parting, ("2025-06-19", "2025-06-23", "2025-06-26"), strict=True,
    ):
        book.write("knowledge." + end, day(on), U if end == "access_revoked" else V, share_id=share_id, party=V)
    leave(book, day("2025-06-30"), V, "Institut Valmont becomes part of Tessin Genomics.")
    book.write("organisation.merged", day("2025-06-30"), None, organisation_id=V, into=T)
    join(book, day("2025-07-01"), T, "Takes over the screening work package.")
    seat_team(book, day("2025-07-01"), Team("tessin", 0, 1, 2, 2))
    joint_plan(book, day("2025-07-14"), 2, {U: 4, T: 9, K: 17},
               ("Research plan", "Publications", "Samples", "People", "Measures"))
    reviews_of(book, "joint_plan.reviewed", 2, [day(d) for d in ("2025-12-02", "2026-04-14", "2026-09-22")], (K, T, U),
               ("First batch added to the plan.", "Sample logistics now with Tessin."))
    charter(book, day("2025-07-21"), 2, {T: 2, U: 3, K: 9})
    exit_strategy(book, day("2025-09-08"), 1, {U: 10, T: 17, K: 24}, ALL_PARTS)
    reviews_of(book, "exit_strategy.reviewed", 1, [day("2026-08-25")], (U,))


def _objectives(book: Book) -> None:
    for aim in (
        Objective("Leads with broad protection", "Leads neutralising five strains", "leads", "0", "6", "6",
                  day("2024-06-10"),
                  day("2026-05-29"), K, {U: "Two high-ranking papers", K: "Pipeline entry", V: "Platform reference"},
                  (U, K, V), 110),
        Objective("Faster screening", "Weeks from target to ranked list", "weeks", "26", "12", "13", day("2025-07-28"),
                  day("2027-06-30"), T, {U: "Thesis projects finish in time", K: "Earlier go or no-go",
                                         T: "Robot line full"},
                  (U, K, T), 88),
        Objective("Open data within six months", "Datasets published on time", "%", "40", "90", "84", day("2025-09-15"),
                  day("2027-12-31"), U, {U: "Funder conditions met", K: "Reputation with regulators",
                                         T: "New customers"}, (U, K, T), 88),
        Objective("First batch for toxicology", "Grams released", "g", "0", "50", "41", day("2025-10-06"),
                  day("2026-10-16"), K, {K: "Study start in 2027", T: "Process data"}, (U, K, T), 85,
                  later_links={U: "Material for the doctoral school"}),
    ):
        objective(book, aim)


def _governance(book: Book) -> None:
    council = Body(
        "Alliance council", "strategic", 122, (SPONSOR, MANAGER), "HHHHHQHH", "IIIVI", (
            "Publish the target list before the patent filing of competitors.",
            "Accept Tessin Genomics as successor of Institut Valmont.",
            "Pay for the second robot from the common fund.",
            "Keep the first batch at Aldermoor until the audit.",
            "Name inventors within a month of each filing.", "Raise the common fund by a tenth.",
            "Hold the council in Lugano once a year.", "Open two places for guest scientists.",
        ), notes=("Council met at the Aldermoor summer school.",))
    science = Body(
        "Joint research committee", "management", 49, (MANAGER,), "HHHUHMVHQXHM", "IILNIIL", (
            "Stop work on target {n}; the signal was an artefact.",
            "Send ranked lists in one format.", "Repeat the binding assay with fresh cells, series {n}.",
            "Let doctoral students present in turn.", "Order reagents for {quarter} together.",
            "Keep raw plate images for five years.", "Drop strain 4 from the panel.", "Check labels before freezing.",
            "Share the robot calendar until {month}.", "Use one template for the methods section."
        ), notes=("Two students showed their first results.",))
    establish(book, council, day("2024-05-06"), U)
    establish(book, science, day("2024-05-20"), K)
    sit(book, council, day("2024-07-16"), day("2027-01-31"))
    sit(book, science, day("2024-06-25"), day("2026-12-15"))
    resources(book, [
        Resource(K, "money", day("2024-09-30"), "K", "First contribution to the common fund"),
        Resource(U, "people", day("2025-02-28"), "K", "Two doctoral students for the assay group"),
        Resource(T, "equipment", day("2025-12-12"), "K", "Screening robot, second line"),
        Resource(K, "money", day("2026-03-31"), "L", "Second contribution to the common fund"),
        Resource(U, "access", day("2026-06-30"), "L", "Cold room at the Whitcroft building"),
        Resource(T, "people", day("2026-09-30"), "K", "Data steward for the open data sets"),
    ])


def _promises(book: Book) -> None:
    university = Maker(U, "KKCKRLKKLK", (
        "Deliver binding data for series {n}", "Publish dataset {n} with its description",
        "Ship cell bank samples, lot {n}",
    ), reasons=("The cold room had to be repaired.",))
    biotech = Maker(K, "KCLKKLRKLK", (
        "Deliver purified antibody, batch {n}", "Pay the common fund share for {quarter}",
        "Return part {n} of the toxicology plan with comments",
    ), reasons=("The purification column was blocked.",))
    swiss = Maker(T, "KKCKUSKKDL", (
        "Deliver ranked list {n}", "Run the robot for series {n}", "Send process data of {month}",
    ), reasons=("The robot arm was recalibrated.",), disputes=("Ranked list lacks the control samples.",))
    french = Maker(V, "KLKK", ("Deliver first ranked list {n}", "Run plate series {n}"))
    promises(book, (university, biotech, french), day("2024-07-12"), day("2025-06-20"), 42)
    promises(book, (french,), day("2025-07-18"), day("2025-07-18"), 30)
    promises(book, (university, biotech, swiss), day("2025-08-22"), day("2027-01-29"), 14)


def _risks_and_issues(book: Book) -> None:
    robot = risk(book, Risk("Screening robot stands still for weeks", "technology", day("2024-07-01"), "34 34 44 33 23",
                            K, K, 85, treatments=(Treatment("Second robot line", day("2025-12-19"), "K", U),
                                        Treatment("Service contract with 48-hour response", day("2026-06-19"), "K",
                                            T))))
    risk(book, Risk("Another group publishes first", "scientific", day("2024-09-09"), "44 43 34 33 33", U, U, 85,
                    treatments=(Treatment("Preprint within a month of each ranked list", day("2026-07-31"), "K", U),
                                Treatment("Joint press line with all three", day("2026-10-23"), "K", K))))
    risk(book, Risk("Dispute over inventorship", "legal", day("2025-08-04"), "25 25 24 23", K, K, 85,
                    exposure=("2500000.00", "USD", None),
                    treatments=(Treatment("Inventor log signed every quarter", day("2026-05-15"), "L", K),)))
    risk(book, Risk("Loss of cell bank", "operational", day("2025-09-01"), "25 15", T, T, 85,
                    accepted=(day("2026-03-10"), day("2027-06-30")), exposure=("400000.00", "CHF", "1.1320")))
    risk(book, Risk("Common fund runs dry before the first batch", "financial", day("2026-02-09"), "33 32", U, K, 85))
    risk(book, Risk("Institute's staff leave during the merger", "people", day("2025-01-13"), "44 33", U, V, 60,
                    closed=day("2025-06-24"), why_closed="All four group leaders signed with Tessin."))
    for item in (
        Issue(day("2024-10-22"), 2, "Robot arm drops plates", V, 8, "Arm replaced.", robot),
        Issue(day("2025-03-18"), 3, "Sample labels unreadable after freezing", K, 19, "New label stock."),
        Issue(day("2026-01-13"), 2, "Robot line 1 down in the middle of series 9", T, 7, "Controller replaced.", robot,
              materialised=True),
        Issue(day("2026-03-24"), 2, "Two names missing on the patent draft", U, 9, "Draft corrected.", None,
              "strategic", 1, 4),
        Issue(day("2026-06-02"), 3, "Courier keeps samples over the weekend", K, 14, "Friday shipments ended."),
        Issue(day("2026-07-21"), 4, "Shared drive full", U, 11, "Old plates archived."),
        Issue(day("2026-08-25"), 2, "Binding assay drifts", K, 8, "Fresh cells from lot 9.", robot),
        Issue(day("2026-10-20"), 3, "Budget codes differ between partners", T, 15, "One table of codes."),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    university = Giver(U, "bcpbi", "yyyy", ("Binding data series {n}", "Assay protocol {n}", "Draft paper {n}",
                                            "Structure of lead {n}"))
    biotech = Giver(K, "cbuib", "yyyyn", ("Purification record, batch {n}", "Toxicology plan, part {n}",
                                          "Market view for {quarter}"),
                    "Alliance work packages only")
    swiss = Giver(T, "bctib", "yyy", ("Ranked list {n}", "Robot log for {month}", "Process data, run {n}"),
                  "Alliance work packages only")
    shares(book, (university, biotech), day("2024-06-18"), day("2025-06-13"), 80)
    shares(book, (university, biotech, swiss), day("2025-08-19"), day("2026-11-20"), 29)
    requests(book, (
        Asker(K, university, "AAAAL", ("Raw curves of series {n}", "Cell bank history, lot {n}")),
        Asker(T, biotech, "AADA", ("Stability data, batch {n}", "Comments on ranked list {n}")),
        Asker(U, swiss, "AAAWA", ("Plate images, series {n}", "Run times for {month}")),
    ), day("2025-09-09"), day("2026-11-20"), 36)
    lessons(book, [
        Lesson(day("2024-11-25"), K, "Freeze the label before the sample", 70, "Sample handling guide"),
        Lesson(day("2025-10-14"), T, "Write the control samples into every order", 60, "Series 8"),
        Lesson(day("2025-12-09"), U, "Agree authors before the experiment", 130, "Paper on lead 4"),
        Lesson(day("2026-02-17"), K, "Ship on Mondays only", 110, "Sample shipments"),
        Lesson(day("2026-04-28"), U, "Keep one spare controller per robot", 90, "Robot line 2"),
    ])


def _value(book: Book) -> None:
    thirds = {U: "30", K: "40", T: "30"}
    for idea in (
        Initiative("Shared screening instead of three screens", K, "cost", day("2025-07-28"), "900000.00", "USD", None,
                   day("2025-09-02"), "840000.00", day("2025-10-01"), day("2027-09-30"), thirds, (), gains=(
                       Gain(day("2026-02-16"), "160000.00", {U: "48000.00", K: "66000.00", T: "46000.00"}, K, U),
                       Gain(day("2026-08-17"), "190000.00", {U: "55000.00", K: "77000.00", T: "58000.00"}, K, T),
                   )),
        Initiative("Sell control samples to other groups", T, "revenue", day("2025-11-10"), "120000.00", "CHF",
                   "1.1260", day("2025-12-15"), "110000.00", day("2026-01-05"), day("2026-12-18"), thirds,
                   ((day("2026-06-30"), "50000.00"), (day("2026-12-18"), "60000.00")), gains=(
                       Gain(day("2026-07-06"), "56000.00", {U: "17000.00", K: "22000.00", T: "17000.00"}, T, K),)),
        Initiative("Reuse of failed leads as reagents", U, "innovation", day("2026-01-19"), "75000.00", "GBP", "1.2710",
                   day("2026-03-10"), "60000.00", day("2026-04-01"), day("2027-03-31"), thirds, (), gains=(
                       Gain(day("2026-10-05"), "21000.00", {U: "7000.00", K: "8000.00", T: "6000.00"}, U, T),)),
        Initiative("Joint master course", U, "social", day("2026-04-20"), "40000.00", "GBP", "1.2690",
                   rejected=day("2026-06-09"), reason="No teaching rooms before 2028."),
        Initiative("Robot time for start-ups", T, "revenue", day("2026-09-28"), "150000.00", "CHF", "1.1310"),
        Initiative("One reagent order for all three", K, "cost", day("2026-05-18"), "90000.00", "USD", None,
                   day("2026-06-30"), "80000.00", day("2026-09-01"), day("2027-08-31"), thirds),
    ):
        initiative(book, idea)


def _people(book: Book) -> None:
    require(book, day("2024-06-17"), U)
    assess(book, day("2024-11-18"), "443544344")
    assess(book, day("2026-04-20"), "434044443")
    develop(book, [
        Development("Course on inventorship", day("2025-09-22"), day("2025-12-12"), "K"),
        Development("Exchange month at the robot line", day("2025-11-24"), day("2026-03-27"), "K"),
        Development("Project finance for scientists", day("2026-03-16"), day("2026-07-17"), "K"),
        Development("Negotiation day for young group leaders", day("2026-06-22"), day("2026-10-16"), "L"),
    ])
    for about in (U, K, T):
        for by in (U, K, T):
            if about != by:
                rate(book, day("2026-05-18"), about, by, "454" if about != K else "443")
    concern(book, Concern(day("2026-02-23"), U, K, "Patent draft was filed without asking the group.", 44,
                          "Filing calendar opened to all."))


def _measuring(book: Book) -> None:
    health_check(book, day("2025-02-10"), {U: Voice(6, 4, 37), K: Voice(6, 4, 36),
                                           V: Voice(4, 3, 31, ("We do not know what becomes of us.",))})
    health_check(book, day("2026-06-08"), {
        U: Voice(6, 5, 42, ("Tessin's data are cleaner than ours.",)), K: Voice(6, 4, 41),
        T: Voice(5, 4, 43, ("Welcomed from the first day.",)),
    }, consensus={"sharing": 4, "benefit": 4})
    review(book, day("2025-06-17"), U, "relationship", 365, "What the merger means for the work packages.")
    review(book, day("2026-06-30"), T, "performance", 365, "Six leads; screening time halved.")
    improve(book, [
        Action("One format for ranked lists", "review", "IK1", K, day("2025-07-21"), day("2025-11-28"), -5, True),
        Action("Author list at the start", "concern", "VV4", U, day("2026-03-30"), day("2026-06-12"), -2, True, 75),
        Action("Monday shipments", "issue", "GP4", K, day("2026-05-11"), day("2026-06-26"), 0, True),
        Action("Council papers a week ahead", "health check", "CL2", T, day("2026-06-29"), day("2026-08-21"), -1, True),
        Action("Shared reagent stock list", "health check", None, U, day("2026-07-13"), day("2026-10-09"), 9),
    ])
    trigger(book, Trigger(day("2025-09-08"), K, "A partner files a patent alone",
                          ((day("2026-03-02"), 16, "continue"),)))
    book.write("exit.rehearsed", day("2026-10-13"), U, passed=True)


def _entries(book: Book) -> None:
    listed = find(book, "risk.reviewed", day("2026-01-01"))
    dispute(book, listed, 5, "We were not asked before this was marked as reviewed.", 18, "rejected", own_side=True)
    countersign(book, day("2024-06-01"), day("2025-11-20"), 6)
    countersign(book, day("2025-11-21"), day("2026-11-20"), 28, ("Seen in the committee.", "Agreed by Tessin."))

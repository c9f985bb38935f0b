"""fresh-dairy: a grocery chain and a dairy cooperative that like each other and never agreed how to part.

Daily work is excellent. But the second exit strategy was issued and signed by nobody, which turns one principle red
and holds the whole scorecard at amber, however good the rest is. One value claim was reversed.
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
)
from demo.practices.hazards import Issue, Risk, Treatment, issue, risk
from demo.practices.measuring import Action, Voice, health_check, improve, review
from demo.practices.meetings import Body, Resource, establish, resources, sit
from demo.practices.people import Concern, Development, assess, concern, develop, rate, require
from demo.practices.promises import Maker, promises

# Tables of texts and dates, laid out by hand.
# fmt: off

G, A = org("gruenmarkt"), org("almwiesen")
BOTH = (G, A)


def tell() -> Book:
    book = Book("fresh-dairy")
    _set_up(book)
    _objectives(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _value(book)
    _people_and_measuring(book)
    countersign(book, day("2024-06-01"), day("2025-11-20"), 6)
    countersign(book, day("2025-11-21"), day("2026-11-20"), 25, ("Matches our slips.", "Agreed with the depot."))
    return book


def _set_up(book: Book) -> None:
    begin(
        book, day("2024-03-04"), (Team("gruenmarkt", 0, 1, 2, 3), Team("almwiesen", 0, 1, 2, 3)),
        (("2024-03-25", 2), ("2024-04-22", 3), ("2024-05-20", 4), ("2024-06-24", 5), ("2025-02-24", 6)),
        "Hay milk from the Alps", "bilateral", "EUR", "Europe/Vienna",
        "Hay milk and fresh cheese for 410 shops under one joint label",
    )
    book.write("relationship.tiered", day("2024-04-02"), G, tier="key")
    book.write("business_case.approved", day("2024-05-13"), G, approved_by=person("gruenmarkt", 0),
               summary="A label of our own with farmers by name; four cents more per litre for them, six for us.")
    joint_plan(book, day("2024-07-01"), 1, {G: 7, A: 10}, ("Quality", "Prices", "Promotion", "Farm visits"))
    reviews_of(book, "joint_plan.reviewed", 1, [day(d) for d in ("2024-12-10", "2025-06-03", "2025-12-09", "2026-05-12",
        "2026-09-29")], BOTH,
               ("No change.", "Promotion weeks fixed for a year.", "Farm visits doubled."))
    charter(book, day("2024-07-08"), 1, {A: 1, G: 3})
    exit_strategy(book, day("2024-11-11"), 1, {G: 10, A: 14}, ALL_PARTS[:4])
    exit_strategy(book, day("2025-10-20"), 2, {G: -1, A: -1}, ALL_PARTS[:3])


def _objectives(book: Book) -> None:
    for aim in (
        Objective("Litres under the joint label", "Litres sold", "thousand l", "300", "1200", "1180", day("2024-09-09"),
                  day("2026-08-31"), A, {G: "Own-label share", A: "Hay milk bonus paid out"}, BOTH, 100),
        Objective("Fresh on the shelf", "Days left at delivery", "days", "6.0", "9.0", "8.7", day("2025-01-20"),
                  day("2026-12-31"), A, {G: "Less food waste", A: "Evening collection pays"}, BOTH, 86),
        Objective("Farms in the programme", "Farms", "farms", "120", "260", "231", day("2025-03-10"), day("2027-02-26"),
                  A, {A: "Members stay", G: "A farm near every shop"}, BOTH, 88),
        Objective("Returnable bottles", "Share of litres in glass", "%", "0", "30", "22", day("2025-11-10"),
                  day("2027-10-29"), G, {G: "Packaging law", A: "New filling line"}, BOTH, 84),
    ):
        objective(book, aim)


def _governance(book: Book) -> None:
    table = Body("Milk table", "strategic", 91, (SPONSOR, MANAGER), "HHHHHHHHHP", "IIII-L", (
        "Pay the hay milk bonus monthly.", "Put farm names on the lid.", "Start the bottle trial in forty shops.",
        "Keep prices until Easter.",
        "Add fresh cheese to the label.", "Visit a farm before every price talk.",
        "Pay for the bottle washer in two parts.",
        "Write the exit paper by the summer.", "Name a joint press contact."),
        notes=("Held in a cowshed near Sonthofen.",))
    depot = Body("Depot round", "operational", 35, (MANAGER,), "UUUUUUMUUU", "I-I--IL-", (
        "Collect empty crates with the milk lorry.", "Tell shops about snow by six.",
        "Swap the pallet lift.", "Stack glass no higher than four crates.",
        "Bring deliveries forward by an hour in {month}.",
        "Use the blue label for trial lot {n}.", "Order cheese by Tuesday noon."))
    establish(book, table, day("2024-06-24"), G)
    establish(book, depot, day("2024-10-01"), A)
    sit(book, table, day("2024-09-18"), day("2027-01-29"))
    sit(book, depot, day("2024-11-05"), day("2026-11-20"))
    resources(book, [
        Resource(G, "money", day("2025-04-30"), "K", "Advance for the bottle washer"),
        Resource(A, "people", day("2026-01-30"), "K", "Farm guides for shop staff"),
        Resource(G, "access", day("2026-04-17"), "K", "Daily sales figures by shop"),
        Resource(A, "equipment", day("2026-08-28"), "K", "Second bottle line"),
    ])


def _promises(book: Book) -> None:
    chain = Maker(G, "KKKCKRKKKL", ("Order volumes for {month} two weeks ahead", "Pay the hay milk bonus for {month}",
                                    "Run promotion week {n}", "Return empty crates of {month}"),
                                    reasons=("The fair was moved by a week.",))
    dairy = Maker(A, "KCKKKKRKK", ("Deliver trial lot {n} of bottled milk", "Send laboratory results for {month}",
                                   "Host farm visit {n}", "Hold extra cheese for {month}"),
                                   reasons=("Heavy snow closed two passes.",))
    promises(book, (chain, dairy), day("2024-08-30"), day("2025-10-10"), 45)
    promises(book, (chain, dairy), day("2025-10-31"), day("2027-01-29"), 17)


def _risks_and_issues(book: Book) -> None:
    drought = risk(book, Risk("Two dry summers in a row", "climate", day("2024-10-07"), "34 34 44 43 33", A, A, 88,
                              treatments=(
        Treatment("Hay reserve for eight weeks", day("2026-07-17"), "K", A),
        Treatment("Second region as a reserve", day("2026-10-30"), "K", G))))
    risk(book, Risk("Germs in raw milk", "safety", day("2025-02-17"), "25 25 15", A, A, 88, treatments=(
        Treatment("Rapid test at every collection", day("2026-06-26"), "K", A),)))
    risk(book, Risk("Bottle returns fall short", "operational", day("2025-12-01"), "43 33 32", G, G, 88))
    risk(book, Risk("Rival label with a lower price", "commercial", day("2025-05-05"), "33 32", G, G, 88))
    for item in (
        Issue(day("2025-08-12"), 2, "Milk two degrees too warm at the depot", G, 6, "Cooling unit changed.", drought),
        Issue(day("2026-01-20"), 3, "Bonus paid to the wrong account", A, 8, "Paid again."),
        Issue(day("2026-06-09"), 3, "Labels peel off in the cold store", G, 12, "New glue."),
        Issue(day("2026-07-21"), 2, "Hay short in eleven farms", A, 9, "Reserve opened.", drought, "strategic", 1, 2,
              materialised=True),
        Issue(day("2026-08-18"), 2, "Evening collection fails in the valley", G, 8, "Second driver.", drought),
        Issue(day("2026-09-15"), 3, "Crates of another dairy come back", A, 14, "Sorted at the depot."),
        Issue(day("2026-10-20"), 4, "Cheese order form out of date", G, 16, "Form replaced."),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    chain = Giver(G, "ibci", "yyyy", ("Sales by shop for {month}", "Promotion plan for {quarter}",
                                      "Customer panel {n}"), "Joint label only")
    dairy = Giver(A, "ipbi", "yyyy", ("Laboratory report for {month}", "Collection plan for {month}",
                                      "Farm portrait {n}"))
    shares(book, (chain, dairy), day("2024-08-06"), day("2025-10-31"), 75)
    shares(book, (chain, dairy), day("2025-11-18"), day("2026-11-20"), 35)
    requests(book, (Asker(A, chain, "AAAL", ("Returns of {month}", "Price check of {month}")),
                    Asker(G, dairy, "AAAA", ("Fat content of lot {n}", "Fodder records of farm {n}"))),
                    day("2025-02-11"), day("2026-11-20"), 44)
    lessons(book, [
        Lesson(day("2025-09-09"), A, "Check the cooling before the first hot week", 200, "Summer check 2026"),
        Lesson(day("2025-12-02"), G, "Test labels in the cold store", 150, "Bottle label"),
        Lesson(day("2026-02-03"), A, "Bring shop staff to the farms", 90, "Visits of spring 2026"),
        Lesson(day("2026-04-14"), G, "Order holiday volumes a month ahead", 60, "Whitsun order"),
    ])


def _value(book: Book) -> None:
    split = {G: "60", A: "40"}
    for idea in (
        Initiative("Joint label", G, "revenue", day("2024-07-15"), "900000.00", "EUR", None, day("2024-08-26"),
                   "850000.00", day("2024-10-01"), day("2027-09-30"), split, (), gains=(
                       Gain(day("2025-07-07"), "240000.00", {G: "146000.00", A: "94000.00"}, G, A),
                       Gain(day("2026-01-12"), "160000.00", {G: "95000.00", A: "65000.00"}, G, A),
                       Gain(day("2026-04-13"), "48000.00", {G: "30000.00", A: "18000.00"}, G, None, 15, 37,
                            "Sales of another label were counted in."),
                       Gain(day("2026-07-13"), "190000.00", {G: "112000.00", A: "78000.00"}, G, A))),
        Initiative("Crates both ways", A, "cost", day("2025-04-07"), "120000.00", "EUR", None, day("2025-05-19"),
                   "110000.00", day("2025-06-02"), day("2026-12-31"), {G: "50", A: "50"}, (), gains=(
                       Gain(day("2026-02-16"), "44000.00", {G: "21000.00", A: "23000.00"}, A, G),
                       Gain(day("2026-09-21"), "39000.00", {G: "19500.00", A: "19500.00"}, A, G))),
        Initiative("Bottles instead of cartons", A, "sustainability", day("2026-01-26"), "200000.00", "EUR", None,
                   day("2026-03-10"), "180000.00", day("2026-05-04"), day("2028-04-28"), split),
        Initiative("Whey for the bakeries", A, "cost", day("2026-05-18"), "75000.00", "CHF", "1.0580",
                   day("2026-06-29"), "70000.00", day("2026-09-01"), day("2027-08-31"), {G: "50", A: "50"}),
        Initiative("Cheese by post", G, "revenue", day("2026-06-22"), "60000.00", "EUR", rejected=day("2026-07-27"),
                   reason="Cooling in the post is not safe."),
    ):
        initiative(book, idea)


def _people_and_measuring(book: Book) -> None:
    require(book, day("2024-07-15"), G)
    assess(book, day("2025-09-15"), "444443")
    assess(book, day("2026-09-07"), "454444")
    develop(book, [
        Development("Milk school for buyers", day("2025-10-06"), day("2026-01-30"), "K"),
        Development("Figures for farmers", day("2026-01-12"), day("2026-04-30"), "K"),
        Development("Shop week for dairy staff", day("2026-04-20"), day("2026-09-11"), "K"),
    ])
    rate(book, day("2026-03-02"), G, A, "444")
    rate(book, day("2026-03-02"), A, G, "5454")
    concern(book, Concern(day("2026-05-11"), A, G, "Farmers heard of the price talks from the press.", 24,
                          "Press rule agreed."))
    for on, mood, said in (("2025-06-16", 40, "The bonus comes on the day."),
                           ("2026-06-15", 43, "They ask before they decide.")):
        health_check(book, day(on), {G: Voice(6, 4, mood - 4), A: Voice(6, 5, mood + 1, (said,))})
    review(book, day("2026-07-07"), A, "relationship", 365, "Works. The exit paper is still on the desk.")
    improve(book, [
        Action("Cooling log at the depot", "issue", "GP4", G, day("2025-09-01"), day("2025-11-28"), -2, True),
        Action("Sales figures every morning", "review", "IK1", G, day("2026-01-19"), day("2026-05-22"), -6, True),
        Action("Label test lot", "issue", None, A, day("2026-06-15"), day("2026-08-14"), -1, True),
        Action("Sign the exit strategy", "review", "EX1", G, day("2026-07-13"), day("2026-09-30")),
        Action("Crate colour for each dairy", "issue", "RK5", A, day("2026-09-21"), day("2026-10-30"), 0),
    ])

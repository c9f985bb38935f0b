"""print-works: a publisher and its printer, parted and closed in September 2025; the register keeps what was.

A small relationship that ran down: fewer titles, later answers, a fair end. Look at a scorecard of early 2025, and
at the correction that was recorded after closing.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import correct, countersign, find
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
from demo.practices.people import Development, assess, develop, rate, require
from demo.practices.promises import Maker, promises

# Tables of texts and dates, laid out by hand.
# fmt: off

P, V = org("larkrise"), org("vallclara")
BOTH = (P, V)


def tell() -> Book:
    book = Book("print-works", end=day("2025-09-26"))
    _set_up(book)
    _governance(book)
    _promises(book)
    _the_rest(book)
    _exit(book)
    wrong = find(book, "value.realised", day("2025-01-01"))
    correct(book, wrong, 230, "The paper credit was booked in the wrong year.", to_date=day("2024-12-20"))
    countersign(book, day("2024-02-01"), day("2025-09-01"), 12, ("Agreed.",))
    return book


def _set_up(book: Book) -> None:
    begin(
        book, day("2023-11-13"), (Team("larkrise", 0, 1, 2), Team("vallclara", 0, 1, None, 2)),
        (("2023-11-20", 2), ("2023-12-04", 3), ("2023-12-18", 4), ("2024-01-22", 5), ("2024-05-27", 6),
         ("2024-10-14", 7), ("2025-04-14", 8)),
        "Art books from Barcelona", "bilateral", "GBP", "Europe/London",
        "Printing and binding of sixty art books a year",
    )
    book.write("relationship.tiered", day("2023-11-27"), P, tier="transactional")
    joint_plan(book, day("2024-01-15"), 1, {P: 4, V: 11}, ("Titles", "Proofs", "Prices"))
    reviews_of(book, "joint_plan.reviewed", 1, [day("2024-07-16"), day("2025-01-14")], BOTH,
               ("No change.", "Fewer titles for 2025."))
    charter(book, day("2024-01-29"), 1, {P: 2, V: 8})
    exit_strategy(book, day("2024-03-18"), 1, {P: 7, V: 16}, ALL_PARTS[:6])


def _governance(book: Book) -> None:
    spring = Body("Publisher and printer", "strategic", 122, (SPONSOR, MANAGER), "HHQH", "IIL", (
        "Print the autumn list in two runs.", "Keep the old paper for reprints.", "Close with the Moragues catalogue.",
        "Share the paper bill of the autumn."))
    proofs = Body("Proof round", "operational", 42, (MANAGER,), "UUUMUUM", "I-L-N", (
        "Send proofs of title {n} by courier.", "Match colours to the museum's chart for {month}.",
        "Bind title {n} in linen."))
    establish(book, spring, day("2024-01-22"), P)
    establish(book, proofs, day("2024-02-05"), V)
    sit(book, spring, day("2024-05-14"), day("2025-06-30"))
    sit(book, proofs, day("2024-03-12"), day("2025-08-29"))
    resources(book, [
        Resource(V, "equipment", day("2024-06-28"), "K", "Folding machine for large sheets"),
        Resource(P, "money", day("2024-11-29"), "K", "Paper advance for the spring list"),
        Resource(V, "people", day("2025-02-28"), "N", "Second binder"),
    ])


def _promises(book: Book) -> None:
    publisher = Maker(P, "KKKLKKO", ("Send print files of title {n}", "Pay for title {n}",
                                     "Approve proofs of title {n}"), reasons=("The author changed a chapter.",))
    printer = Maker(V, "KKKRKLKLOKT", ("Deliver title {n}", "Bind the reprint of title {n}",
                                       "Send proofs of title {n}"), reasons=("Linen arrived late.",))
    promises(book, (publisher, printer), day("2024-03-08"), day("2025-07-25"), 14)


def _the_rest(book: Book) -> None:
    paper = risk(book, Risk("Art paper becomes scarce", "supply", day("2024-02-12"), "43 33 33 32", V, V, 88,
                            closed=day("2025-09-08"), why_closed="The last title is printed.",
                            treatments=(Treatment("Paper for a year in stock", day("2024-09-27"), "K", V),)))
    risk(book, Risk("Pound loses against the euro", "financial", day("2024-03-11"), "33 32", P, P, 150,
                    closed=day("2025-09-08"),
                    why_closed="No more invoices.", exposure=("80000.00", "EUR", "0.8540")))
    for item in (
        Issue(day("2024-06-11"), 3, "Blue too dark in title 4", P, 9, "Reprinted two sheets."),
        Issue(day("2024-10-15"), 2, "Paper of the wrong weight", P, 8, "Paper exchanged.", paper),
        Issue(day("2025-02-11"), 3, "Pallets wet on arrival", P, 26, "Insurer paid."),
        Issue(day("2025-05-20"), 2, "Title 31 bound upside down", P, 7, "Two hundred copies bound again.", None,
              "strategic", 1, 4),
    ):
        issue(book, item)
    publisher = Giver(P, "ib", "y", ("List of titles for {quarter}", "Sales of {month}"))
    printer = Giver(V, "bi", "yn", ("Colour profile {n}", "Machine plan for {month}"))
    shares(book, (publisher, printer), day("2024-02-20"), day("2025-08-15"), 40)
    requests(book, (Asker(P, printer, "AAL", ("Paper samples, set {n}", "Drying times of title {n}")),),
             day("2024-04-09"), day("2025-07-15"), 75)
    lessons(book, [Lesson(day("2024-06-24"), P, "Proof on the paper of the book", 60, "Titles from 6 on"),
                   Lesson(day("2025-03-10"), V, "Wrap pallets twice in winter")])
    for aim in (
        Objective("Titles on time", "Titles on the agreed day", "%", "70", "90", "81", day("2024-02-19"),
                  day("2025-03-31"), V, {P: "Trade fair dates", V: "Full machines"}, BOTH, 100),
        Objective("Waste paper", "Waste per run", "%", "9.0", "6.0", "6.3", day("2024-03-18"), day("2025-06-30"), V,
                  {V: "Paper cost", P: "Green label"}, BOTH, 110),
    ):
        objective(book, aim)
    initiative(book, Initiative(
        "Paper bought for two years", V, "cost", day("2024-03-11"), "48000.00", "EUR", "0.8560", day("2024-04-15"),
        "45000.00", day("2024-05-01"), day("2025-08-29"), {P: "50", V: "50"}, (), gains=(
            Gain(day("2024-11-18"), "19000.00", {P: "9500.00", V: "9500.00"}, V, P),
            Gain(day("2025-03-10"), "17000.00", {P: "8000.00", V: "9000.00"}, V, P))))
    initiative(book, Initiative("Books on demand", P, "innovation", day("2024-09-16"), "30000.00", "GBP", None,
                                rejected=day("2024-12-09"), reason="Colours not good enough."))
    initiative(book, Initiative("Posters from offcuts", V, "sustainability", day("2025-01-20"), "9000.00", "EUR",
                                "0.8430"))
    require(book, day("2024-02-05"), P)
    assess(book, day("2024-05-13"), "434334")
    develop(book, [Development("Colour week in Barcelona", day("2024-04-08"), day("2024-06-28"), "K"),
                   Development("Paper science for editors", day("2024-09-09"), day("2025-01-31"), "N")])
    rate(book, day("2024-10-07"), P, V, "444")
    rate(book, day("2024-10-07"), V, P, "434")
    health_check(book, day("2024-09-09"), {P: Voice(4, 3, 39), V: Voice(4, 3, 38)})
    review(book, day("2025-03-18"), P, "relationship", 365, "We print less; better to end well than to fade.")
    improve(book, [Action("Colour chart for each museum", "issue", "GP4", P, day("2024-06-24"), day("2024-09-27"), -3,
                          True),
                   Action("Dry store for pallets", "issue", None, V, day("2025-02-24"), day("2025-05-30"), 20, True)])


def _exit(book: Book) -> None:
    trigger(book, Trigger(day("2024-03-18"), P, "Fewer than twenty titles a year", ((day("2025-03-18"), 10, "exit"),)))
    book.write("exit.invoked", day("2025-04-07"), P,
               reason="The list shrinks to twelve titles; a local printer takes them.")
    obligations(book, day("2025-04-22"), [
        Obligation(V, "Return print files and plates", day("2025-07-31"), -6),
        Obligation(P, "Take over the paper in stock", day("2025-08-15"), -1),
        Obligation(P, "Pay the last invoice", day("2025-08-29"), 9),
        Obligation(V, "Delete proofs", day("2025-09-12"), -2),
    ])
    plates = share(book, Giver(P, "c", "y", ()), 0, day("2024-06-03"), topic="Print files of the Moragues catalogue",
                   to=[V])
    book.write("knowledge.returned", day("2025-07-24"), V, share_id=plates, party=V)
    book.write("knowledge.destroyed", day("2025-09-09"), V, share_id=plates, party=V)
    book.write("exit.completed", day("2025-09-23"), P, future_option="single titles by quotation")
    book.write("relationship.closed", day("2025-09-26"), P,
               reason="All obligations are discharged; thanks on both sides.")

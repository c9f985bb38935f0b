"""bank-cloud: a bank and the operator of its computing centre, in trouble.

Every other promise is late or broken, mostly the operator's; the charter was never signed by both; meetings fail;
the risk register gathers dust; and in April 2026 customer data leaked. Hardly anything is countersigned. What a red
scorecard looks like.
"""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Gain, Initiative, Objective, initiative, objective
from demo.practices.entries import countersign
from demo.practices.exchange import Asker, Giver, Lesson, lessons, requests, share, shares
from demo.practices.foundation import (
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

M, C = org("meridiaan"), org("cloudhaven")
BOTH = (M, C)


def tell() -> Book:
    book = Book("bank-cloud")
    _set_up(book)
    _objectives(book)
    _governance(book)
    _promises(book)
    _risks_and_issues(book)
    _exchange(book)
    _value(book)
    _people_and_measuring(book)
    _exit(book)
    countersign(book, day("2024-03-01"), day("2026-11-20"), 5, ("Seen, not agreed with the wording.",))
    return book


def _set_up(book: Book) -> None:
    seats = begin(
        book, day("2023-11-13"), (Team("meridiaan", sponsor_deputy=2), Team("cloudhaven")),
        (("2023-12-04", 2), ("2024-01-15", 3), ("2024-02-12", 4), ("2024-04-02", 5), ("2024-10-01", 6),
         ("2025-04-01", 7)),
        "Core banking operations", "bilateral", "EUR", "Europe/Amsterdam",
        "Hosting, operation and recovery of the core banking systems",
    )
    succeed(book, seats[C, SPONSOR], day("2026-02-16"), person("cloudhaven", 3), None, gap=98, handover=None)
    succeed(book, seats[M, MANAGER], day("2026-05-26"), person("meridiaan", 3), None, gap=30, handover=52)
    book.write("relationship.tiered", day("2023-12-11"), M, tier="key")
    joint_plan(book, day("2024-04-15"), 1, {M: 10, C: 45}, ("Service levels", "Contacts"))
    reviews_of(book, "joint_plan.reviewed", 1, [day("2025-02-11")], (M,),
               ("Service levels not met; no agreement on why.",))
    charter(book, day("2024-05-13"), 1, {M: 4})


def _objectives(book: Book) -> None:
    for aim in (
        Objective("Core systems available", "Availability of core banking", "%", "99.20", "99.95", "99.41",
                  day("2024-05-20"), day("2026-03-31"), C, {M: "Licence condition of the supervisor"}, (M,), 120),
        Objective("Recovery within two hours", "Hours to recover in the drill", "h", "9.0", "2.0", "6.5",
                  day("2024-09-02"),
                  day("2026-06-30"), C, {M: "Resilience act", C: "Tender for other banks"}, (M,), 170),
        Objective("Lower run cost", "Run cost a month", "thousand EUR", "1180", "950", "1120", day("2025-01-13"),
                  day("2026-09-30"), M, {M: "Cost-income ratio", C: "Automation of level 1"}, (M, C), 88),
        Objective("Change backlog cleared", "Changes older than 60 days", "changes", "240", "40", "210",
                  day("2025-06-02"),
                  day("2027-03-31"), C, {C: "Fewer night shifts"}, (C,), 160, last=day("2026-04-30")),
    ):
        objective(book, aim)


def _governance(book: Book) -> None:
    board = Body("Executive board", "strategic", 91, (SPONSOR, MANAGER), "HQHMQHMQMQ", "ILNNLN", (
        "Pay no bonus until the recovery drill is passed.", "Freeze changes in the last week of the quarter.",
        "Replace the storage in hall 2.", "Ask an outside party to judge the leak.",
        "Call each other before calling the press.", "Put the sponsor's name on every report.",
        "Decide on the second site after the next drill."))
    service = Body("Service board", "management", 35, (MANAGER,), "HHMHHQMHUH", "LNILIN-", (
        "Give a reason for every missed change in {month}.", "Clear the list of orphaned accounts, part {n}.",
        "Name an owner for batch job group {n}.", "Patch the gateway before {month} ends.",
        "Write the minutes in the meeting.", "Read the night log every morning.",
        "Test the phone list in {month}.", "Show open findings by age.",
    ), notes=("Cloudhaven joined twenty minutes late.", "No agreement on the minutes."))
    establish(book, board, day("2024-04-08"), M)
    establish(book, service, day("2024-04-15"), M)
    sit(book, board, day("2024-06-11"), day("2027-01-15"))
    sit(book, service, day("2024-05-21"), day("2026-12-11"))
    resources(book, [
        Resource(C, "people", day("2024-08-30"), "L", "Second database administrator"),
        Resource(M, "access", day("2025-12-19"), "L", "Accounts for the operator's night shift"),
        Resource(C, "people", day("2026-02-27"), "N", "Dedicated security engineer"),
        Resource(C, "equipment", day("2026-05-29"), "N", "Storage for hall 2"),
        Resource(M, "people", day("2026-08-28"), "K", "Two testers for the recovery drill"),
    ])


def _promises(book: Book) -> None:
    operator = Maker(C, "KLKOKBTLDKNK", (
        "Restore the backup of system group {n} as a test", "Close the open security findings of {month}",
        "Deliver the availability report for {month}", "Move batch group {n} to the new scheduler",
        "Explain incident {n} in writing",
    ), reasons=("Engineers were needed for an outage elsewhere.", "The change window was missed."),
        disputes=("The report leaves out the outage of the 12th.", "The backup was restored, but from the wrong day."),
        codes=("staff shortage", "supplier failure", "technical failure"))
    bank = Maker(M, "KLKOKLKKXK", (
        "Approve changes of {month} within three days", "Name testers for release {n}",
        "Pay undisputed invoices of {month}", "Deliver the access list for {quarter}",
    ), reasons=("Audit asked for the same people.",), codes=("budget",))
    promises(book, (operator, bank), day("2024-05-24"), day("2025-09-30"), 38)
    promises(book, (operator, bank), day("2025-10-10"), day("2027-01-15"), 15)


def _risks_and_issues(book: Book) -> None:
    leak = risk(book, Risk("Customer data leave the computing centre", "security", day("2024-06-03"), "35 35 45", M, C,
                           120, until=day("2025-08-01"), exposure=("12000000.00", "EUR", None), treatments=(
                               Treatment("Encrypt the export servers", day("2026-03-27"), "N", C),
                               Treatment("Remove old service accounts", day("2026-07-31"), "K", C))))
    risk(book, Risk("Recovery fails in a real outage", "operational", day("2024-07-15"), "45 45", M, C, 150,
                    until=day("2025-09-01"), treatments=(
        Treatment("Repeat the drill with all systems", day("2026-08-28"), "N", C),)))
    risk(book, Risk("Operator loses its key engineers", "people", day("2025-03-10"), "44", M, None, 150,
                    until=day("2025-04-15")))
    risk(book, Risk("Fine from the supervisor", "regulatory", day("2025-10-20"), "34 45", M, M, 200,
                    exposure=("5000000.00", "EUR", None),
                    treatments=(Treatment("Letter to the supervisor with both signatures", day("2026-06-12"), "L",
                                          M),)))
    risk(book, Risk("Operator looks for a buyer", "strategic", day("2026-06-08"), "44 45", M, M, 60, own=True))
    for item in (
        Issue(day("2024-07-09"), 1, "Payments stood still for four hours", M, 9, "Storage controller replaced."),
        Issue(day("2025-01-28"), 2, "Backup of the ledger unreadable", M, 31, "Tapes re-read at the maker.", None,
              "strategic", 3, 34),
        Issue(day("2025-12-09"), 2, "Batch run ends after opening hours", M, 22, "Jobs reordered."),
        Issue(day("2026-02-10"), 1, "Internet banking down on pay day", M, 8, "Load balancer replaced.", None,
              "strategic", 0, 27, reopened=14, again=9),
        Issue(day("2026-04-14"), 1, "Customer data found on a public server", M, 19,
              "Server taken down, customers informed.", leak,
              "strategic", 0, 12, materialised=True, loss=("860000.00", "EUR", None)),
        Issue(day("2026-06-16"), 2, "Gateway certificate expired", M, 13, "Certificate renewed.", None, "strategic", 1,
              41),
        Issue(day("2026-07-07"), 3, "Tickets closed without a word", M, 52, "Closing text is now required."),
        Issue(day("2026-08-11"), 2, "Night shift cannot reach the bank", C, 9, "Phone list renewed."),
        Issue(day("2026-09-01"), 3, "Invoices twice for hall 2", M),
        Issue(day("2026-09-29"), 2, "Fail-over test aborted", M, None, None, None, "strategic", 2),
    ):
        issue(book, item)


def _exchange(book: Book) -> None:
    operator = Giver(C, "mxuimx", "ynn", ("Availability report for {month}", "Incident report {n}", "Patch list {n}"))
    bank = Giver(M, "icbcmi", "ynyn", ("Release calendar for {quarter}", "Audit finding {n}",
                                       "Access review, part {n}"))
    shares(book, (operator, bank, bank), day("2024-05-14"), day("2025-10-31"), 60)
    shares(book, (operator, bank, bank), day("2025-11-18"), day("2026-11-20"), 33)
    requests(book, (
        Asker(M, operator, "LANLdNAL", ("Log files of incident {n}", "Names of all administrators, list {n}",
                                        "Root cause of outage {n}")),
        Asker(C, bank, "ALAD", ("Forecast of transactions for {quarter}", "Contact list for release {n}")),
    ), day("2024-07-02"), day("2026-11-10"), 38)
    lessons(book, [
        Lesson(day("2024-08-05"), M, "Call the bank before restarting the ledger"),
        Lesson(day("2026-02-23"), M, "No changes in the week of pay day", 150, "Change calendar"),
        Lesson(day("2026-03-09"), C, "Renew certificates from a list, not from memory"),
        Lesson(day("2026-05-04"), M, "Look for public servers every night"),
    ])
    leaked = share(book, bank, 1, day("2026-03-03"), to=[C], topic="Test extract of customer accounts")
    book.write("information.breach_reported", day("2026-04-14"), M, breach_id=book.new_id("breach"), severity=1,
               share_id=leaked,
               description="About 14,000 account numbers stood on a server open to the internet for nine days.")
    book.write("information.breach_reported", day("2026-07-02"), C, breach_id=book.new_id("breach"), severity=3,
               description="A mailing went to the addresses of another customer.")


def _value(book: Book) -> None:
    share_out = {M: "60", C: "40"}
    for idea in (
        Initiative("Automatic tickets", C, "cost", day("2024-09-09"), "300000.00", "EUR", None, day("2024-12-02"),
                   "280000.00", day("2025-01-06"), day("2026-06-30"), share_out, (), gains=(
                       Gain(day("2026-01-12"), "45000.00", {M: "9000.00", C: "36000.00"}, C),
                       Gain(day("2026-06-22"), "38000.00", {M: "8000.00", C: "30000.00"}, C, M, 41))),
        Initiative("Smaller night shift", C, "cost", day("2025-06-10"), "220000.00", "EUR", None, day("2025-09-29"),
                   "200000.00", day("2025-10-01"), day("2026-12-31"), share_out, (), stopped=day("2026-05-11"),
                   reason="No trust left to go on."),
        Initiative("Shared monitoring wall", C, "quality", day("2026-01-20"), "90000.00", "GBP", "1.1540",
                   rejected=day("2026-06-02"), reason="Money goes into security first."),
        Initiative("Retire the fax gateway", C, "cost", day("2026-03-24"), "25000.00", "EUR"),
        Initiative("Second site in Rotterdam", M, "risk", day("2026-07-14"), "1500000.00", "EUR"),
    ):
        initiative(book, idea)


def _people_and_measuring(book: Book) -> None:
    require(book, day("2024-05-06"), M)
    assess(book, day("2025-06-02"), "423322", valid=365)
    assess(book, day("2026-03-16"), "300000")
    develop(book, [
        Development("Incident command course", day("2025-10-06"), day("2026-01-30"), "K"),
        Development("English for the service desk", day("2025-12-01"), day("2026-05-29"), "N", False),
        Development("Recovery drill training", day("2026-04-20"), day("2026-08-14"), "L"),
    ])
    rate(book, day("2026-05-26"), C, M, "2122")
    rate(book, day("2026-05-26"), M, C, "323")
    rate(book, day("2026-06-03"), C, M, "111", own=True)
    for item in (
        Concern(day("2025-05-19"), M, C, "Outages are explained away.", 140, "Closed without result."),
        Concern(day("2026-02-24"), C, M, "Engineers are shouted at on the phone.", None),
        Concern(day("2026-05-05"), M, C, "The leak was known for three days before we were told.", 97,
                "New reporting duty signed."),
    ):
        concern(book, item)
    health_check(book, day("2025-03-24"), {M: Voice(12, 5, 25), C: Voice(10, 3, 34)})
    health_check(book, day("2026-06-15"), {
        M: Voice(12, 5, 20, ("I no longer believe the reports.", "We do their work twice.")),
        C: Voice(12, 3, 31, ("Nobody at the bank says thank you.",)),
    })
    review(book, day("2026-06-30"), M, "relationship", 365, "Trust is gone; the next two quarters decide.")
    improve(book, [
        Action("Weekly list of missed changes", "review", "TC1", C, day("2025-07-07"), day("2025-10-31"), 45, False,
               80),
        Action("Joint incident desk", "issue", "GP4", C, day("2025-11-03"), day("2026-02-20"), 30, False),
        Action("Named sponsor within a week", "review", "CL1", C, day("2026-03-02"), day("2026-05-29"), -1, True),
        Action("Scan of all servers for open doors", "breach", "IK4", C, day("2026-04-20"), day("2026-06-05"), -2),
        Action("Read every report before the board", "review", "GP3", M, day("2026-05-18"), day("2026-08-21")),
        Action("Close old service accounts", "breach", "RK4", C, day("2026-05-25"), day("2026-09-11")),
    ])


def _exit(book: Book) -> None:
    exit_strategy(book, day("2024-11-04"), 1, {M: 12}, ("triggers", "transition", "liabilities"))
    for item in (
        Trigger(day("2024-11-04"), M, "Severity-one incident twice in a year",
                ((day("2026-02-13"), 62, "remedy"), (day("2026-04-15"), 26, "remedy"))),
        Trigger(day("2024-11-04"), M, "Written warning of the supervisor", ((day("2026-08-03"), None, ""),)),
    ):
        trigger(book, item)
    book.write("exit.rehearsed", day("2026-09-29"), M, passed=False,
               note="Data could be read, but only by the operator's own tools.")

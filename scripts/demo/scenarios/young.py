"""Four relationships that are too young for a score, at stages 1 to 4: what an almost empty register looks like."""

from __future__ import annotations

from demo.book import Book, day
from demo.cast import org, person
from demo.practices.aims import Initiative, initiative
from demo.practices.entries import countersign, find
from demo.practices.foundation import MANAGER, SPONSOR, Team, appoint, begin, register, stage
from demo.practices.hazards import Issue, Risk, issue, risk
from demo.practices.measuring import QUESTIONS, Voice, health_check
from demo.practices.meetings import Body, establish, sit
from demo.practices.promises import Maker, promises

# Tables of texts and dates, laid out by hand.
# fmt: off


def sea_water() -> Book:
    """sea-water: getting to know each other over a paid trial, in Kuwaiti dinar with three decimals (stage 2)."""
    book = Book("sea-water")
    rawda, filtra = org("rawda"), org("filtramare")
    begin(book, day("2026-05-11"), (Team("rawda", 0, 1), Team("filtramare", 0, 1, 2)), (("2026-06-22", 2),),
          "Membranes for Al Rawda", "bilateral", "KWD", "Asia/Kuwait",
          "A trial of new desalination membranes at one intake")
    talks = Body("Trial talks", "operational", 30, (MANAGER,), "UUU", "I-",
                 ("Test two membrane lots side by side.", "Measure salt every hour.",
                  "Keep the trial running through Ramadan.",))
    establish(book, talks, day("2026-07-06"), rawda)
    sit(book, talks, day("2026-07-28"), day("2026-11-10"))
    promises(book, (Maker(filtra, "KLK", ("Ship trial lot {n}", "Report salt content for {month}")),
                    Maker(rawda, "KK", ("Prepare test basin {n}",))),
             day("2026-08-14"), day("2026-12-31"), 24)
    risk(book, Risk("Algae in summer clog the trial", "technical", day("2026-07-13"), "34 33", rawda, filtra, 60))
    issue(book, Issue(day("2026-09-01"), 3, "Trial lot held at customs", filtra, 12, "Released with the right code."))
    initiative(book, Initiative("Longer life by back-washing with air", filtra, "cost", day("2026-09-14"), "18500.750",
                                "KWD"))
    initiative(book, Initiative("Brine for the salt works", rawda, "sustainability", day("2026-10-12"), "42000.00",
                                "EUR", "0.354"))
    countersign(book, day("2026-06-01"), day("2026-11-20"), 30)
    return book


def city_wheels() -> Book:
    """city-wheels: a town and a bicycle hire firm; the next step was stopped for a missing licence (stage 3)."""
    book = Book("city-wheels")
    town, wheels = org("brennfeld"), org("rollwerk")
    begin(book, day("2026-03-02"), (Team("brennfeld", 0, 1, 2), Team("rollwerk", 0, 1)),
          (("2026-04-13", 2), ("2026-06-08", 3)), "Hire bicycles for Brennfeld", "network", "EUR", "Europe/Berlin",
          "Six hundred hire bicycles and one ticket for bus and bicycle")
    stage(book, day("2026-09-21"), 4, "stop", note="Street use licence is missing; the gate stays closed until spring.")
    book.write("partner.evaluated", day("2026-08-17"), town, party=wheels, criteria=[
        {"criterion": "Safety of the bicycles", "weight": "50", "rating": 4},
        {"criterion": "Price for residents", "weight": "50", "rating": 2}])
    for on, who, what in (("2026-05-04", wheels, "Map of stations, draft one"),
                          ("2026-06-16", town, "Bus tickets by line")):
        book.write("knowledge.shared", day(on), who, share_id=book.new_id("share"), from_party=who,
                   to_parties=book.others(who, day(on)), topic=what,
                   classification="internal", ip_status="none", contains_personal_data=False)
    promises(book, (Maker(town, "LK", ("Answer the licence question {n}",)),
                    Maker(wheels, "KK", ("Bring test bicycle {n}",))), day("2026-07-17"), day("2026-12-18"), 38)
    few = tuple(row for row in QUESTIONS if row[0] in ("values", "goals", "word"))
    health_check(book, day("2026-11-02"), {town: Voice(5, 3, 33), wheels: Voice(3, 2, 38)}, questions=few)
    initiative(book, Initiative("One ticket for bus and bicycle", town, "social", day("2026-05-18"), "110000.00",
                                "EUR"))
    return book


def vial_glass() -> Book:
    """vial-glass: a biotech company chooses a maker of vials, with a declared interest and a step back (stage 4)."""
    book = Book("vial-glass")
    kestrel, glass = org("kestrel"), org("glasmere")
    begin(book, day("2025-12-01"), (Team("kestrel", 0, 1, 3, 2), Team("glasmere", 0, 1)),
          (("2026-01-19", 2), ("2026-03-09", 3), ("2026-05-18", 4)),
          "Vials for the first batch", "bilateral", "USD", "America/New_York", "Sterile vials for trial batches")
    stage(book, day("2026-07-13"), 3, "return", note="The audit asked for a second cleaning line.")
    stage(book, day("2026-10-19"), 4)
    book.write("business_case.approved", day("2026-04-20"), kestrel, approved_by=person("kestrel", 0),
               summary="Own moulds pay back after eight hundred thousand vials.")
    interest = book.new_id("interest")
    book.write("interest.declared", day("2026-05-26"), kestrel, interest_id=interest, person=person("kestrel", 3),
               description="His brother works for Glasmere.")
    book.write("interest.settled", day("2026-06-15"), kestrel, interest_id=interest)
    book.write("partner.evaluated", day("2026-06-29"), kestrel, party=glass, criteria=[
        {"criterion": "Cleanliness", "weight": "60", "rating": 3},
        {"criterion": "Delivery", "weight": "25", "rating": 4},
        {"criterion": "Openness", "weight": "15", "rating": 5}])
    book.write("partner.selected", day("2026-10-12"), kestrel, party=glass)
    promises(book, (Maker(glass, "KKLKR", ("Send sample vials, lot {n}", "Answer audit point {n}"),
                          reasons=("The second line started later.",)),
                    Maker(kestrel, "KK", ("Return the findings on lot {n}",))), day("2026-02-27"), day("2026-12-31"),
                    26)
    risk(book, Risk("Glass splinters in a vial", "safety", day("2026-03-16"), "25 25 15", kestrel, glass, 80))
    risk(book, Risk("Only one mould maker", "supply", day("2026-06-08"), "33", glass, glass, 80))
    risk(book, Risk("Glasmere may be sold", "strategic", day("2026-09-07"), "33", kestrel, kestrel, 80, own=True))
    issue(book, Issue(day("2026-06-30"), 2, "Second cleaning line missing", kestrel, 9, "Ordered.", None, "management",
                      1, 3))
    countersign(book, day("2026-01-01"), day("2026-11-20"), 45, ("Agreed.",))
    return book


def tele_clinic() -> Book:
    """tele-clinic: registered last week and nothing else (stage 1)."""
    book = Book("tele-clinic")
    on = day("2026-11-09")
    hospital, university = org("st-brannock"), org("aldermoor")
    register(book, on, (hospital, university), "Tele-clinic for the islands", "bilateral", "GBP", "Europe/London",
             "An idea: specialist hours by video")
    appoint(book, day("2026-11-16"), hospital, SPONSOR, person("st-brannock", 3))
    find(book, "role.assigned", on).note = "The university names its sponsor after the winter term begins."
    return book

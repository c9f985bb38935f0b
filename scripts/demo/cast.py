"""Who takes part: fictitious organisations and people, and the scoring policies of the register."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from demo.book import Book, day, identity


@dataclass(frozen=True)
class Organisation:
    alias: str
    legal_name: str
    country: str
    identifiers: tuple[tuple[str, str], ...]
    locale: str
    people: tuple[str, ...]
    """The first is the sponsor, the second the relationship manager, the others stand in for them or follow them."""


# fmt: off
ORGANISATIONS = (
    Organisation(
        "aquila", "Aquila Aerospace SE", "DE", (("Handelsregister", "HRB 118204"), ("VAT", "DE811223344")), "de-DE",
        ("Henrike Vollmar", "Matthias Brandner", "Oskar Thielemann", "Judith Raabe", "Selim Kartal", "Annika Lüders"),
    ),
    Organisation(
        "wexcombe", "Wexcombe Composites Ltd", "GB", (("Companies House", "07714402"),), "en-GB",
        ("Rosalind Hartnell", "Gareth Pocock", "Imogen Tresco", "Desmond Achebe", "Fiona Madderley", "Callum Strand"),
    ),
    Organisation(
        "st-brannock", "Saint Brannock Hospitals Trust", "GB", (("Companies House", "09120377"),), "en-GB",
        ("Dr Miriam Oyelaran", "Thomas Winscombe", "Priya Nandakumar", "Stephen Garrow", "Bethan Llywelyn"),
    ),
    Organisation(
        "lumenta", "Lumenta Medical AG", "CH", (("UID", "CHE-114.208.771"),), "de-CH",
        ("Beat Zurfluh", "Céline Maréchaux", "Reto Aeschlimann", "Nora Bischof", "Luca Pedrazzi"),
    ),
    Organisation(
        "aldermoor", "University of Aldermoor", "GB", (("UKPRN", "10099214"),), "en-GB",
        ("Prof. Eleanor Whitcroft", "Dr Samuel Adeyemi", "Dr Harriet Lisle", "Joanna Pryce"),
    ),
    Organisation(
        "kestrel", "Kestrel Biologics, Inc.", "US", (("EIN", "84-2210077"),), "en-US",
        ("Marcus Delacroix", "Jenna Okafor", "Dr Wei-Ling Zhou", "Patrick Sorensen"),
    ),
    Organisation(
        "valmont", "Institut Valmont", "FR", (("SIREN", "412 908 115"),), "fr-FR",
        ("Dr Hélène Castaing", "Bruno Ferrier", "Dr Mathilde Orsini"),
    ),
    Organisation(
        "tessin", "Tessin Genomics SA", "CH", (("UID", "CHE-207.551.038"),), "it-CH",
        ("Dr Flavia Bernasconi", "Andrea Molteni", "Giulia Ferrazzini"),
    ),
    Organisation(
        "meridiaan", "Meridiaan Bank N.V.", "NL", (("KVK", "30118275"), ("LEI", "held by the treasury desk")), "nl-NL",
        ("Willemijn van Rhee", "Jeroen Postema", "Saskia Dijkgraaf", "Bas Verhoeven"),
    ),
    Organisation(
        "cloudhaven", "Cloudhaven Ltd", "IE", (("CRO", "588201"),), "en-IE",
        ("Declan Furlong", "Aoife Brennock", "Rory McGarrigle", "Sinéad Cullinane"),
    ),
    Organisation(
        "havgang", "Havgang Offshore A/S", "DK", (("CVR", "36 70 41 19"),), "da-DK",
        ("Birgitte Norup", "Anders Vestergren", "Mette Skaarup", "Jonas Friis-Holm"),
    ),
    Organisation(
        "saltmarsh", "Saltmarsh Grid plc", "GB", (("Companies House", "04450918"),), "en-GB",
        ("Alistair Penhallow", "Nadia Rahman", "Owen Cartledge", "Lucy Farnborough"),
    ),
    Organisation(
        "zandoever", "Havenbedrijf Zandoever N.V.", "NL", (("KVK", "24366102"),), "nl-NL",
        ("Marloes Tinbergen", "Hugo Lansink", "Femke Oosterhof", "Ruben Kwakman"),
    ),
    Organisation(
        "fjordleia", "Fjordleia Logistics AS", "NO", (("Organisasjonsnummer", "918 220 447"),), "nb-NO",
        ("Sigrid Haugland", "Eirik Solbakken", "Tuva Myrvold"),
    ),
    Organisation(
        "ruhrtal", "Ruhrtal Cargo GmbH", "DE", (("Handelsregister", "HRB 40977"),), "de-DE",
        ("Ulrich Demmering", "Katja Stollwerth", "Philipp Osthues"),
    ),
    Organisation(
        "gruenmarkt", "Grünmarkt Handels AG", "AT", (("Firmenbuch", "FN 301845 k"),), "de-AT",
        ("Elisabeth Kornhäusl", "Stefan Zechner", "Verena Prantl", "Markus Leitgeb"),
    ),
    Organisation(
        "almwiesen", "Almwiesen Milchgenossenschaft eG", "DE", (("Genossenschaftsregister", "GnR 2217"),), "de-DE",
        ("Alois Hintermayr", "Theresa Fendt", "Korbinian Gschwend", "Barbara Neumaier"),
    ),
    Organisation(
        "minatozaki", "Minatozaki Motor Co., Ltd.", "JP", (("Corporate number", "7010401998820"),), "ja-JP",
        ("Kenji Arakawa", "Yumi Takemoto", "Hiroshi Nakazato", "Ayaka Shiraishi"),
    ),
    Organisation(
        "volthaus", "Volthaus Batterien AG", "DE", (("Handelsregister", "HRB 772310"),), "de-DE",
        ("Carsten Wiebusch", "Leonie Marquardt", "Dr Faisal Rahimi", "Torben Hagedorn"),
    ),
    Organisation(
        "lariat", "Lariat Telecom S.A.", "ES", (("NIF", "A80412277"),), "es-ES",
        ("Inés Valcárcel", "Álvaro Montesdeoca", "Carmen Quiroga", "Sergio Balaguer"),
    ),
    Organisation(
        "torrealta", "Torrealta Infraestructuras S.L.", "ES", (("NIF", "B65318840"),), "es-ES",
        ("Joaquín Errazquin", "Lucía Bermejo", "Pau Ferrandis"),
    ),
    Organisation(
        "larkrise", "Larkrise House Publishing Ltd", "GB", (("Companies House", "02981166"),), "en-GB",
        ("Cordelia Ashworth", "Benedict Frayne", "Millie Garside"),
    ),
    Organisation(
        "vallclara", "Impremta Vallclara S.A.", "ES", (("NIF", "A08550913"),), "ca-ES",
        ("Montserrat Puigdellívol", "Oriol Casademont", "Laia Serrat"),
    ),
    Organisation(
        "brennfeld", "Stadt Brennfeld", "DE", (("Leitweg", "09162000-11"),), "de-DE",
        ("Dr Renate Hollfelder", "Moritz Kessenich", "Nele Wiesinger"),
    ),
    Organisation(
        "rollwerk", "Rollwerk Mobility GmbH", "DE", (("Handelsregister", "HRB 254801"),), "de-DE",
        ("Jannik Overbeck", "Mira Sandhu", "Timo Reschke"),
    ),
    Organisation(
        "glasmere", "Glasmere Vials Ltd", "GB", (("Companies House", "11290536"),), "en-GB",
        ("Adrian Thackeray", "Yvonne Boateng", "Rupert Illingworth"),
    ),
    Organisation(
        "rawda", "Al Rawda Water Company K.S.C.", "KW", (("Commercial register", "338910"),), "ar-KW",
        ("Nasser Al-Dhafiri", "Huda Al-Mansour", "Tareq Behbehani"),
    ),
    Organisation(
        "filtramare", "Filtramare S.p.A.", "IT", (("Codice fiscale", "03877120271"),), "it-IT",
        ("Ludovica Benincasa", "Matteo Zanardo", "Elena Scarpa"),
    ),
)
# fmt: on

_BY_ALIAS = {organisation.alias: organisation for organisation in ORGANISATIONS}


def org(alias: str) -> str:
    """The id of an organisation."""
    return identity("organisation", _BY_ALIAS[alias].alias)


def person(alias: str, number: int) -> str:
    """The id of the n-th person of an organisation, from 0: sponsor, relationship manager, and who follows them."""
    return identity("person", alias, _BY_ALIAS[alias].people[number])


def _email(name: str, alias: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in plain.replace("-", "").split() if not word.endswith(".") and word != "dr"]
    return f"{words[0]}.{''.join(words[1:])}@{alias}.example"


def register_wide() -> Book:
    """The facts that belong to no relationship, in one book."""
    book = Book("register")
    for item in ORGANISATIONS:
        book.write(
            "organisation.registered",
            day("2023-11-01"),
            None,
            organisation_id=org(item.alias),
            legal_name=item.legal_name,
            country=item.country,
            identifiers=[{"scheme": scheme, "value": value} for scheme, value in item.identifiers],
            alias=item.alias,
        )
    for item in ORGANISATIONS:
        for number, name in enumerate(item.people):
            book.write(
                "person.registered",
                day("2023-11-02"),
                None,
                person_id=person(item.alias, number),
                organisation_id=org(item.alias),
                name=name,
                email=_email(name, item.alias),
                locale=item.locale,
            )
    book.write(
        "organisation.renamed",
        day("2025-05-02"),
        None,
        organisation_id=org("cloudhaven"),
        legal_name="Cloudhaven Managed Services Ltd",
        note="Renamed after the sale of the hosting business; the company is the same.",
    )
    _policies(book)
    return book


def _policies(book: Book) -> None:
    book.write(
        "scoring_policy.published",
        day("2024-06-14"),
        None,
        policy_version=1,
        effective_from=day("2024-07-01"),
        changes={
            "indicators": {"CL3": {"floor": "25", "target": "5"}, "MO2": {"target": "0.6"}},
            "principles": {"P7": "1.50"},
        },
        reason="First review of the scorecards: trust weighs more, and sponsors get five more days to answer.",
    )
    book.write(
        "scoring_policy.published",
        day("2025-12-11"),
        None,
        policy_version=2,
        effective_from=day("2026-01-01"),
        changes={
            "indicators": {
                "TC1": {"target": "0.9"},
                "IK2": {"weight": "0.25"},
                "GP3": {"window_days": 270},
                "RK5": {"min_n": 2},
            },
            "principles": {"P7": "1.25", "P12": "0.75"},
        },
        reason="After a full year: the bar for promises kept is raised, decisions are judged over nine months, "
        "and an exit strategy weighs less than the daily work.",
    )

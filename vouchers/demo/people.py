"""The invented people of the demo, and their organisations."""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.eligibility.rules.likeness import bare_name

DEMO_DOMAIN = "demo.example"
"""The office's own; the domain of every other house of the demo ends like it, but stands beside it, not below."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in the demo; `address` is the part before the @, or reaches into a house of its own (``ada@mill``)."""

    address: str
    name: str
    language: str = "en"
    time_zone: str = "Europe/Brussels"

    @property
    def email(self) -> str:
        """The whole address, in a domain that no mail server serves."""
        return f"{self.address}{'-' if '@' in self.address else '@'}{DEMO_DOMAIN}"


@dataclass(frozen=True, slots=True)
class RegionStaff:
    """Who works in a partner region."""

    region: str
    manager: Person
    finance: Person


COORDINATOR = Person("coordinator", "Ingrid Van den Berg")
AUDITOR = Person("auditor", "Marta Øst")
ADMINISTRATOR = Person("administrator", "Samuel Roy")

STAFF = (
    RegionStaff("BE-WAL", Person("manager.wallonia", "Hélène Dumont"), Person("finance.wallonia", "Benoît Lejeune")),
    RegionStaff("DK-84", Person("manager.copenhagen", "Søren Kjær", "en", "Europe/Copenhagen"), Person("finance.copenhagen", "Astrid Møller", "en", "Europe/Copenhagen")),
    RegionStaff("FR-IDF", Person("manager.paris", "Camille Lefèvre", "en", "Europe/Paris"), Person("finance.paris", "Étienne Garnier", "en", "Europe/Paris")),
    RegionStaff("FR-GES", Person("manager.strasbourg", "Noémie Schmitt", "en", "Europe/Paris"), Person("finance.strasbourg", "Luc Weiß", "en", "Europe/Paris")),
    RegionStaff("DE-BW", Person("manager.stuttgart", "Jürgen Häußler", "en", "Europe/Berlin"), Person("finance.stuttgart", "Petra Grün", "en", "Europe/Berlin")),
    RegionStaff("NL-NB", Person("manager.eindhoven", "Sanne de Vries", "en", "Europe/Amsterdam"), Person("finance.eindhoven", "Joost van Dijk", "en", "Europe/Amsterdam")),
    RegionStaff("NL-GE", Person("manager.nijmegen", "Femke Jansen", "en", "Europe/Amsterdam"), Person("finance.nijmegen", "Bram Bakker", "en", "Europe/Amsterdam")),
    RegionStaff("UK-SCT", Person("manager.glasgow", "Mairi MacLeod", "en", "Europe/London"), Person("finance.glasgow", "Iain Fraser", "en", "Europe/London")),
)  # fmt: skip

EXPERTS: tuple[tuple[Person, str, str, str, str], ...] = (
    # who, employer, country, partner region (none: the expert works outside of them), fields
    (Person("antoine@pasteur-lille", "Antoine Mercier"), "Institut Pasteur de Lille", "FR", "", "Vaccines, clinical trials, regulatory affairs"),
    (Person("birgit@aarhus-biotech", "Birgit Hansen"), "Aarhus Biotech Advisers", "DK", "", "Medical devices, CE marking, usability"),
    (Person("carla@peeters", "Carla Peeters"), "Peeters Life Science Consulting", "BE", "BE-WAL", "Business models, market access, reimbursement"),
    (Person("dieter@mannheim", "Dieter Krause"), "Hochschule Mannheim", "DE", "DE-BW", "Diagnostics, laboratory automation, quality"),
    (Person("eilidh@dundee", "Eilidh Stewart"), "University of Dundee", "GB", "UK-SCT", "Drug discovery, chemistry, intellectual property"),
    (Person("floris@leiden-bioscience", "Floris Smit"), "Leiden Bioscience Partners", "NL", "", "Digital health, data protection, software as a medical device"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """An SME of the demo and who founded it."""

    region: str
    country: str
    name: str
    vat_number: str
    street: str
    building: str
    post_code: str
    town: str
    owner: str

    @property
    def house(self) -> str:
        """Its name as the beginning of a mail domain."""
        return "-".join(bare_name(self.name).split())


_KNOWN = (
    ("BE-WAL", "BE", "BioWave Liège SRL", "BE0403170701", "Rue du Parc", "12", "4000", "Liège", "Amélie Fontaine"),
    ("DK-84", "DK", "Øresund Medico ApS", "DK13585628", "Strandgade", "27", "1401", "København", "Dorthe Nielsen"),
    ("FR-IDF", "FR", "Cytolumière SAS", "FR40303265045", "Rue de la Recherche", "5", "91000", "Évry", "Fanny Delacroix"),
    ("FR-GES", "FR", "Rhin Implants SARL", "FR83404833048", "Rue de l’Europe", "3", "67000", "Strasbourg", "Hugo Muller"),
    ("DE-BW", "DE", "Müller & Söhne Medizintechnik GmbH", "DE136695976", "Königstraße", "4", "70173", "Stuttgart", "Jana Köhler"),
    ("NL-NB", "NL", "Brabant Bioprint BV", "NL004495445B01", "High Tech Campus", "60", "5656 AE", "Eindhoven", "Lotte Vermeulen"),
    ("NL-GE", "NL", "Waalhealth BV", "NL002455799B11", "Toernooiveld", "100", "6525 EC", "Nijmegen", "Nienke Visser"),
    ("UK-SCT", "GB", "Clyde Genomics Ltd", "GB980780684", "University Avenue", "11", "G12 8QQ", "Glasgow", "Pàdraig Munro"),
)  # fmt: skip

_STEMS = (
    "Alpha",
    "Cardio",
    "Derma",
    "Gluco",
    "Immuno",
    "Lumen",
    "Micro",
    "Neuro",
    "Onco",
    "Ortho",
    "Pulmo",
    "Rheo",
    "Vita",
)
_BRANCHES = ("Diagnostics", "Sensors", "Therapeutics", "Robotics", "Nutrition", "Implants", "Analytics")
_PLACES = {
    "BE-WAL": ("BE", "SRL", "Quai de Meuse", "5000", "Namur"),
    "DK-84": ("DK", "ApS", "Vesterbrogade", "1620", "København"),
    "FR-IDF": ("FR", "SAS", "Boulevard Pasteur", "75015", "Paris"),
    "FR-GES": ("FR", "SARL", "Allée des Tilleuls", "54000", "Nancy"),
    "DE-BW": ("DE", "GmbH", "Hauptstraße", "69117", "Heidelberg"),
    "NL-NB": ("NL", "BV", "Kanaaldijk", "5611 AB", "Eindhoven"),
    "NL-GE": ("NL", "BV", "Bronland", "6708 PB", "Wageningen"),
    "UK-SCT": ("GB", "Ltd", "Little France Road", "EH16 4UX", "Edinburgh"),
}
_GIVEN = {
    "BE": ("Bastien", "Chloé", "Maxime", "Julie"), "DK": ("Emil", "Freja", "Mikkel", "Ida"),
    "FR": ("Guillaume", "Inès", "Théo", "Manon"), "DE": ("Karl-Heinz", "Anke", "Jörg", "Silke"),
    "NL": ("Maarten", "Olga", "Sjoerd", "Marieke"), "GB": ("Quinn", "Morag", "Callum", "Isla"),
}  # fmt: skip
_FAMILY = {
    "BE": ("Renard", "Lambert", "Collard", "Dupuis", "Lejeune"), "DK": ("Sørensen", "Lund", "Holm", "Bach", "Krogh"),
    "FR": ("Petit", "Robert", "Girard", "Moulin", "Roux"), "DE": ("Böhm", "Vogel", "Schäfer", "Kühn", "Wolf"),
    "NL": ("Willems", "Mulder", "Smits", "Kuipers", "Bos"), "GB": ("Campbell", "Reid", "Sinclair", "Murray", "Boyd"),
}  # fmt: skip


def make_companies(count: int) -> list[Company]:
    """So many companies, spread evenly over the regions, each with a founder of its own."""
    companies = [Company(*known) for known in _KNOWN]
    regions = list(_PLACES)
    for number in range(len(companies), count):
        region, turn = regions[number % len(regions)], number // len(regions) - 1
        country, form, street, post_code, town = _PLACES[region]
        stem, branch = _STEMS[number % len(_STEMS)], _BRANCHES[(number + turn) % len(_BRANCHES)]
        given = _GIVEN[country][turn % 4]
        family = _FAMILY[country][(turn // 4 + number) % 5]
        companies.append(
            Company(
                region,
                country,
                f"{stem} {branch} {town} {form}",
                "",
                street,
                str(number),
                post_code,
                town,
                f"{given} {family}",
            )
        )
    return companies[:count]

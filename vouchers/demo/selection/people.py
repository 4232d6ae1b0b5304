"""Who acts in the third programme: staff, experts, candidates, providers and companies."""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.demo.people import Company, Person

LIMBURG, LIEGE = "NL-LIM", "BE-LGE"

COORDINATOR = Person("coordinator.care", "Annelies Claes")
AUDITOR = Person("auditor.care", "Greet Aerts")
MANAGERS = {
    LIMBURG: (
        Person("manager.maastricht", "Pim Janssen", "en", "Europe/Amsterdam"),
        Person("deputy.maastricht", "Lieke Hermans", "en", "Europe/Amsterdam"),
    ),
    LIEGE: (
        Person("manager.liege", "Valérie Lambrecht"),
        Person("deputy.liege", "Thomas Schyns"),
    ),
}
OFFICERS = {
    LIMBURG: Person("finance.maastricht", "Rob Theunissen", "en", "Europe/Amsterdam"),
    LIEGE: Person("finance.liege", "Béatrice Collin"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who answers the call for experts."""

    person: Person
    employer: str
    country: str
    languages: tuple[str, ...]
    fields: tuple[str, ...]
    expertise: str
    why: str
    euros_a_day: int = 520
    region: str = ""
    """The partner region in which the expert works, where it is one."""


EXPERTS = (
    Candidate(Person("ilse@kempen-rehabilitation", "Ilse Maes"), "Kempen Rehabilitation Institute", "BE", ("nl", "en", "fr"), ("rehabilitation", "devices"), "Rehabilitation after a stroke, walking aids, trials with patients at home", "I have judged projects for a hospital fund for six years."),
    Candidate(Person("tobias@eifel-engineering", "Tobias Engel"), "Eifel Medical Engineering", "DE", ("de", "en", "nl"), ("devices", "regulatory"), "Sensors, medical devices of class I and IIa, CE marking and risk files", "I know from my own devices what is feasible in a year."),
    Candidate(Person("sofie@brouns-economics", "Sofie Brouns"), "Brouns Health Economics", "NL", ("nl", "en"), ("market", "regulatory"), "What clinics and insurers pay for, business plans, reimbursement", "I can tell a market from a wish."),
    Candidate(Person("marc@alzette-clinic", "Marc Thelen"), "Alzette Clinic Research", "LU", ("fr", "en", "nl"), ("digital", "rehabilitation"), "Clinical trials, remote monitoring, tele-rehabilitation", "Our clinic tries twenty new products each year."),
    Candidate(Person("nadia@verlinden-data", "Nadia Verlinden"), "Verlinden Data and Care", "BE", ("nl", "en", "fr"), ("digital",), "Health data, algorithms that support a diagnosis, data protection", "Half of all projects now have software in them.", 600),
    Candidate(Person("bart@ourthe-college", "Bart Hendrickx"), "Ourthe University College", "BE", ("nl", "en"), ("devices", "rehabilitation"), "Usability with nurses and patients, ergonomics, prototypes", "I teach how to test with users, and would like to see how companies do it.", region=LIEGE),
    Candidate(Person("claire@sambre-nutrition", "Claire Dubois"), "Sambre Nutrition Laboratory", "FR", ("fr", "en", "nl"), ("nutrition", "regulatory"), "Clinical nutrition, swallowing disorders, health claims", "Food is the field in which most applications promise too much."),
    Candidate(Person("anke@saar-ergonomics", "Anke Reuter"), "Saar Ergonomics", "DE", ("en", "fr"), ("rehabilitation",), "Lifting aids, strain on carers, work in nursing homes", "Carers are often forgotten in such projects."),
    Candidate(Person("hugo@pieters-consult", "Hugo Pieters"), "Pieters Consult", "NL", ("nl", "en"), ("market",), "Sales of medical products, founding of companies", "I have founded three companies in this field.", region=LIMBURG),
)  # fmt: skip
"""All of them are admitted; `DUE` declares next, `SUSPENDED` is not asked any more."""
DUE, SUSPENDED = 7, 8
WHY_SUSPENDED = "You did not hand in five sheets that you had accepted, and did not answer our two letters about them."

CANDIDATES = (
    Candidate(Person("yusuf@geleen-motion", "Yusuf Demir"), "Geleen Motion Laboratory", "NL", ("nl", "en", "de"), ("rehabilitation", "digital"), "Analysis of movement, sensors in clothes, prevention of falls", "My laboratory measures 300 patients a year; I know which data help.", region=LIMBURG),
    Candidate(Person("marijke@post-regulatory", "Marijke Post"), "Post Regulatory Advice", "NL", ("nl", "en", "de"), ("regulatory",), "Technical files, notified bodies, software as a medical device", "I have taken forty devices through their approval."),
    Candidate(Person("elena@vesdre-hospital", "Elena Rossi"), "Vesdre Valley Hospital", "BE", ("fr", "en"), ("devices",), "Intensive care, wound care, buying of devices for a hospital", "I decide what our wards buy, and why.", 480, LIEGE),
)  # fmt: skip
"""They have applied; the last one is marked and waits for her admission."""


@dataclass(frozen=True, slots=True)
class Offerer:
    """An organisation that offers services, and who enrols it."""

    company: Company
    fields: tuple[str, ...]
    services: str
    why: str


PROVIDERS = (
    Offerer(Company(LIMBURG, "NL", "Maas Usability Lab BV", "", "Randwycksingel", "20", "6229 EE", "Maastricht", "Koen Habets"), ("devices", "rehabilitation"), "Test with ten patients; 3200; test\nTest with nurses on a ward; 2400; day\nReport on how it can be used safely; 1800", "We have a ward for tests and a list of 400 patients who take part."),
    Offerer(Company(LIEGE, "BE", "Laboratoire Vesdre Analyses SRL", "", "Rue des Laines", "14", "4800", "Verviers", "Aurore Piette"), ("nutrition",), "Analysis of nutrients; 140; sample\nShelf life of a product; 2900\nAdvice on a health claim; 95; hour", "Accredited by our national body for 60 kinds of analysis."),
    Offerer(Company(LIEGE, "BE", "Fagnes Ergonomie SRL", "", "Route de Botrange", "5", "4950", "Waimes", "Julien Cremer"), ("rehabilitation",), "Strain on the back of carers; 780; day\nTraining of staff; 640; day", "We measure what lifting costs a back, in homes and on wards."),
)  # fmt: skip
"""All have answered the call for providers; the last one is still to be marked."""

COMPANIES = (
    Company(LIMBURG, "NL", "Stapvast Mobility BV", "", "Brusselsestraat", "11", "6211 PC", "Maastricht", "Roel Smeets"),
    Company(LIMBURG, "NL", "Geul Sensors BV", "", "Neerhem", "42", "6301 CH", "Valkenburg", "Esther Vaessen"),
    Company(LIMBURG, "NL", "Zachte Kost BV", "", "Markt", "7", "6131 EK", "Sittard", "Mark Cuypers"),
    Company(LIMBURG, "NL", "Roer Orthotics BV", "", "Kapellerlaan", "90", "6041 JD", "Roermond", "Judith Geelen"),
    Company(LIMBURG, "NL", "Peel Care Robotics BV", "", "Keizerstraat", "3", "5801 BC", "Venray", "Stijn Verstappen"),
    Company(LIMBURG, "NL", "Nachtwacht Zorg BV", "", "Akerstraat", "55", "6411 GW", "Heerlen", "Monique Raven"),
    Company(LIMBURG, "NL", "Maasduin Wound Care BV", "", "Parade", "16", "5911 CB", "Venlo", "Tom Jacobs"),
    Company(LIMBURG, "NL", "Heuvelland Hearing BV", "", "Dorpsstraat", "28", "6271 BL", "Gulpen", "Anouk Schreurs"),
    Company(LIEGE, "BE", "Ourthe Médical SRL", "", "Quai de Rome", "31", "4000", "Liège", "Nathalie Gillet"),
    Company(LIEGE, "BE", "Respire Wallonie SRL", "", "Rue Haute-Sauvenière", "9", "4000", "Liège", "Olivier Jamar"),
    Company(LIEGE, "BE", "Ostbelgien Reha SRL", "", "Gospertstraße", "18", "4700", "Eupen", "Sabine Kessel"),
    Company(LIEGE, "BE", "Amblève Digital SRL", "", "Place Saint-Remacle", "2", "4970", "Stavelot", "Gilles Dethier"),
)  # fmt: skip

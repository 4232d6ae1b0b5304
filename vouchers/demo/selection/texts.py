"""What applicants, experts and managers of the third programme write."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Project(NamedTuple):
    """What a company wants to try; `field` is of the programme's taxonomy."""

    title: str
    field: str
    idea: str
    use: str


PROJECTS = (
    Project("A walking frame that brakes before the user falls", "rehabilitation", "Sensors in the handles notice that the user leans too far, and the frame brakes by itself. Frames on the market brake only by hand.", "People after a stroke who walk at home alone. We count near-falls of twelve users over four weeks, with and without the brake."),
    Project("A bed mat that tells a restless night from a fall risk", "digital", "A thin mat under the sheet measures movement. Our software learns each sleeper's usual night and reports only what differs from it.", "Night staff of two nursing homes. Today nine of ten alarms are false; we want to halve them."),
    Project("Soft meals that people with dementia recognise", "nutrition", "We print soft food in the shape and colour of the meal that it was made from, and keep the protein in it.", "Residents who cannot chew. A home weighs what is left on the plates for six weeks."),
    Project("A light ankle brace from a scan with a phone", "devices", "The patient is scanned with a phone, and the brace is printed the same day. A plaster cast takes two weeks.", "Children who outgrow a brace in months. Twenty families try it and rate fit and pain."),
    Project("A lifting arm that fits through a bathroom door", "devices", "The arm folds to 58 cm and is driven by a battery. Ceiling lifts need building work, which rented homes do not allow.", "District nurses who lift alone. We measure the strain on their backs with and without the arm."),
    Project("A night camera that sends words, not pictures", "digital", "The camera works out on the spot what happens and sends a sentence to the nurse; no picture leaves the room.", "Residents and families who refuse cameras today. A home with 40 rooms compares alarms and consent."),
    Project("A plaster that shows an infected wound by its colour", "devices", "The plaster turns blue where bacteria change the acidity of a wound, before the skin reddens.", "People with diabetic feet. A clinic compares the colour with swabs of 60 wounds."),
    Project("Hearing aids that learn the voices of a family", "digital", "The aid learns ten voices and lifts them out of the noise at the table, without a phone.", "People over 75 who stop wearing their aids. Twenty users keep a diary for a month."),
    Project("A game that trains breathing after a lung illness", "rehabilitation", "A mouthpiece steers a game by the strength of each breath, and the therapist sets the level from a distance.", "Patients who leave rehabilitation early. We compare how many exercises are done at home."),
    Project("A spoon that stills a trembling hand", "devices", "Two small motors in the handle counter the tremor. The partner measures how much is left at the tip.", "People with Parkinson's disease who no longer eat in company."),
    Project("A protein drink that keeps its taste at room temperature", "nutrition", "A new way of heating keeps the drink stable for nine months without sweetener.", "People at home after an operation, who drink half of what is prescribed."),
    Project("Walking lessons through headphones", "rehabilitation", "The beat of the music follows the steps and slowly makes them even. A sensor on the shoe is all it needs.", "People with Parkinson's disease; a clinic films thirty of them before and after."),
    Project("A file of all device tests that an auditor can follow", "regulatory", "The software keeps each test of a device with its evidence, so that a small maker can show it to a notified body.", "Small makers who pay advisers for weeks of copying. Two of them prepare an audit with it."),
    Project("A cushion that reminds to shift one's weight", "devices", "The cushion measures pressure and reminds by a soft hum; it learns when not to disturb.", "Wheelchair users with pressure sores. A rehabilitation centre follows sixteen of them."),
)  # fmt: skip

PARTNERS = (
    ("Maas Usability Lab BV", "tests@maas-usability-demo.example"),
    ("Laboratoire Vesdre Analyses SRL", "contact@vesdre-analyses-demo.example"),
    ("Sint-Servaas Rehabilitation Centre", "research@sint-servaas-demo.example"),
    ("Clinique du Val Mosan", "essais@val-mosan-demo.example"),
)

REMARKS = {
    "novelty": (
        "Much of this can be bought already, and the application does not say what would be different.",
        "Known in principle, but new for these users and at this price.",
        "I know of no product that does this; the comparison in the application is fair.",
    ),
    "benefit": (
        "It stays unclear who would use it every day, and nothing is measured.",
        "Plausible for some users. The number of people in the test is small.",
        "A clear need, named users, and a measurement that will show whether it helps.",
    ),
    "plan": (
        "The partner has no experience with such tests, and the weeks do not add up.",
        "Feasible; the recruiting of test users will take longer than planned.",
        "Steps, partner and budget fit together well.",
    ),
}
"""(low, middle, high) of each criterion."""
WHOLE = (
    "I would not support it in this form.",
    "Worth trying if the money reaches it.",
    "A strong application that I would support gladly.",
)

CONFLICT = "I advised this company on its sensors two years ago, paid by the hour."
APPEAL = (
    "The experts write that our test measures nothing. Page two of our answers names the measurement: we count near-falls "
    "of twelve users over four weeks. We ask you to have this criterion looked at again."
)
NOTE = "As the ranking has it; nobody is passed over."
CONDITION = "Send us the consent form that the test users will sign."
LETTER = (
    "Dear {name},\n\nyour application {reference}, “{title}”, has been decided. We award {amount} to {organisation}.\n\n"
    "{conditions}\n\n{feedback}\n\nWe send you the agreement within a week. Questions: {office_email}.\n\n{office}"
)
QUESTIONS = "Who recruits the test users, and what happens if fewer than half of them take part to the end?"
REPLY = (
    "The clinic recruits them from its own list, and has done so for three trials. With fewer than half we would repeat the "
    "test with a second clinic, at our own cost."
)

VAT = Decimal("0.21")
DEPOSIT = "The laboratory asks for a deposit before it recruits the patients."
FIRST_REPORT = "The laboratory has tested the product with eight patients; three of them could not open its lid."
DELIVERED = "Twelve pages, with the protocol of each test."
FORGOTTEN = ("A lens that measures sugar", "Splints from recycled fishing nets")

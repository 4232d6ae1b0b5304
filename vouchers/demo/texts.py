"""What the demo's applicants write."""

from __future__ import annotations

from decimal import Decimal

PROJECTS = (
    ("A faster blood test for sepsis", "medtech", "We compare our lateral-flow assay with the partner’s reference method on 200 frozen samples, in three rounds, and learn where it fails."),
    ("Printing skin models for allergy tests", "biotech", "The partner prints our cell mixture on its bioprinter. We then test whether the skin model keeps its barrier for ten days."),
    ("Software that reads ECG strips from a phone", "digital", "A usability expert watches twelve nurses use our prototype, and we rebuild what they stumble over."),
    ("A probiotic drink for people on dialysis", "nutrition", "The partner’s food laboratory measures potassium and shelf life of four recipes and advises on the health claim."),
    ("Sterile packaging without fluorinated films", "medtech", "We run ageing tests on three films in the partner’s climate chambers and compare their seal strength."),
    ("Finding biomarkers of early kidney disease", "biotech", "The partner measures our urine samples by mass spectrometry; we analyse the data together in two workshops."),
    ("A glove that trains the hand after a stroke", "medtech", "Physiotherapists at the partner’s clinic try the glove with eight patients and tell us what must change."),
    ("Market access for a diagnostic in hospitals abroad", "services", "An expert in reimbursement explains how hospitals in the partner’s region buy diagnostics and reviews our dossier."),
    ("Sensors that notice a fall at night", "digital", "We place twenty sensors in the partner’s test flat and measure how often they are wrong."),
    ("Oil from algae for infant formula", "nutrition", "The partner extracts the oil at pilot scale and analyses its fatty acids, so that we know the cost per kilogram."),
    ("Virus-free cell banks for small producers", "biotech", "We learn the partner’s clean-room procedure in a staff exchange of two weeks and write our own."),
    ("A meeting with laboratories for clinical trials", "services", "We meet three laboratories to find the one that can run our trial next year."),
    ("Teaching a microscope to count parasites", "digital", "The partner provides 1,000 annotated images; we train and test our model on them and publish the error rate."),
    ("A nasal spray that survives the desert", "biotech", "Stability tests at 40 degrees over three months in the partner’s laboratory."),
    ("Patents for a new suture thread", "medtech", "A patent attorney of the partner’s institute searches what exists and drafts the claims."),
)  # fmt: skip
"""(title, field, what they want to do)."""

GRANTED_BY = "Chamber of Commerce"
"""Who granted the aid that a company of the demo has received before."""

PARTNERS = (
    ("Institut de Biologie de Lille", "Mme Claire Moreau", "claire.moreau@partner.example", "FR-IDF"),
    ("Universitair Laboratorium Eindhoven", "Jan de Vries", "jan.devries@partner.example", "NL-NB"),
    ("Liège Cell Factory", "Paul Hanssens", "paul.hanssens@partner.example", "BE-WAL"),
    ("Københavns Testcenter", "Lærke Holm", "laerke.holm@partner.example", "DK-84"),
    ("Institut für Medizintechnik Stuttgart", "Dr. Uwe Schäfer", "uwe.schaefer@partner.example", "DE-BW"),
    ("Glasgow Imaging Centre", "Fiona Grant", "fiona.grant@partner.example", "UK-SCT"),
)  # fmt: skip
"""(name, contact, email, region)."""

PARTNER_TOWNS = {
    "FR-IDF": "Lille", "NL-NB": "Eindhoven", "BE-WAL": "Liège",
    "DK-84": "København", "DE-BW": "Stuttgart", "UK-SCT": "Glasgow",
}  # fmt: skip
"""Where the partner of a region sits."""

CARRIERS = {"travel": "Europe by Rail", "lodging": "Hotel at the Station"}
"""Who is paid for a journey, by the code of the cost category."""

COMMENTS = (
    "A clear question and a partner who can answer it.",
    "The steps are realistic; the budget is explained well.",
    "I would have liked to read more on what happens after the voucher.",
    "Strong team. The novelty against existing products is shown.",
    "The benefit is plausible, though the market figures are not sourced.",
)

BENEFIT = "Afterwards we know whether the idea holds, with data that investors and clinics accept."
WORK_PLAN = "Week 1: samples and protocol. Weeks 2 to 6: measurements. Week 7: joint analysis and a written report."
WHY_PARTNER = (
    "The equipment and the experience do not exist in our region, and we want to work together in the years to come."
)
REPORT = (
    "The work was done as planned. The partner delivered its report; we learned which of our assumptions hold, "
    "and we have agreed on the next step together."
)
ANSWERS = {
    "learned": "We know how the partner validates such a method, and two of our people can do it by themselves.",
    "result": "A data set of 200 samples, measured twice, and a written procedure that we can hand to a hospital.",
    "next": "We repeat the series with fresh samples and look for the money of a larger project together.",
}
"""To the questions of a report, by their codes."""
SUGGESTION = "The forms could remember more of what we told you in the application."

CUT_TO = Decimal("0.9")
"""What is left of a cost of which an officer cuts a part."""

"""What is asked on the pages of an application: forms made from the call's questions, and the few fixed ones."""

from vouchers.applications.forms.fixed import (
    AttachDocumentForm,
    ConfirmPartnerForm,
    CopyApplicationForm,
    HandOverApplicationForm,
    InvitePartnerForm,
    LiftRecusalForm,
    RecuseForm,
    SendBackApplicationForm,
    StartApplicationForm,
    SubmitApplicationForm,
    WithdrawApplicationForm,
    attach_form,
)
from vouchers.applications.forms.sections import SectionForm, accepted, data_of, section_form, touched

__all__ = [
    "AttachDocumentForm",
    "ConfirmPartnerForm",
    "CopyApplicationForm",
    "HandOverApplicationForm",
    "InvitePartnerForm",
    "LiftRecusalForm",
    "RecuseForm",
    "SectionForm",
    "SendBackApplicationForm",
    "StartApplicationForm",
    "SubmitApplicationForm",
    "WithdrawApplicationForm",
    "accepted",
    "attach_form",
    "data_of",
    "section_form",
    "touched",
]

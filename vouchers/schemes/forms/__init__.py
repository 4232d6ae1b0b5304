"""What is asked on the pages of drafts: `pages` asks what is fixed, `blocks` makes a block's form from its outline."""

from vouchers.schemes.forms.blocks import BlockForm, block_form, named_problem, read_block
from vouchers.schemes.forms.pages import (
    AddInstrumentForm,
    CorrectCallForm,
    DiscardDraftForm,
    PublishCorrectionForm,
    PublishDraftForm,
    RemoveItemForm,
    StartDraftForm,
)

__all__ = [
    "AddInstrumentForm",
    "BlockForm",
    "CorrectCallForm",
    "DiscardDraftForm",
    "PublishCorrectionForm",
    "PublishDraftForm",
    "RemoveItemForm",
    "StartDraftForm",
    "block_form",
    "named_problem",
    "read_block",
]

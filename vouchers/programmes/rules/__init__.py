"""Pure rules of a programme, from the text of a file to a plan that the register can load.

- `source`: YAML text to a tree whose every node knows its line; nothing is ever constructed or executed.
- `faults`: what is wrong with a file, with line, column, place and reason.
- `keys`: every key that a programme file may have.
- `block`: typed reading of one block of keys; `values`: exact amounts, rates, days and instants.
- `plan`: the frozen dataclasses, and their digests.
- `programme_file`, `instrument_blocks`, `form_blocks`, `call_blocks`: the parts of the file, each read and checked.
- `voucher_amounts`: whether the money and the amounts that are asked for fit a voucher.
- `oddities`: what may be meant but looks odd, told as warnings.
- `question_types`: one answer to one question, validated and put into its canonical form.
"""

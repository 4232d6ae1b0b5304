"""What could be computed on paper.

checks        what the bank said of the name that belongs to an account
debts         what is owed, share by share; what was set off of it
readiness     whether it can be paid now, and why not
reason_codes  what a bank's code says, in words
refusals      whether the bank refused the account
returns       what the payee reads of a payment that came back
"""

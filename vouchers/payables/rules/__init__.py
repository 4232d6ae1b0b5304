"""What could be computed on paper.

debts         what is owed, share by share; what was set off of it
readiness     whether it can be paid now, and why not
reason_codes  what a bank's code says, in words
"""

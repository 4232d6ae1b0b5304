"""What could be computed on paper: reading a bank's files, knowing them again, and matching them to payments.

bank_xml     the bytes of a bank's file as XML, read piece by piece and without trust
kinds        which file this is
movements    what a file says, as frozen values
camt053      a statement file in, statements out, whichever bank wrote it
details      one entry of a statement in, its movements out
currencies   in which currency a statement must be
pain002      a status report in, what the bank refuses out
identity     by what a statement and a movement are known again
continuity   whether the balances hold, within a statement and from one to the next
matching     which payments a movement executes or gives back, or why that is not clear
reasons      why the bank refused or returned, as people read it
"""

"""What could be computed on paper: the SEPA credit transfer file, and the checks that it must pass.

releasing          who may release a batch: limits of roles, two accounts of one person
credit_transfer    what a payment is, as frozen values
sepa_text          the characters and the lengths that a bank accepts
transfer_checks    what each value must be before it is written
pain001            values in, bytes of the bank file out
bank_file_reading  the bytes of a bank file as XML, read without trust
bank_file_checks   bytes in, findings out; reads the file again and knows nothing of the writer
"""

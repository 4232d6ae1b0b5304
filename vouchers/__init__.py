"""The innovation-voucher office, from the call to the auditor's ledger.

Floors, top to bottom; a package imports only from the floors below it (`pyproject.toml` keeps this with import-linter):

    app : cli : worker : demo            the shells
    api                                  what finance systems read and acknowledge
    retention                            how long papers are kept, and their deletion
    packs                                what auditors take away
    audits                               the auditors' own desk
    publishing
    reports                              reads everything, writes nothing
    banking                              the process, last step first
    payments
    recoveries
    claims
    advances
    amendments
    agreements
    surveys
    appeals
    decisions
    draws
    fees
    panels
    matching
    evaluation
    schemes
    enquiries
    applications
    eligibility
    transfers
    alerts
    pools
    periods                              closing the books
    payables
    programmes                           registers: who and what exists
    experts
    providers
    organisations
    rates
    likenesses
    users
    regions
    workflow                             the one place where a step happens
    letters
    documents
    ledger                               the books
    audit                                the record
    jobs                                 the promises
    core                                 no business noun
"""

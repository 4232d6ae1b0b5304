"""What the public and funders are told of the vouchers that were granted. It reads, and writes nothing."""

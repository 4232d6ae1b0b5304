"""What is told to the public and to funders of the vouchers that were granted. It reads everything and writes nothing."""

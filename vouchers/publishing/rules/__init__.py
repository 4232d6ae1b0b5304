"""What is published of a voucher, reckoned on paper."""

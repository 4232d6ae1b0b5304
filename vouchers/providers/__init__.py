"""Floor 2: the register of service providers: what they offer, whether they are accredited, the public directory."""

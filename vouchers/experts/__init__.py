"""Floor 2: the register of experts who mark applications."""

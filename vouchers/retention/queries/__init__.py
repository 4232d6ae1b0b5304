"""How long applications are kept (`due`), what still goes on with them (`open`), what belongs to them (`reach`), and
the registers of holds and lists (`registers`)."""

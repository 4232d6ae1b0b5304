"""What stands in the place of a person who was forgotten. Pure."""


def pseudonym_of(user_id: int) -> str:
    """``P-000123``: the number that the record knows the person by."""
    return f"P-{user_id:06d}"


def address_of(user_id: int) -> str:
    """An address that nobody can have (RFC 2606), one for each person."""
    return f"{pseudonym_of(user_id).lower()}@forgotten.invalid"

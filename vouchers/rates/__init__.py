"""The official monthly rates of the European Commission (InforEuro), loaded from its file."""

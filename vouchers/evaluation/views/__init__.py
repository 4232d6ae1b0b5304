"""The pages of evaluation: those of the office and those of the experts."""

from vouchers.evaluation.views import conflicts, desk, many, marking, sheets, workload
from vouchers.evaluation.views.blueprint import blueprint

__all__ = ["blueprint", "conflicts", "desk", "many", "marking", "sheets", "workload"]

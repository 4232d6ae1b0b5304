"""The pages of evaluation: those of the office and those of the experts."""

from vouchers.evaluation.views import conflicts, consensus, desk, fairness, many, marking, sheets, workload
from vouchers.evaluation.views.blueprint import blueprint

__all__ = ["blueprint", "conflicts", "consensus", "desk", "fairness", "many", "marking", "sheets", "workload"]

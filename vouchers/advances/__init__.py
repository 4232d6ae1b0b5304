"""Advances: part of a voucher paid ahead, where its instrument says so; every claim settles it first."""

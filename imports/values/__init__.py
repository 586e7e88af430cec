"""Cells in, clean values out: dates, phones, names and codes. Pure functions without ORM.

A function that meets a value it cannot read raises ValueError with the reason, in words an admin understands and
without quoting the value.
"""

"""Customers' spreadsheets, CSV and XLSX: reading, checking with every problem named, and safe writing."""

from heretask.kernel.spreadsheet.checking import Checked, Column, Problem, Row, check
from heretask.kernel.spreadsheet.converting import cpr, one_of, text, user_name
from heretask.kernel.spreadsheet.dates import danish_date
from heretask.kernel.spreadsheet.reading import read_rows
from heretask.kernel.spreadsheet.sheet import Cell, Sheet, SheetRow, Unreadable
from heretask.kernel.spreadsheet.writing import csv_chunks, neutralise, restore, write_csv, write_xlsx

__all__ = [
    "Cell", "Checked", "Column", "Problem", "Row", "Sheet", "SheetRow", "Unreadable", "check", "cpr", "csv_chunks",
    "danish_date", "neutralise", "one_of", "read_rows", "restore", "text", "user_name", "write_csv", "write_xlsx",
]  # fmt: skip

"""Values to pages: presenters, charts and templates. No file is read but the package's own."""

from assuage.report.addresses import person_file_name
from assuage.report.clinic import ClinicSummary, VerdictCount
from assuage.report.index import PEOPLE_PAGE, index_page, people_list_page
from assuage.report.pages import assets
from assuage.report.person import people_page
from assuage.report.person_report import PersonReport
from assuage.report.small_cells import EVERY_CELL, SMALLEST_CELL, Cell, CellRule
from assuage.report.tally import PersonLine, Tally
from assuage.report.terminal import SummaryTable, summary_table

__all__ = [
    "EVERY_CELL",
    "PEOPLE_PAGE",
    "SMALLEST_CELL",
    "Cell",
    "CellRule",
    "ClinicSummary",
    "PersonLine",
    "PersonReport",
    "SummaryTable",
    "Tally",
    "VerdictCount",
    "assets",
    "index_page",
    "people_list_page",
    "people_page",
    "person_file_name",
    "summary_table",
]

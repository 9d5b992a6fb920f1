"""Values to pages: presenters, charts and templates. No file is read but the package's own."""

from assuage.report.addresses import person_file_name
from assuage.report.clinic import ClinicSummary
from assuage.report.index import index_page
from assuage.report.pages import assets
from assuage.report.person import people_page
from assuage.report.person_report import PersonReport
from assuage.report.tally import PersonLine, Tally
from assuage.report.terminal import SummaryTable, summary_table

__all__ = [
    "ClinicSummary",
    "PersonLine",
    "PersonReport",
    "SummaryTable",
    "Tally",
    "assets",
    "index_page",
    "people_page",
    "person_file_name",
    "summary_table",
]

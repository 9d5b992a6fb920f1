"""A FHIR R4 export into tables on disk, bucketed by person: the reader's own mapping, made fast.

blocks         lines of a file, as they lie
notices        what DuckDB sees of each record: type, id, whose, face
faces          the fields that decide that a record gives no row: the reader is asked once for each
sorting_out    of all files together: ids that stand twice, people, what remains
filling        what those records look up
mapping        the reader's functions over what remains, a bucket of people at a time
folder         the tables on disk, and reading them
ingesting      the steps, each taken up where a killed run left it
"""

from assuage.records.ingest.folder import MALFORMED, MANIFEST, look_at_ingested, read_ingested
from assuage.records.ingest.ingesting import UNFINISHED, Busy, Ingested, NotOurs, ingest

__all__ = [
    "MALFORMED",
    "MANIFEST",
    "UNFINISHED",
    "Busy",
    "Ingested",
    "NotOurs",
    "ingest",
    "look_at_ingested",
    "read_ingested",
]

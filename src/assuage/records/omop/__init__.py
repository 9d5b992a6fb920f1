"""The OMOP reader: CDM 5.2 to 5.4 as a folder of Parquet or CSV, a DuckDB file or a server, to our tables.

    tables      which tables and columns of the model we use
    source      folder or file -> one registered table each (raw SQL, DuckDB)
    server      schema of a database server -> one temporary view each (raw SQL, PostgreSQL)
    csv_files   CSV: encoding, broken lines, columns
    columns     any column type -> the types we map from (Ibis)
    coded       distinct codes of a table -> what our code lists say of them
    people, conditions, drugs, procedures, findings, encounters, periods
                one mapping per kind of record (Ibis)
    reader      all of it in a row, with the read report

Everything from `columns` on is Ibis only, so that it can run wherever the tables are.
"""

from assuage.records.omop.reader import read_omop

__all__ = ["read_omop"]

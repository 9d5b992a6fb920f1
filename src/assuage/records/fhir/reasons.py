"""Why a record gave no row, and what was left unknown in a record that did: the words of the read report."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A record that gave no row."""

    # files, lines and Bundle entries
    NOT_FHIR_FILE = "not a FHIR file"
    EMPTY_FILE = "empty file"
    CANNOT_OPEN = "file can't be opened"
    CUT_OFF = "file is cut off or damaged from here on"
    NOT_JSON = "not JSON"
    NOT_A_NUMBER = "NaN or Infinity, which JSON does not have"
    NOT_UTF8 = "not UTF-8 text"
    TOO_DEEP = "nested too deep, or a number out of range"
    TOO_LONG = "larger than 16 MB"
    NO_RESOURCE = "Bundle entry without a resource"
    NO_TYPE = "no resource type of FHIR R4"
    # any resource
    NOT_USED = "resource type not used"
    LOOKED_UP = "looked up by other records, no row of its own"
    NO_ID = "no id"
    DUPLICATE = "duplicate"
    OTHER_VERSION = "same id, other content: the newer version is kept"
    NO_PERSON = "names no person"
    PERSON_NOWHERE = "person reference to nowhere"
    ENTERED_IN_ERROR = "entered in error"
    REFUTED = "refuted"
    # by family
    OUTSIDE_CONDITIONS = "condition outside the codelists"
    OUTSIDE_FORMULARY = "drug outside the formulary"
    OUTSIDE_PROCEDURES = "procedure outside the codelists"
    OUTSIDE_OBSERVATIONS = "observation outside the codelists"
    OUTSIDE_INSTRUMENTS = "no score of an instrument we know"
    OUTSIDE_SPECIALTIES = "no specialty of ours"
    OUTSIDE_DEVICES = "device outside the codelists"
    MEDICATION_NOWHERE = "medication reference to nowhere, and no printed name of a drug of ours"
    COUNTED_BY_DISPENSE = "counted by its dispense"
    NOT_AN_ORDER = "a draft, proposal or plan, not an order"
    DO_NOT_GIVE = "an order not to give the drug"
    NOT_DISPENSED = "not dispensed"
    NOT_DONE = "not done"
    NOT_YET = "planned or cancelled"
    NOT_FINISHED = "not finished"
    NO_NUMBER = "no numeric value"
    OUT_OF_RANGE = "value outside the instrument's range"
    NO_DRUG_NAMED = "names no drug"
    ONLY_POTENTIAL = "a potential event that did not happen"


class Note(StrEnum):
    """A field left unknown in a record that was read all the same."""

    NOT_A_DATE = "not a date: left unknown"
    BEFORE_BIRTH = "before birth: left unknown"
    AFTER_DEATH = "more than a year after death: left unknown"
    END_BEFORE_START = "end before start: end left unknown"
    DEATH_WITHOUT_DATE = "death without a date"
    NOT_GIVEN_AS_DATE = "given as an age or in words: left unknown"
    IMPOSSIBLE_LENGTH = "length zero, negative, over 100 years or without a unit: left unknown"
    NOT_POSITIVE = "zero or negative: dose left unknown"
    DOSE_IS_A_RANGE = "a range: dose left unknown"
    UNIT_NOT_READ = "unit not read: dose left unknown"
    UNITS_DISAGREE = "unit and unit code disagree: dose left unknown"
    TIMING_NOT_READ = "times per day not given or not read: dose left unknown"
    SEVERAL_STEPS = "several dosages one after the other: dose left unknown"
    SEVERAL_AMOUNTS = "several amounts for one dosage: dose left unknown"
    SHARED_DOSE = "one dose for several ingredients: dose left unknown"
    STRENGTH_UNKNOWN = "counted in units whose strength is not known: dose left unknown"
    MEDICATION_NOWHERE = "medication reference to nowhere: its printed name is used"
    REASON_NOWHERE = "reason reference to nowhere: its printed name is used"
    STOP_NOT_READ = "reason for stopping not recognised: left unknown"
    OUTCOME_NOT_READ = "tells whether it went well, not what it did to the pain: left unknown"
    VALUE_NOT_READ = "a component without a readable value"

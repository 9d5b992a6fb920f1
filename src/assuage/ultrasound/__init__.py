"""The sound: focused ultrasound through a skull, from the field to the dose.

This wing knows nothing of people or records and imports none of them.
"""

"""Images of a head: CT and MR from DICOM folders and NIfTI files, with their place in the scanner's frame.

Nothing is imported here: the process that parses files loads `worker` alone, and stays small.
"""

"""Print the JSON Schema of history files: `python -m assuage.records.history_file`."""

import json
import sys

from assuage.records.history_file.schema import json_schema

sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")

"""What pymcap-cli's doctor finds in each tape, in one process: {path: {errors: [...], warnings: [...]}}."""
import json
import sys

from pymcap_cli.core.input_handler import open_input
from pymcap_cli.doctor import Severity, examine_mcap


def examine(path):
    with open_input(path, buffering=0) as (stream, size):
        findings = examine_mcap(stream, size, path).findings
    of = lambda severity: [f"{found.code}: {found.message}" for found in findings if found.severity == severity]
    return {"errors": of(Severity.ERROR), "warnings": of(Severity.WARNING)}


json.dump({path: examine(path) for path in sys.argv[1:]}, sys.stdout)

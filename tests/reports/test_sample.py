"""What the profile made by hand must be, to serve every test of a report."""

import jsonschema

from code_path_audit.reports.json_report import profile_to_dict, schema
from tests.reports.sample import sample


def test_the_sample_is_a_valid_profile() -> None:
    jsonschema.validate(profile_to_dict(sample()), schema("action_profile"))

"""Every operation of the schema is tried with what fits it and what does not."""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from tests.api.population import Population, populate
from tests.world import World

# More where there is time: FIO_EXAMPLES=500 finds what five do not
EXAMPLES = int(os.environ.get("FIO_EXAMPLES", "5"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]


# A request without an end is tried again by Hypothesis: only the end of its process stops it
@pytest.mark.timeout(300, method="thread")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_it_answers_every_operation_as_the_schema_says(world: World, mode: GenerationMode) -> None:
    api = world.api(world.alice)
    known = populate(world, world.alice)
    address = "/api/v1/schema/?format=json"
    schema: Any = schemathesis.openapi.from_wsgi(address, get_wsgi_application())
    faults: dict[str, str] = {}
    for found in schema.get_all_operations():
        operation: Any = found.ok()
        try:
            _try(operation, mode, api.headers, known)
        except (AssertionError, BaseExceptionGroup) as fault:
            faults[operation.label] = str(fault)
    assert not faults


def _try(operation: Any, mode: GenerationMode, headers: dict[str, str], known: Population) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        # Ids of ours, so that more than 404 is seen; the token itself is not to be revoked
        if mode.is_positive and "id" in case.path_parameters and "tokens" not in operation.path:
            case.path_parameters["id"] = known.of(operation.path)
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    attempt()

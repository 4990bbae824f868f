"""Whether an answer has the form that was asked for: graded, so that a model that is nearly there is told so."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from ..answers import json_values, last_boxed, take_apart

# The steps of the ladder; only their order matters to GRPO, which compares answers of one group.
_SOMETHING = 0.1
_READABLE = 0.4
_VALID = 0.8
_ALONE = 1.0


def _multiple_of(validator: Any, step: float, value: Any, schema: Any) -> Iterator[ValidationError]:
    """jsonschema divides floats: for it 16.45 is no multiple of 0.01."""
    del schema
    if validator.is_type(value, "number") and abs(value / step - round(value / step)) > 1e-6:
        yield ValidationError(f"{value} is no multiple of {step}")


_Validator = extend(Draft202012Validator, {"multipleOf": _multiple_of})


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    return _Validator(json.loads(schema))


def format_reward(answer: str, truth: dict[str, Any]) -> float | None:
    """Truth: `schema` (JSON Schema of the answer), `thinks` (whether a think block was asked for; default no).

    0: nothing, a think block that never ends, or one that was not asked for (or missing); 0.1: text without a value;
    0.4 to 0.8: a value that breaks the schema in ever fewer places; 0.8: a valid one among other text; 1: it alone.
    """
    if (schema := truth.get("schema")) is None:
        return None
    thought = take_apart(answer)
    said = (thought.answer or "").strip()
    if not said or bool(thought.thoughts) != bool(truth.get("thinks", False)):
        return 0.0
    validator = _validator(json.dumps(schema, sort_keys=True))
    values = _values(said)
    if not values:
        return _SOMETHING
    errors = sum(1 for _ in validator.iter_errors(values[-1]))
    if errors:
        return _READABLE + (_VALID - _READABLE) / (1 + errors)
    alone = said in (f"\\boxed{{{values[-1]}}}", _tight(said))
    return _ALONE if alone else _VALID


def _values(said: str) -> list[Any]:
    boxed = last_boxed(said)
    if boxed is not None:
        return [boxed.strip()]
    # A lone text or number is a whole answer under the grammar; among other text only lists and objects stand out.
    return [json.loads(said)] if _tight(said) else list(json_values(said))


def _tight(said: str) -> str | None:
    """The text itself when it is one JSON value and nothing else."""
    try:
        json.loads(said)
    except ValueError:
        return None
    return said

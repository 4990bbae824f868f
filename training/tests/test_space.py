import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize as reference

from outrider_training.space import image_tokens, smart_resize, to_resized

_side = st.integers(28, 3000)


@given(_side, _side, st.sampled_from([3136, 100_352]), st.sampled_from([112_896, 234_416, 12_845_056]))
def test_an_image_is_resized_as_transformers_does(width: int, height: int, least: int, most: int) -> None:
    if max(width, height) / min(width, height) > 200:
        return
    high, wide = reference(height, width, factor=28, min_pixels=least, max_pixels=most)
    assert smart_resize(width, height, min_pixels=least, max_pixels=most) == (wide, high)


def test_a_view_of_448x252_takes_144_tokens() -> None:
    resized = smart_resize(448, 252, min_pixels=3136, max_pixels=112_896)
    assert (resized, image_tokens(resized)) == ((448, 252), 144)


@pytest.mark.parametrize(
    ("space", "values"),
    [("resized", [14, 28, 28, 56]), ("original", [50, 100, 100, 200]), ("thousandths", [125, 500, 250, 1000])],
)
def test_every_space_names_the_same_box(space: str, values: list[float]) -> None:
    assert to_resized(values, space, original=(400, 200), resized=(112, 56)) == pytest.approx([14, 28, 28, 56])

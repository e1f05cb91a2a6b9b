"""The language of texts, short ones too."""

import pytest

from cartolearn.data.language import language_of

TEXTS = {
    "de": ["Das Zimmer war sehr schön", "Wir kommen gerne wieder!", "Leider zu laut in der Nacht"],
    "en": ["The room was very nice", "We will gladly come again!", "Too loud in the night"],
    "zh": ["这个酒店很好 服务员很热情", "房间太小了 不推荐", "早餐非常丰富"],
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_commonest_language_is_told(code: str) -> None:
    found = language_of(TEXTS[code] * 5)
    assert found
    assert found.code == code
    assert found.share > 0.9


def test_texts_without_letters_have_no_language() -> None:
    assert language_of(["1", "", "!?"]) is None
    assert language_of([]) is None
    assert language_of(["0x00ff a1b2c3d4e5f6 deadbeef"] * 5) is None

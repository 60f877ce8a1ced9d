from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.errors import SettingsError
from factcheck.settings import Settings


def test_later_sources_win(tmp_path: Path) -> None:
    file = tmp_path / "factcheck.toml"
    file.write_text('index = "from file"\nengine = "embedded"\nthreads = 3\n')
    settings = Settings.load(file=file, env={"FACTCHECK_ENGINE": "openai", "OTHER": "x"}, index="from flag")
    assert (settings.index, settings.engine, settings.threads) == ("from flag", "openai", 3)


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    assert Settings.load(file=tmp_path / "none.toml", env={}, index=None) == Settings()


def test_numbers_of_the_environment_are_converted() -> None:
    assert Settings.load(env={"FACTCHECK_THREADS": "2"}).threads == 2


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "factcheck.toml"
    file.write_text('indx = "a"\nthreads = "many"\n')
    with pytest.raises(SettingsError) as caught:
        Settings.load(file=file, env={"FACTCHECK_COLOUR": "1"})
    for name in ("indx", "threads", "colour"):
        assert name in caught.value.message
    assert "embedding_model" in caught.value.hint


@pytest.mark.parametrize("content", [b"index = ", b"\xff\xfe\x00", b"threads = true", b"index = 3", b"engine = 'x'"])
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "factcheck.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError):
        Settings.load(file=file, env={})


def test_an_unknown_embedding_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="word2vec"):
        Settings(embedding_model="word2vec")


def test_the_token_is_neither_shown_nor_in_the_digest() -> None:
    with_token = Settings(chroma_token="s3cret")
    assert "s3cret" not in repr(with_token)
    assert with_token.digest() == Settings().digest()
    assert with_token.digest() != Settings(max_tokens=99).digest()


def test_the_digest_is_that_of_what_answers_depend_on() -> None:
    assert Settings(threads=1, index="elsewhere", budget_usd=1.5).digest() == Settings().digest()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().index = "elsewhere"  # type: ignore[misc]

"""Settings: `factcheck.toml`, then `FACTCHECK_*` variables, then flags; unknown keys are refused."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.admission import read_allow_list
from factcheck.errors import SettingsError

PREFIX = "FACTCHECK_"
FILE = "factcheck.toml"
# Far more than all settings need; the parser's time grows faster than the file.
LARGEST_FILE = 16_000
SECRET = frozenset({"chroma_token"})
# They say what a run may do, how fast it is and where things are; none changes an answer. What is in the
# index has its own fingerprint.
NEUTRAL = frozenset(
    {"allowed", "budget_usd", "cache", "chroma_database", "chroma_tenant", "index", "max_file_mb", "threads", "timeout"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured; immutable.

    The endpoint's address and key are the OpenAI SDK's own variables (`OPENAI_BASE_URL`,
    `OPENAI_API_KEY`) and are read where they are used, never stored here.

    Attributes:
        index: Folder of the index.
        engine: "auto", "embedded", "openai" or "both".
        embedding_model: "minilm" (packaged) or "openai:NAME" for the endpoint's embeddings.
        model: Chat model of the LLM engine.
        judge: Whether a language model also judges every statement.
        judge_model: Chat model that judges, or "" for `model`.
        timeout: Seconds that one call of the endpoint may take in all, retries included.
        max_tokens: Most tokens of a reply.
        context: Tokens that the model reads, or 0 for what the catalogue says.
        models_file: JSON file with context sizes and prices of more models, or "".
        budget_usd: Most that an opened index may spend on calls, or 0 for no limit.
        cache: Whether replies are kept beside the index and not paid for twice.
        chroma_url: Address of a Chroma server, or "" for the embedded store.
        chroma_token: Token for that server.
        chroma_tenant: Tenant on that server, or "" for its default one.
        chroma_database: Database of that tenant, or "" for its default one.
        threads: Threads of the embedded models; 0 for one per core.
        max_file_mb: Largest file that is read, in megabytes.
        allowed: E-mail addresses and domains ("ann@paper.org, @newsroom.org") that may use the app once they
            have signed in.
    """

    index: str = ".factcheck"
    engine: str = "auto"
    embedding_model: str = "minilm"
    model: str = "gpt-4o-mini"
    judge: bool = False
    judge_model: str = ""
    timeout: float = 60.0
    max_tokens: int = 1024
    context: int = 0
    models_file: str = ""
    budget_usd: float = 0.0
    cache: bool = True
    chroma_url: str = ""
    chroma_token: str = dataclasses.field(default="", repr=False)
    chroma_tenant: str = ""
    chroma_database: str = ""
    threads: int = 0
    max_file_mb: int = 20
    allowed: str = ""

    def __post_init__(self) -> None:
        if self.engine not in {"auto", "embedded", "openai", "both"}:
            raise SettingsError(f"engine {self.engine!r} is not known", hint="Use auto, embedded, openai or both.")
        for name, least in (("timeout", 1), ("max_tokens", 16), ("context", 0), ("budget_usd", 0)):
            if not least <= getattr(self, name) < float("inf"):
                raise SettingsError(f"{name} must be at least {least}", hint=f"Leave {name} out for its default.")
        if self.embedding_model != "minilm" and not self.embedding_model.startswith("openai:"):
            raise SettingsError(
                f"embedding_model {self.embedding_model!r} is not known",
                hint="Use minilm, or openai:NAME for a model of the configured endpoint.",
            )
        read_allow_list(self.allowed)

    @classmethod
    def load(
        cls,
        *,
        file: Path = Path(FILE),
        env: Mapping[str, str] | None = None,
        **flags: Any,
    ) -> Settings:
        """Read the file, the environment and the flags, later ones winning.

        Args:
            file: A TOML file; may be missing.
            env: Environment, `os.environ` by default.
            **flags: Values from the command line; None means not given.

        Raises:
            SettingsError: A key is unknown or a value has the wrong type; all are named at once.
        """
        values: dict[str, Any] = {}
        problems: list[str] = []
        for source, pairs in (
            (str(file), _read_toml(file)),
            ("environment", _read_env(os.environ if env is None else env)),
            ("flags", {key: value for key, value in flags.items() if value is not None}),
        ):
            for key, value in pairs.items():
                try:
                    values[key] = _convert(key, value)
                except ValueError as error:
                    problems.append(f"{source}: {error}")
        if problems:
            known = ", ".join(field.name for field in dataclasses.fields(cls))
            raise SettingsError("; ".join(problems), hint=f"Known settings: {known}.")
        return cls(**values)

    def shaping(self) -> dict[str, Any]:
        """Return the settings that answers depend on, none of them secret."""
        return {key: value for key, value in dataclasses.asdict(self).items() if key not in SECRET | NEUTRAL}

    def digest(self) -> str:
        """Return a short hash of the settings that answers depend on, for provenance."""
        return hashlib.sha256(json.dumps(self.shaping(), sort_keys=True).encode()).hexdigest()[:16]


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise ValueError(f"it has more than {LARGEST_FILE:,} bytes")
        return tomllib.loads(data.decode("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{file} cannot be read: {error}", hint=f"Mend or remove {file}.") from error


def _read_env(env: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(PREFIX).lower(): value for name, value in env.items() if name.startswith(PREFIX)}


def _convert(key: str, value: Any) -> Any:
    kinds: dict[str, Any] = {field.name: type(field.default) for field in dataclasses.fields(Settings)}
    kinds["chroma_token"] = str
    if key not in kinds:
        raise ValueError(f"unknown setting {key!r}")
    kind = kinds[key]
    if kind is bool:
        return _convert_switch(key, value)
    if kind in (int, float) and isinstance(value, str):
        try:
            value = kind(value.strip())
        except ValueError:
            pass  # said below
    if kind is float and type(value) is int:
        return float(value)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{key} must be {'text' if kind is str else 'a number'}, not {value!r}")
    return value


def _convert_switch(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if isinstance(value, str) and value.strip().lower() in known:
        return known[value.strip().lower()]
    raise ValueError(f"{key} must be true or false, not {value!r}")

"""The service's settings: each has a default that works on one machine, a unit, and an environment variable."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

PREFIX = "CARE_LANDSCAPE_"
MEBIBYTE = 1024 * 1024
PEPPER_LENGTH = 16


class Settings(BaseSettings):
    """What an operator can choose; read from the environment when constructed, never at import."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_directory: Path = Field(Path("var"), description="Folder for the embedded database and temporary uploads.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data directory.")
    owner_database_url: str = Field(
        "", description="The URL of the tables' owner, for migrate and restore; empty: the service's own."
    )
    accounts: bool = Field(False, description="Ask who calls: API keys and, with an issuer, OpenID Connect.")
    key_pepper: SecretStr = Field(
        SecretStr(""), description="Secret mixed into the hashes of keys and sessions; at least 16 characters."
    )
    host: str = Field("127.0.0.1", description="Address to listen on; without accounts only loopback is accepted.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    host_names: str = Field("", description="Further host names that callers may use, separated by commas.")
    embedded_worker: bool = Field(True, description="Work on runs inside `serve`; else start `work` beside it.")
    oidc_issuer: str = Field("", description="The identity provider's issuer (OpenID Connect); empty: keys only.")
    oidc_audience: str = Field("", description="Audience of bearer tokens; empty: the client id.")
    oidc_client_id: str = Field("", description="Client id for signing in with a browser.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="The client's own password at the provider, if it has one."
    )
    oidc_algorithms: str = Field("RS256,PS256,ES256,EdDSA", description="Signatures of tokens that are accepted.")
    oidc_person_claim: str = Field("sub", description="The claim that names a person as `member add` does.")
    most_failed_sign_ins: int = Field(
        30, ge=1, description="Failed sign-ins of one address in a minute; more are answered 429."
    )
    session_hours: float = Field(8.0, gt=0, description="How long a browser stays signed in [h].")
    disclosure_threshold: float = Field(
        10.0, ge=1, description="Observed counts below it are hidden from all but planners and managers."
    )
    most_upload_bytes: int = Field(256 * MEBIBYTE, gt=0, description="Largest data package taken [bytes].")
    most_body_bytes: int = Field(8 * MEBIBYTE, gt=0, description="Largest JSON body other than data [bytes].")
    parse_seconds: float = Field(120.0, gt=0, description="Time for reading one data package [s].")
    parse_memory_bytes: int = Field(4096 * MEBIBYTE, gt=0, description="Memory for reading one data package [bytes].")
    solve_seconds: float = Field(600.0, gt=0, description="Limit of a run that names none [s].")
    most_solve_seconds: float = Field(86400.0, gt=0, description="Longest limit a run may name [s].")
    solve_memory_bytes: int = Field(8192 * MEBIBYTE, gt=0, description="Memory for one solve [bytes].")
    stop_grace_seconds: float = Field(120.0, gt=0, description="Time for a stopped solve to hand in its plan [s].")
    heartbeat_seconds: float = Field(1.0, gt=0, description="How often a worker shows that it lives [s].")
    lease_seconds: float = Field(15.0, gt=0, description="Silence after which a worker's run goes to another [s].")
    most_attempts: int = Field(3, ge=1, description="Tries of one run before it is set aside.")
    any_lanes: int = Field(1, ge=0, le=64, description="Runs of any size that one worker works on at a time.")
    small_lanes: int = Field(1, ge=0, le=64, description="Further small runs that one worker works on at a time.")
    small_model_cells: int = Field(
        100_000, ge=0, description="Largest small model [areas x pairs x periods x futures]."
    )
    small_seconds: float = Field(600.0, ge=0, description="Longest limit of a small run [s].")
    alone_seconds: float = Field(
        5.0, ge=0, description="Time in which a small question in parts is not shared out [s]."
    )
    finish_seconds: float = Field(
        5.0, ge=0, description="Time for runs at work to finish when a worker is told to go [s]."
    )
    unready_seconds: float = Field(0.0, ge=0, description="Time that `serve` says it is not ready before it ends [s].")
    most_open_runs: int = Field(200, ge=1, description="Runs of one workspace that have not ended.")
    most_areas: int = Field(10_000, ge=1, description="Areas of one question.")
    most_sites: int = Field(1_000, ge=1, description="Sites of one question.")
    most_care_types: int = Field(200, ge=1, description="Care types of one question.")
    most_periods: int = Field(24, ge=1, description="Periods of one question.")
    most_futures: int = Field(200, ge=1, description="Futures of one question.")
    most_model_cells: int = Field(100_000_000, ge=1, description="Largest model [areas x pairs x periods x futures].")
    webhook_addresses: str = Field(
        "", description="Networks that webhooks may call (CIDR, by commas), `public` for all public ones; empty: none."
    )
    log_format: Literal["text", "json"] = Field("text", description="The log's form: lines for a person, or JSON.")
    traces_to: str = Field(
        "",
        description="Where traces go (OTLP over HTTP, with the extra `otel`): https://host:4318/v1/traces; empty: nowhere.",
    )
    metrics_token: str = Field("", description="Bearer token asked for at /v1/metrics; empty: none is.")
    reuse_answers: bool = Field(True, description="Answer a question asked before from the store.")
    remember_requests_seconds: float = Field(
        86400.0, gt=0, description="How long an Idempotency-Key is remembered [s]."
    )

    @model_validator(mode="after")
    def _with_a_database(self) -> Self:
        if not self.database_url:
            file = (self.data_directory / "care-landscape.sqlite").absolute()
            object.__setattr__(self, "database_url", f"sqlite:///{file}")
        return self

    @model_validator(mode="after")
    def _with_a_pepper(self) -> Self:
        if self.accounts and len(self.key_pepper.get_secret_value()) < PEPPER_LENGTH:
            raise ValueError(f"{PREFIX}KEY_PEPPER needs at least {PEPPER_LENGTH} characters when accounts are on")
        return self

    @property
    def owner_url(self) -> str:
        """The URL of who may change the tables themselves."""
        return self.owner_database_url or self.database_url

    @property
    def application_role(self) -> str | None:
        """The database role of the service, when the tables are another's."""
        return make_url(self.database_url).username if self.owner_database_url else None

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that the service answers to."""
        further = (name.strip().lower() for name in self.host_names.split(","))
        return frozenset({"127.0.0.1", "::1", "localhost", self.host.lower(), *further} - {""})

    @property
    def listens_on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def described(settings: Settings) -> Iterator[str]:
    """One line per setting: its variable, its value here, what it does."""
    for name, field in Settings.model_fields.items():
        value = settings.__getattribute__(name)
        shown = _without_password(value) if name.endswith("database_url") and value else value
        shown = "..." if name.endswith("_token") and value else shown
        yield f"{PREFIX}{name.upper()}={shown}  # {field.description}"


def _without_password(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)

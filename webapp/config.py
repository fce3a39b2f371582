"""Every setting, typed, read once from the environment.

The README's table is made of the descriptions here, and a test keeps the two equal.
"""

from email.utils import parseaddr
from enum import StrEnum
from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Checks(StrEnum):
    """Who checks the citations of an answer."""

    EMBEDDER = "embedder"
    MODEL = "model"
    OFF = "off"


class Settings(BaseSettings):
    """What a deployment may choose. Raises pydantic's ValidationError, naming the variable, when one is odd."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # Addresses hold passwords.
    )

    database_url: str = Field(description="PostgreSQL with pgvector, as the application's own role")
    database_owner_url: str | None = Field(
        None, description="the same database as its owner, who migrates; without it there is only one role"
    )
    redis_url: str = Field(description="Redis: the queue, live answers, limits; `rediss://` for TLS")
    redis_tls_verify: bool = Field(default=True, description="`false` accepts a self-signed certificate of Redis")
    secret_key: str = Field(
        min_length=16,
        description="signs cookies, encrypts the secrets of second factors; at least 16 characters, kept secret",
    )
    embedded: bool = Field(
        default=False, description="set by `make run`: the first account made from this machine becomes super admin"
    )
    setup_token: str | None = Field(None, description="whoever signs up with it becomes the first super admin")
    trusted_proxies: int = Field(0, ge=0, description="how many proxies stand in front (Heroku: 1)")

    public_url: str | None = Field(
        None, description="where people reach this, as `https://host`; without it mails link to the request's own host"
    )
    mail_from: str | None = Field(None, description="the sender of mails, as `Colloquy <colloquy@example.org>`")
    smtp_url: str | None = Field(
        None, description="mail server, as `smtp://user:password@host:587`; `smtps://` for TLS from the first byte"
    )
    mailgun_api_key: str | None = Field(None, description="key of Mailgun, which is used where there is no `SMTP_URL`")
    mailgun_domain: str | None = Field(None, description="the domain that Mailgun sends for")
    mailgun_base_url: str = Field(
        "https://api.mailgun.net", description="Mailgun's region; `https://api.eu.mailgun.net` for the European one"
    )
    google_client_id: str | None = Field(None, description="offers to sign in with Google, together with its secret")
    google_client_secret: str | None = Field(None, description="the secret of that client")
    github_client_id: str | None = Field(None, description="offers to sign in with GitHub, together with its secret")
    github_client_secret: str | None = Field(None, description="the secret of that client")
    github_url: str = Field("https://github.com", description="where that is; a GitHub Enterprise Server has its own")
    oidc_issuer: str | None = Field(None, description="any other OpenID Connect issuer, by its address")
    oidc_client_id: str | None = Field(None, description="our client there")
    oidc_client_secret: str | None = Field(None, description="the secret of that client")
    oidc_name: str = Field("OpenID", description="what people call that issuer: Continue with …")

    llm_api_key: str | None = Field(None, description="key of the language model; without it answers are quotations")
    llm_base_url: str = Field("https://api.openai.com/v1", description="any OpenAI-compatible endpoint")
    llm_model: str = Field("gpt-4o-mini", description="the model's name at that endpoint")
    llm_models: str = Field(
        "",
        description="models that admins may choose beside `LLM_MODEL`, with commas between; without, they may name any",
    )
    llm_context_tokens: int = Field(16_000, ge=1_000, description="budget of tokens for the prompt")
    citation_checks: Checks = Field(
        Checks.EMBEDDER,
        description="who checks whether sources support an answer: `embedder`, which costs nothing, `model`, which is "
        "one more request for each answer, or `off`",
    )

    embedding_api_key: str | None = Field(
        None, description="key of an embeddings endpoint; without it the built-in model"
    )
    embedding_base_url: str = Field("https://api.openai.com/v1", description="any compatible embeddings endpoint")
    embedding_model: str = Field("text-embedding-3-small", description="the embedding model's name there")
    embedding_dimensions: int = Field(1536, ge=1, le=3900, description="length of its vectors")

    retrieval_vector_weight: float = Field(
        1.0, ge=0, description="weight of nearness in meaning when rankings are fused"
    )
    retrieval_text_weight: float = Field(1.0, ge=0, description="weight of shared words when rankings are fused")

    emergency_country: str = Field(
        "",
        pattern="^[A-Za-z]{0,2}$",
        description="two letters of the country whose emergency numbers are shown; without, 112",
    )
    emergency_number: str = Field("", description="emergency number, in place of that of the country")
    crisis_line: str = Field("", description="telephone number of a crisis line, in place of that of the country")

    questions_per_minute: int = Field(30, ge=1, description="questions that one person or guest may ask a minute")
    guest_questions_per_minute_and_address: int = Field(
        60, ge=1, description="questions that all guests of one network address may ask a minute"
    )
    file_bytes: int = Field(25 * 1024 * 1024, ge=1, description="largest document, in bytes")
    upload_bytes: int = Field(250 * 1024 * 1024, ge=1, description="largest upload of several documents, in bytes")

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def psycopg(cls, url: str | None) -> str | None:
        """Accept the `postgres://` that hosts hand out, and name the driver."""
        if not url:
            return None
        scheme, _, rest = url.partition("://")
        if scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not rest:
            raise ValueError("write it as postgresql://user:password@host/database")
        return f"postgresql+psycopg://{rest}"

    @field_validator("public_url", "mailgun_base_url")
    @classmethod
    def address(cls, url: str | None) -> str | None:
        """Accept an address of the web, with or without a slash at its end."""
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            raise ValueError("write it as https://host")
        return url and url.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def mail_server(cls, url: str | None) -> str | None:
        """Accept the address of a mail server."""
        if url and (urlsplit(url).scheme not in {"smtp", "smtps"} or not urlsplit(url).hostname):
            raise ValueError("write it as smtp://user:password@host:587")
        return url

    @model_validator(mode="after")
    def mail_is_complete(self) -> Self:
        """Ask for all that sending a mail takes, or for nothing of it."""
        if self.mailgun_api_key and not self.mailgun_domain:
            raise ValueError("MAILGUN_API_KEY needs MAILGUN_DOMAIN beside it")
        if (self.smtp_url or self.mailgun_api_key) and "@" not in parseaddr(self.mail_from or "")[1]:
            raise ValueError("mail needs MAIL_FROM, as Colloquy <colloquy@example.org>")
        return self

    @cached_property
    def redis_options(self) -> dict[str, str]:
        """What a Redis client needs to be told beside the address."""
        return {} if self.redis_tls_verify or not self.redis_url.startswith("rediss:") else {"ssl_cert_reqs": "none"}

    @cached_property
    def offered_models(self) -> tuple[str, ...]:
        """The models that an assistant may be given, the deployment's own first; none where it may be any."""
        named = [name.strip() for name in self.llm_models.split(",") if name.strip()]
        return tuple(dict.fromkeys([self.llm_model, *named])) if named else ()

    def model_for(self, chosen: str) -> str | None:
        """Return the model that an assistant was given, or None for the deployment's own where it may not be asked."""
        return (chosen or None) if not self.offered_models or chosen in self.offered_models else None

    @cached_property
    def application_role(self) -> str | None:
        """The role that requests and jobs connect as, where it is not the owner."""
        role, owner = urlsplit(self.database_url).username, urlsplit(self.database_owner_url or "").username
        return role if owner and role != owner else None

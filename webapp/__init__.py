"""Colloquy: answers from an organisation's own documents, with citations that open at the passage."""

from functools import partial

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import connections
from webapp.config import Settings
from webapp.extensions import connect_redis, db, limiter, login, migrate
from webapp.web import logs
from webapp.web.session import CookieSession


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application. Nothing is connected before the first request."""
    chosen = settings or Settings()  # type: ignore[call-arg]  # The environment fills it.
    logs.configure()
    app = Flask(__name__, template_folder="../templates", static_folder=None)
    app.extensions["settings"] = chosen
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,
            "pool_size": 8,
            "max_overflow": 4,
            "pool_timeout": 60,
            "pool_recycle": 1800,
            "pool_use_lifo": True,
        },
        MAX_CONTENT_LENGTH=chosen.upload_bytes,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        COMPRESS_STREAMS=False,
        RATELIMIT_STORAGE_URI=chosen.redis_url,
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 1, "socket_connect_timeout": 1, **chosen.redis_options},
    )
    app.session_interface = CookieSession()
    db.init_app(app)
    migrate.init_app(app, db)
    login.init_app(app, add_context_processor=False)
    limiter.init_app(app)
    Compress(app)
    app.extensions["redis"] = connect_redis(chosen)
    _connect_models(app, chosen)
    _connect_providers(app, chosen)
    _prepare_answers(app)
    _register(app)
    if chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.trusted_proxies, x_proto=chosen.trusted_proxies
        )
    return app


def _connect_models(app: Flask, chosen: Settings) -> None:
    """Give the application its model and its embedder. Nothing is sent before the first use.

    The client of OpenAI's protocol takes a third of a second to load, which is spared where neither is asked by it.
    """
    app.extensions["language_model"] = None
    if chosen.llm_api_key:
        from webapp.ai.openai_chat import OpenAIChat
        from webapp.chat.pace import rest

        app.extensions["language_model"] = OpenAIChat(
            api_key=chosen.llm_api_key, base_url=chosen.llm_base_url, model=chosen.llm_model, rest=rest
        )
    if chosen.embedding_api_key:
        from webapp.ai.openai_embeddings import OpenAIEmbeddings

        app.extensions["embedder"] = OpenAIEmbeddings(
            api_key=chosen.embedding_api_key,
            base_url=chosen.embedding_base_url,
            model=chosen.embedding_model,
            dimensions=chosen.embedding_dimensions,
        )
    else:
        from webapp.ai.minilm import MiniLM

        app.extensions["embedder"] = MiniLM()


def _connect_providers(app: Flask, chosen: Settings) -> None:
    """Give the application the issuers that its settings name. Without one, what talks to them is not loaded."""
    app.extensions["identity_providers"] = {}
    if chosen.google_client_id or chosen.github_client_id or chosen.oidc_issuer:
        from webapp.accounts.issuers import issuers

        app.extensions["identity_providers"] = {issuer.key: issuer for issuer in issuers(app, chosen)}


def _prepare_answers(app: Flask) -> None:
    from webapp.accounts.presence import Presence, cookie_ended
    from webapp.chat.answering import drain
    from webapp.chat.live import LiveAnswers
    from webapp.chat.mirror import Mirror
    from webapp.chat.support.handing import Unchecked

    app.extensions["live_answers"] = lives = LiveAnswers()
    app.extensions["mirror"] = Mirror(app.extensions["redis"], lives)
    app.extensions["unchecked"] = Unchecked()
    app.extensions["presence"] = Presence(app.extensions["redis"])
    app.extensions["drain"] = partial(drain, app)
    cookie_ended.connect(lives.forget)


def _register(app: Flask) -> None:
    from webapp.accounts import commands, theme
    from webapp.accounts.identity_routes import bp as identities
    from webapp.accounts.link_routes import bp as links
    from webapp.accounts.own_account_routes import bp as own_account
    from webapp.accounts.passkey_routes import bp as passkeys
    from webapp.accounts.proof_routes import bp as proofs
    from webapp.accounts.routes import bp as accounts
    from webapp.accounts.second_factor_routes import bp as second_factor
    from webapp.assistants import founding as _founding  # noqa: F401  It listens to new organizations.
    from webapp.assistants.administration import bp as assistants_admin
    from webapp.assistants.guard_routes import bp as assistant_guards
    from webapp.assistants.routes import bp as assistants
    from webapp.chat import closing as _closing  # noqa: F401  It listens to organizations that go.
    from webapp.chat import leaving as _leaving  # noqa: F401  They listen to accounts that are about to be deleted.
    from webapp.chat import navigation
    from webapp.chat.figures_routes import bp as figures
    from webapp.chat.practice.routes import bp as plays
    from webapp.chat.routes import bp as chat
    from webapp.chat.sharing.routes import bp as sharing
    from webapp.chat.support.routes import bp as support
    from webapp.chat.trials import bp as trials
    from webapp.feedback import gathering as _gathering  # noqa: F401  It listens to turns that found nothing.
    from webapp.feedback.gap_routes import bp as gaps
    from webapp.feedback.report_routes import bp as reports
    from webapp.feedback.routes import bp as feedback
    from webapp.knowledge import originals as _originals  # noqa: F401
    from webapp.knowledge.book_routes import bp as books
    from webapp.knowledge.routes import bp as knowledge
    from webapp.mail.routes import bp as mail
    from webapp.organizations import leaving as _handing_over  # noqa: F401
    from webapp.organizations.admin_routes import bp as admin
    from webapp.organizations.audit_routes import bp as audit
    from webapp.organizations.routes import bp as organizations
    from webapp.organizations.settings_routes import bp as organization_settings
    from webapp.probes.routes import bp as probes
    from webapp.scenarios.administration import bp as scenarios
    from webapp.scorecards.admin_routes import bp as scorecards_admin
    from webapp.scorecards.routes import bp as scorecards
    from webapp.web import assets, errors, headers, health, origin, templating

    app.before_request(headers.name_request)
    app.before_request(origin.refuse_foreign_writes)
    app.after_request(headers.add_headers)
    app.after_request(connections.end_reading)
    assets.serve_assets(app)
    templating.furnish(app)
    navigation.furnish(app)
    errors.handle_errors(app)
    commands.furnish(app)
    theme.furnish(app)
    for blueprint in (
        health.bp,
        mail,
        accounts,
        own_account,
        identities,
        second_factor,
        passkeys,
        proofs,
        links,
        organizations,
        assistant_guards,
        assistants,
        assistants_admin,
        scenarios,
        chat,
        plays,
        sharing,
        support,
        trials,
        figures,
        feedback,
        reports,
        gaps,
        knowledge,
        books,
        organization_settings,
        audit,
        admin,
        scorecards,
        scorecards_admin,
        probes,
    ):
        app.register_blueprint(blueprint)

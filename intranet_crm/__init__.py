"""intranet_crm: the customer-file system of a company's own LAN (公司内网的客户档案系统)."""

import hashlib
import secrets
from functools import cache
from importlib import import_module
from pathlib import Path

from flask import Flask, g, request
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from intranet_crm import addresses, audit_log, background, error_pages, formatting, secrecy, security
from intranet_crm.config import Settings, load_settings
from intranet_crm.database import database, open_database

__version__ = "0.1.0"

# Left may be imported by right, never the other way (docs/decisions/0001).
FEATURES = (
    "accounts",
    "reference",
    "audit",
    "files",
    "signatures",
    "notices",
    "tasks",
    "batches",
    "customers",
    "needs",
    "followups",
    "service_issues",
    "intake",
    "archive",
    "paper",
    "keeping",
    "proofs",
    "dossier",
    "search",
    "home",
)


def feature_modules(name: str) -> list:
    """The module ``name`` of every feature that has one, in order."""
    package = Path(__file__).parent
    return [
        import_module(f"intranet_crm.{feature}.{name}")
        for feature in FEATURES
        if (package / feature / f"{name}.py").exists() or (package / feature / name).is_dir()
    ]


def connect(settings: Settings, *, durable: bool = True) -> None:
    """Point the models at the database and the queue of these settings, and load all jobs."""
    database.initialize(open_database(settings.database, durable=durable))
    background.open_queue(settings.queue, settings.secret_key)
    from intranet_crm.dossier import booklets
    from intranet_crm.files import store
    from intranet_crm.notices import channels
    from intranet_crm.paper import prints, stacks
    from intranet_crm.proofs import packages
    from intranet_crm.signatures import authority

    feature_modules("models")
    feature_modules("jobs")
    store.keep_in(settings.files)
    secrecy.keep_in(settings.keys)
    authority.keep_in(settings.keys)
    prints.shelf.keep_in(settings.data / "prints")
    packages.shelf.keep_in(settings.data / "packages")
    stacks.keep_in(settings.data / "scans")
    booklets.shelf.keep_in(settings.data / "booklets")
    channels.use(settings)


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The web application, connected to its database and queue."""
    settings = settings or load_settings()
    connect(settings, durable=not testing)
    app = Flask(__name__)
    app.config.update(SECRET_KEY=settings.secret_key, TESTING=testing, CRM=settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
    addresses.init(app)
    _open_and_close(app)
    security.init(app, settings)
    error_pages.init(app)
    formatting.init(app)
    _give_templates(app)

    from intranet_crm import health
    from intranet_crm.accounts import sessions

    sessions.init(app)
    health.init(app)
    for views in feature_modules("views"):
        for blueprint in views.blueprints:
            app.register_blueprint(blueprint)
    return app


def _open_and_close(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        if request.endpoint in ("static", "healthz"):
            return
        address, request_id = request.remote_addr or "", secrets.token_hex(6)
        g.request_id = request_id
        audit_log.origin.set(audit_log.Origin(address, request_id))
        database.connect(reuse_if_open=True)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if not app.testing and not database.is_closed():
            database.close()

    @app.after_request
    def wake(response):  # after the verbs' transactions have ended
        background.wake_if_wanted()
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
        return response


def _give_templates(app: Flask) -> None:
    from intranet_crm.navigation import Shell

    static = Path(app.static_folder)

    @cache  # a page asks some twenty times
    def asset(name: str) -> str:
        version = hashlib.sha256((static / name).read_bytes()).hexdigest()[:10]
        return f"{app.static_url_path}/{name}?v={version}"

    # A year for what carries its version in its address; files of records are asked for again each time
    app.get_send_file_max_age = lambda _: 365 * 24 * 3600 if request.endpoint == "static" else None
    app.jinja_env.globals.update(asset=asset, app_version=__version__)

    @app.context_processor
    def shell() -> dict:
        # An error page must not ask the database that has just failed.
        return {"shell": Shell(None if database.is_closed() else current_user)}

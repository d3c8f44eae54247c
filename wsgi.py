"""The application and the queue, for the web server and the worker."""

from intranet_crm import background, create_app

app = create_app()
huey = background.huey

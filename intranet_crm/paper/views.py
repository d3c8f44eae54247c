"""The addresses of printing and of scanning."""

from intranet_crm.paper import print_views, scan_views

blueprints = [print_views.bp, scan_views.bp]

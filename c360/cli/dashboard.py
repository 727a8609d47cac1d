"""`c360 dashboard`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from c360.cli import options
from c360.cli.display import counted
from c360.cli.options import DEFAULTS
from c360.dashboard.build import Built, build_page
from c360.dashboard.load import MOST_CUSTOMERS
from c360.dashboard.looker import linking_address
from c360.dashboard.read import read_measures
from c360.dashboard.views import views
from c360.errors import WrongUse
from c360.registry.read import read_registry
from c360.warehouse.open import open_warehouse


def dashboard(  # noqa: PLR0913  # size: one parameter an option
    *,
    registry: options.Registry = DEFAULTS.registry,
    measures: options.Measures = options.MEASURES,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    out: Annotated[
        Path, typer.Option(envvar="C360_OUT", metavar="FILE", help="The HTML file to write.")
    ] = Path("build/dashboard.html"),
    with_customers: Annotated[
        bool,
        typer.Option(
            "--with-customers",
            help="Add a look-up of customers, with names and addresses: personal data.",
        ),
    ] = False,
    agent_names: Annotated[
        bool,
        typer.Option("--agent-names", help="Show the agents' names: personal data."),
    ] = False,
    looker_studio: Annotated[
        bool,
        typer.Option(
            "--looker-studio", help="Print where Looker Studio starts a report on the views."
        ),
    ] = False,
    project: Annotated[
        str | None, typer.Option(help="With --looker-studio: the project that has the views.")
    ] = None,
    report: Annotated[
        str | None, typer.Option(help="With --looker-studio: the id of a template report.")
    ] = None,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Write one HTML page of what is published: it opens from disk and asks no server anything.

    Without the two flags it holds no personal data. A page that is up to date is left alone.

    Example: `c360 dashboard --out build/dashboard.html`
    """
    found = read_measures(measures)
    if looker_studio:
        if project is None:
            raise WrongUse("--looker-studio: --project is missing; name the one with the views")
        typer.echo(linking_address(project, views(found), report))
        return
    if project is not None or report is not None:
        raise WrongUse("--project and --report go with --looker-studio only")
    policy = read_registry(registry).policy
    personal = {"with_customers": with_customers, "agent_names": agent_names}
    place = open_warehouse(warehouse, lock_timeout)
    if options.lacks_file(place):
        raise WrongUse(
            f"{place.name}: {options.NO_SUCH_FILE} No page was written; next: c360 run, or name "
            "the warehouse that a run has filled"
        )
    _tell(build_page(place, policy, found, out, personal), personal=any(personal.values()))


def _tell(built: Built, *, personal: bool) -> None:
    size = f"{built.bytes / 1e6:.1f} MB"
    verb = "written" if built.written else "up to date"
    typer.echo(f"dashboard: {built.path} ({size}, {verb}); open it in a browser")
    if built.contents.head.run_id is None:
        typer.echo("  nothing is published yet, and the page says so; next: c360 run")
    if (in_all := built.contents.customers_in_all or 0) > MOST_CUSTOMERS:
        most = counted(MOST_CUSTOMERS, "customer")
        typer.echo(f"  the look-up has the {most} with the largest spend, of {in_all:,}")
    if personal:
        typer.echo("  it holds personal data: give it only to those who may see them")

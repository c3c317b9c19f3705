"""``sundog export``: writes an app's current state as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from sundog.cli.explain import explained, fail
from sundog.cli.options import ENV_FILE_OPTION, load_for, setting_option


@click.command("export", short_help="Write an app as one HTML file that needs no server.")
@click.argument("app")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: the app's name with .html]",
)
@click.option("--title", default="", help="The page's title.  [default: the app's name]")
@setting_option("theme_variant", "VARIANT", "The page's colours: light, dark or auto.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=10.0,
    show_default=True,
    help="The maximum number of seconds to wait until the app stops changing.",
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@ENV_FILE_OPTION
def export_page(
    app: str,
    output: Path | None,
    title: str,
    theme_variant: object,
    wait: float,
    force: bool,
    env_file: Path | None,
) -> None:
    """Run APP and write what it shows as one HTML file that needs no server.

    Everything that works in the browser alone works in the file: links between widgets (jslink,
    jsdlink), zooming, sorting. Callbacks in Python do not work, and the page says so.
    """
    with explained():
        settings, _ = load_for(app, env_file, {"theme_variant": theme_variant}, production=False)
        from sundog.export import export, record
        from sundog.server.app_files import AppFiles
        from sundog.server.factories import make_extensions
        from sundog.web.page.renderer import BUNDLE, ICON, STYLES

        recording = record(app, wait=wait)
        target = output or Path(f"{recording.name}.html")
        if target.exists() and not force:
            fail(
                f"{target} already exists. Choose another file with -o, or replace it with --force."
            )
        files = AppFiles(settings)
        files.serve(*(() if recording.path is None else (recording.path,)))
        exported = export(
            recording,
            BUNDLE,
            make_extensions(settings),
            title=title or settings.theme_title or "",
            theme=settings.theme_variant.value,
            icon=ICON,
            styles=[file.read_bytes() for file in map(files.find, STYLES) if file is not None],
        )
        try:
            target.write_bytes(exported.html)
        except OSError as error:
            fail(f"Cannot write {target}: {error.strerror}. Choose another file with -o.")
    for module in exported.missing:
        click.echo(
            f"Warning: no installed package has the widget module {module}. Run: sundog doctor",
            err=True,
        )
    click.echo(f"Wrote {target} ({len(exported.html) / 1e6:.1f} MB). Open it in a browser.")

"""Checks of the installed widget libraries: whether each widget will find its front end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sundog.doctor.constants import Wish
from sundog.doctor.distributions import Distribution, Installed, normal
from sundog.doctor.findings import Finding, note, ok, problem
from sundog.doctor.ranges import parse_version, satisfies
from sundog.extensions.contents import amd_contents_of, contents_of
from sundog.extensions.folders import (
    Places,
    config_folders,
    data_folders,
    disabled_extensions,
)
from sundog.extensions.scan import Extension, Kind, Listing, list_extensions

CHECK = "widgets"


@dataclass(frozen=True, slots=True)
class Found:
    """What is installed of Jupyter, and which widget modules there are because of it."""

    labextensions: Listing
    nbextensions: Listing
    disabled: Mapping[str, Path]
    # By widget module, in the order in which they are tried.
    providers: Mapping[str, list[tuple[Kind, Extension]]]
    # Whether a labextension may register more than its scripts tell.
    open_ended: bool


def look(places: Places, *, ignore_nbextensions: bool = False) -> Found:
    """Look for all extensions, and into them."""
    folders = data_folders(places)
    lab = list_extensions("labextensions", folders)
    amd = Listing({}) if ignore_nbextensions else list_extensions("nbextensions", folders)
    disabled = disabled_extensions(config_folders(places))
    providers: dict[str, list[tuple[Kind, Extension]]] = {}
    open_ended = False
    for extension in lab.used.values():
        if extension.name in disabled:
            continue
        contents = contents_of(extension)
        open_ended = open_ended or contents.open_ended
        for module in contents.registers:
            providers.setdefault(module, []).append(("labextensions", extension))
    for extension in amd.used.values():
        names = {extension.name, *amd_contents_of(extension).maps}
        for module in names:
            providers.setdefault(module, []).append(("nbextensions", extension))
    return Found(lab, amd, disabled, providers, open_ended)


def narrowed(found: Found, distributions: Sequence[Distribution]) -> Found:
    """Return only those extensions that some distributions brought, or want."""
    wanted = {key for each in distributions for key in each.extensions}
    for each in distributions:
        for wish in each.wishes:
            wanted |= {(kind, at.name) for kind, at in found.providers.get(wish.module, ())}

    def narrow(kind: Kind, listing: Listing) -> Listing:
        return Listing(
            {name: at for name, at in listing.used.items() if (kind, name) in wanted},
            tuple(at for at in listing.shadowed if (kind, at.name) in wanted),
            tuple(at for at in listing.broken if (kind, at.name) in wanted),
        )

    return replace(
        found,
        labextensions=narrow("labextensions", found.labextensions),
        nbextensions=narrow("nbextensions", found.nbextensions),
    )


def check_extensions(found: Found, installed: Installed) -> Iterator[Finding]:
    """Say which extensions there are, where from, and which are in each other's way."""
    owners = installed.owners()
    for kind, listing in (
        ("labextensions", found.labextensions),
        ("nbextensions", found.nbextensions),
    ):
        form = kind[:-1]
        for name, extension in listing.used.items():
            owner = owners.get((kind, name))
            source = f"{owner.name} {owner.version}" if owner else "no installed package"
            version = f" {extension.version}" if extension.version else ""
            text = f"{form} {name}{version} from {source} in {extension.folder}"
            if kind == "labextensions" and name in found.disabled:
                yield note(
                    "extensions",
                    f"{text} is disabled by {found.disabled[name]}",
                    f"jupyter labextension enable {name}",
                )
                continue
            yield ok("extensions", text)
            if kind == "labextensions":
                yield from _check_entry(extension, owner)
        for shadowed in listing.shadowed:
            used = listing.used[shadowed.name]
            text = f"{form} {shadowed.name} in {shadowed.folder} is hidden by {used.folder}"
            if shadowed.version == used.version:
                yield note("extensions", text)
            else:
                text += f" ({shadowed.version or '?'} by {used.version or '?'})"
                yield problem("extensions", text, f"remove the one that is old: {used.folder}")
        for broken in listing.broken:
            yield problem(
                "extensions",
                f"{form} {broken.name} in {broken.folder} can't be used: {broken.reason}",
                "install its package anew: pip install --force-reinstall PACKAGE",
            )


def _check_entry(extension: Extension, owner: Distribution | None) -> Iterator[Finding]:
    package = owner.name if owner else "PACKAGE"
    if not (extension.folder / extension.entry["load"]).is_file():
        yield problem(
            "extensions",
            f"labextension {extension.name} lacks its script {extension.entry['load']}",
            f"pip install --force-reinstall {package}",
        )
    outside = sum(
        1
        for file in extension.folder.rglob("*")
        if file.is_symlink() and not file.resolve().is_relative_to(extension.folder)
    )
    if outside:
        yield problem(
            "extensions",
            f"{outside} files of labextension {extension.name} are links that lead out of its"
            " folder; those are not served",
            f"install it with copies, as in: uv pip install --link-mode copy --reinstall {package}",
        )


def check_shared(found: Found) -> Iterator[Finding]:
    """Say which labextensions lack another that they take modules from, or have a wrong one."""
    used = found.labextensions.used
    for extension in used.values():
        wanted = extension.package.get("dependencies")
        for name in extension.entry["sharedPackages"]:
            other = used.get(name)
            version = wanted.get(name) if isinstance(wanted, dict) else None
            if other is None or not isinstance(version, str):
                continue
            if satisfies(other.version, version) is not False:
                continue
            text = (
                f"labextension {extension.name} {extension.version} was made for {name} {version};"
                f" installed is {other.version} in {other.folder}"
            )
            mend = (
                "install Python packages that belong together, as in:"
                f" pip install --upgrade {' '.join(_guess(extension.name, name))}"
            )
            if _major(other.version) == _major(version):
                # Packages often say too narrow a range.
                yield note("versions", text, f"if it does not show: {mend}")
            else:
                yield problem("versions", text, mend)


def _major(text: str) -> int | None:
    version = parse_version(text.lstrip("^~>=< "))
    return None if version is None else version[0]


def _guess(*names: str) -> Iterator[str]:
    return (name.replace("jupyter-", "ipy") if "vue" in name else name for name in names)


def check_widgets(
    found: Found, distributions: Iterable[Distribution], installed: Installed
) -> Iterator[Finding]:
    """Say which widgets of some distributions find no front end, or one of another version."""
    for each in distributions:
        wishes = [wish for wish in each.wishes if not wish.module.startswith("@jupyter-widgets/")]
        told: set[str] = set()
        for wish in wishes:
            finding = None if wish.module in told else _check_wish(each, wish, found)
            if finding is not None:
                told.add(wish.module)
                yield finding
        if wishes and not told:
            names = ", ".join(sorted({wish.module for wish in wishes}))
            yield ok(CHECK, f"{each.name} {each.version} finds its front end ({names})")
        elif not wishes and "anywidget" in each.requires:
            yield ok(CHECK, f"{each.name} {each.version} brings its own front end (anywidget)")
        yield from _check_mix(each, installed)


def _check_wish(each: Distribution, wish: Wish, found: Found) -> Finding | None:
    providers = found.providers.get(wish.module)
    if not providers:
        return _missing(each, wish.module, wish.where, found)
    kind, extension = providers[0]
    if (kind, extension.name) in each.extensions and _is_of(extension, each):
        # They came together, whatever they say of each other.
        return None
    if not extension.version or satisfies(extension.version, wish.version) is not False:
        return None
    return problem(
        "versions",
        f"{each.name} {each.version} wants {wish.module} {wish.version};"
        f" its {kind[:-1]} is {extension.version} in {extension.folder}",
        f"pip install --force-reinstall {each.name}, and remove {extension.folder} if it is still"
        " there afterwards",
    )


def _is_of(extension: Extension, each: Distribution) -> bool:
    """Whether an extension is the one that a distribution brought, not another of its name."""
    own = (Path(str(each.metadata.locate_file(file))) for file in each.files)
    folder = extension.folder
    return any(file.name == "package.json" and file.resolve().parent == folder for file in own)


def _missing(each: Distribution, module: str, where: str, found: Found) -> Finding:
    text = f"{each.name} {each.version} has widgets of {module} ({where}), which nothing here shows"
    if module in found.disabled:
        return problem(CHECK, text, f"jupyter labextension enable {module}")
    if found.open_ended:
        return note(CHECK, f"{text}, as far as can be told without running the extensions")
    return problem(CHECK, text, f"pip install --force-reinstall {each.name}")


def _check_mix(each: Distribution, installed: Installed) -> Iterator[Finding]:
    beside = installed.get("ipyvue")
    if normal(each.name) != "ipyvuetify" or beside is None:
        return
    own, other = parse_version(each.version), parse_version(beside.version)
    if own and other and own[0] != other[0]:
        yield problem(
            "versions",
            f"ipyvuetify {each.version} and ipyvue {beside.version} do not go"
            " together: their first numbers must be the same",
            f"pip install 'ipyvuetify~={own[0]}.0' 'ipyvue~={own[0]}.0'",
        )

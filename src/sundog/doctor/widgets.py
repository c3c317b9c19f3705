"""Checks that each widget of the installed libraries has a front end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sundog.doctor.constants import Wish
from sundog.doctor.distributions import Distribution, Installed, normal
from sundog.doctor.findings import Finding, note, ok, problem
from sundog.doctor.ranges import parse_version, satisfies
from sundog.extensions.contents import amd_contents_of, contents_of
from sundog.extensions.folders import disabled_extensions
from sundog.extensions.scan import Extension, Kind, Listing, list_extensions

CHECK = "widgets"


@dataclass(frozen=True, slots=True)
class Found:
    """The installed Jupyter extensions, and the widget modules they provide."""

    labextensions: Listing
    nbextensions: Listing
    disabled: Mapping[str, Path]
    # By widget module, in the order in which pages try them.
    providers: Mapping[str, list[tuple[Kind, Extension]]]
    # Whether a labextension may register modules that its scripts do not name.
    open_ended: bool


def look(
    folders: Sequence[Path], config: Sequence[Path], *, ignore_nbextensions: bool = False
) -> Found:
    """Find all extensions in folders of data, and read what they provide."""
    lab = list_extensions("labextensions", folders)
    amd = Listing({}) if ignore_nbextensions else list_extensions("nbextensions", folders)
    disabled = disabled_extensions(config)
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
    """Return only the extensions that the given distributions install or need."""
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
    """Report the extensions, where they come from, and which hide each other."""
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
                yield problem("extensions", text, f"remove the old one: {used.folder}")
        for broken in listing.broken:
            yield problem(
                "extensions",
                f"{form} {broken.name} in {broken.folder} can't be used: {broken.reason}",
                "reinstall its package: pip install --force-reinstall PACKAGE",
            )


def _check_entry(extension: Extension, owner: Distribution | None) -> Iterator[Finding]:
    package = owner.name if owner else "PACKAGE"
    if not (extension.folder / extension.entry["load"]).is_file():
        yield problem(
            "extensions",
            f"the script {extension.entry['load']} of labextension {extension.name} is missing",
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
            f"{outside} files of labextension {extension.name} are links out of its folder, which"
            " are not served",
            f"install copies, such as with: uv pip install --link-mode copy --reinstall {package}",
        )


def check_shared(found: Found) -> Iterator[Finding]:
    """Check the versions of labextensions that others share modules with."""
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
                f"labextension {extension.name} {extension.version} needs {name} {version};"
                f" {other.version} is installed in {other.folder}"
            )
            fix = (
                "install matching Python packages, such as with:"
                f" pip install --upgrade {' '.join(_guess(extension.name, name))}"
            )
            if _major(other.version) == _major(version):
                # The ranges of packages are often too narrow.
                yield note("versions", text, f"if the widget does not show: {fix}")
            else:
                yield problem("versions", text, fix)


def _major(text: str) -> int | None:
    version = parse_version(text.lstrip("^~>=< "))
    return None if version is None else version[0]


def _guess(*names: str) -> Iterator[str]:
    return (name.replace("jupyter-", "ipy") if "vue" in name else name for name in names)


def check_widgets(
    found: Found, distributions: Iterable[Distribution], installed: Installed
) -> Iterator[Finding]:
    """Report widgets of distributions without a front end, or with one of another version."""
    for each in distributions:
        wishes = [wish for wish in each.wishes if not wish.module.startswith("@jupyter-widgets/")]
        reported: set[str] = set()
        for wish in wishes:
            finding = None if wish.module in reported else _check_wish(each, wish, found)
            if finding is not None:
                reported.add(wish.module)
                yield finding
        if wishes and not reported:
            names = ", ".join(sorted({wish.module for wish in wishes}))
            yield ok(CHECK, f"{each.name} {each.version} has its front end ({names})")
        elif not wishes and "anywidget" in each.requires:
            yield ok(CHECK, f"{each.name} {each.version} includes its own front end (anywidget)")
        yield from _check_mix(each, installed)


def _check_wish(each: Distribution, wish: Wish, found: Found) -> Finding | None:
    providers = found.providers.get(wish.module)
    if not providers:
        return _missing(each, wish.module, wish.where, found)
    kind, extension = providers[0]
    if (kind, extension.name) in each.extensions and _is_of(extension, each):
        # One package installed both, so they match, whatever versions they name.
        return None
    if not extension.version or satisfies(extension.version, wish.version) is not False:
        return None
    return problem(
        "versions",
        f"{each.name} {each.version} needs {wish.module} {wish.version};"
        f" its {kind[:-1]} is {extension.version} in {extension.folder}",
        f"pip install --force-reinstall {each.name}, then remove {extension.folder} if it still"
        " exists",
    )


def _is_of(extension: Extension, each: Distribution) -> bool:
    """Return whether a distribution installed this extension, not another of the same name."""
    own = (Path(str(each.metadata.locate_file(file))) for file in each.files)
    folder = extension.folder
    return any(file.name == "package.json" and file.resolve().parent == folder for file in own)


def _missing(each: Distribution, module: str, where: str, found: Found) -> Finding:
    text = f"{each.name} {each.version} needs the front end {module} ({where}), which is missing"
    if module in found.disabled:
        return problem(CHECK, text, f"jupyter labextension enable {module}")
    if found.open_ended:
        return note(CHECK, f"{text}, unless an extension provides it when it runs")
    return problem(CHECK, text, f"pip install --force-reinstall {each.name}")


def _check_mix(each: Distribution, installed: Installed) -> Iterator[Finding]:
    beside = installed.get("ipyvue")
    if normal(each.name) != "ipyvuetify" or beside is None:
        return
    own, other = parse_version(each.version), parse_version(beside.version)
    if own and other and own[0] != other[0]:
        yield problem(
            "versions",
            f"ipyvuetify {each.version} and ipyvue {beside.version} are incompatible: their major"
            " versions must be the same",
            f"pip install 'ipyvuetify~={own[0]}.0' 'ipyvue~={own[0]}.0'",
        )

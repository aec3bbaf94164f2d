"""The files of one submission, read as data: nothing is run, nothing outside the submission is followed."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.notebooks.modules import Allowance, NotNotebook, module_source
from grader.plain_text import plain_text

MAX_SOURCE_BYTES = 1 << 20
MAX_TOTAL_BYTES = 32 << 20
MAX_FILES = 2_000
MAX_NOTEBOOK_BYTES = 256 << 20  # of all notebooks together: outputs can be large; they are not kept
MAX_NOTEBOOKS = 50
MAX_BROKEN = 20  # what is read of a file before it turns out to be broken is not counted otherwise
MAX_NOTES = 60
MAX_LISTING_BYTES = 8 << 20  # what a zip says of its files; each takes ten times as much in memory
MAX_NAME_BYTES, MAX_PATH_BYTES = 255, 1000  # what the worker's file system takes, and what a request has room for
MAX_PATHS_BYTES = 512 << 10  # of all paths together: a request's header takes 4 MB, and a byte can take six there
NOTEBOOK = ".ipynb"
_SKIPPED_FOLDERS = frozenset({"__pycache__", "__MACOSX", "node_modules", "venv", ".venv", "site-packages"})


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a submission by relative POSIX path, with the modules at the top; remarks on what was left out."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Modules that were handed in but cannot be taken, with the reason."""
    notebooks: frozenset[str] = frozenset()
    """Those of the modules at the top, by name, whose source comes from a notebook."""
    readable: bool = True

    def notebook_sources(self) -> dict[str, str]:
        """What is graded for the notebooks at the top, by name."""
        return {name: self.files[f"{name}.py"].decode("utf-8", "replace") for name in self.notebooks}

    def digest(self) -> str:
        """A fingerprint of everything that was read."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{len(name)} {name} {len(content)} ".encode(errors="surrogateescape") + content)
        digest.update(
            "\n".join(
                [*self.notes, *sorted(self.refused.values()), *sorted(self.notebooks), str(self.readable)]
            ).encode(errors="replace")
        )
        return digest.hexdigest()


class Unreadable(Exception):
    """The submission as a whole cannot be read."""


def read_contents(path: Path, module_names: Sequence[str]) -> Contents:
    """Reads a folder, a zip or a single module; whatever is wrong with it becomes a note."""
    notes: list[str] = []
    refused: dict[str, str] = {}
    try:
        files = (
            _read_zip(path, notes, refused, module_names)
            if path.is_file() and path.suffix not in (".py", NOTEBOOK)
            else _read_folder(path, notes, refused, module_names)
        )
    except Unreadable as error:
        return Contents(notes=[str(error)], readable=False)
    except Exception as error:  # whatever is strange about it is this submission's affair alone
        reason = plain_text(f"{type(error).__name__}: {error}")
        return Contents(notes=[f"the submission cannot be read ({reason})"], readable=False)
    files, refused = _modules_at_top(files, refused, module_names, notes)
    taken = _take_notebooks(files, refused, notes, module_names)
    _leave_out_below_files(files, notes)
    _name_misspelt(files, module_names, notes)
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [f"… and {len(notes) - MAX_NOTES} more like these"]
    return Contents(files, notes, refused, taken)


def _read_folder(
    path: Path, notes: list[str], refused: dict[str, str], module_names: Sequence[str]
) -> dict[str, bytes]:
    if path.is_file():
        entries = [(PurePosixPath(path.name), path.stat().st_size, path)]
        return _collect(entries, notes, refused, lambda p: p.read_bytes(), module_names)
    return _collect(_walk(path, notes, refused), notes, refused, _read_regular, module_names)


def _walk(root: Path, notes: list[str], refused: dict[str, str]) -> Iterator[tuple[PurePosixPath, int, Path]]:
    def unreadable(error: OSError) -> None:
        relative = PurePosixPath(os.path.relpath(error.filename, root))
        notes.append(f"{_shown(relative)}: this folder cannot be read and was left out")

    for folder, inner, names in os.walk(root, onerror=unreadable):
        inner[:] = sorted(d for d in inner if d not in _SKIPPED_FOLDERS and not d.startswith("."))
        for name in sorted([*names, *(d for d in inner if os.path.islink(os.path.join(folder, d)))]):
            path = Path(folder, name)
            relative = PurePosixPath(path.relative_to(root).as_posix())
            try:
                status = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode):
                yield relative, status.st_size, path
            else:
                kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "no regular file"
                refused[str(relative)] = f"{_shown(relative)} is {kind}; hand in the file itself"
                notes.append(f"{refused[str(relative)]} (left out)")


def _read_regular(path: Path) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(fd, "rb") as file:
        return file.read(MAX_NOTEBOOK_BYTES)


def _read_zip(path: Path, notes: list[str], refused: dict[str, str], module_names: Sequence[str]) -> dict[str, bytes]:
    try:
        _check_listing(path)
        with zipfile.ZipFile(path) as archive:
            entries = []
            for info in archive.infolist()[: 10 * MAX_FILES]:
                relative = PurePosixPath(info.filename.replace("\\", "/"))
                if (
                    info.is_dir()
                    or not relative.parts
                    or any(
                        part in _SKIPPED_FOLDERS or (part.startswith(".") and part != "..") for part in relative.parts
                    )
                ):
                    continue
                if (
                    relative.is_absolute()
                    or ".." in relative.parts
                    or ":" in relative.parts[0]
                    or "\0" in info.filename
                ):
                    notes.append(f"{_shown(relative)}: a path that leads out of the zip was left out")
                elif stat.S_ISLNK(info.external_attr >> 16):
                    refused[str(relative)] = f"{_shown(relative)} is a symbolic link; hand in the file itself"
                    notes.append(f"{refused[str(relative)]} (left out)")
                else:
                    entries.append((relative, info.file_size, info))

            def read(info: zipfile.ZipInfo) -> bytes:
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    # Of the others zipfile unpacks all that it has read, however little is asked for.
                    raise NotImplementedError("it is compressed in another way than zip files usually are")
                with archive.open(info) as file:
                    return file.read(info.file_size + 1)

            return _collect(entries, notes, refused, read, module_names)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        name = _shown(PurePosixPath(path.name))
        raise Unreadable(f"{name} cannot be read as a zip file: {plain_text(str(error))}") from error


def _check_listing(path: Path) -> None:
    """A zip's list of files is read as a whole when it is opened; nothing else says how long it is."""
    with path.open("rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end and end[zipfile._ECD_SIZE] > MAX_LISTING_BYTES:  # type: ignore[attr-defined]
        raise ValueError("it lists too many files")


def _collect(entries, notes, refused, read, module_names) -> dict[str, bytes]:  # type: ignore[no-untyped-def]
    files: dict[str, bytes] = {}
    total = of_notebooks = notebooks = of_paths = broken = 0
    allowance = Allowance()

    def priority(entry) -> int:  # type: ignore[no-untyped-def]
        if entry[0].suffix in (".py", NOTEBOOK) and entry[0].stem in module_names:
            return 0
        return {".py": 1, NOTEBOOK: 3}.get(entry[0].suffix, 2)

    # The exercises' own modules and notebooks are read before data and others can use up what is allowed.
    for relative, size, source in sorted(entries, key=priority):
        is_notebook = relative.suffix == NOTEBOOK
        notebooks += is_notebook
        so_far, most = (of_notebooks, MAX_NOTEBOOK_BYTES) if is_notebook else (total, MAX_TOTAL_BYTES)
        limit = {".py": MAX_SOURCE_BYTES, NOTEBOOK: MAX_NOTEBOOK_BYTES}.get(relative.suffix, MAX_TOTAL_BYTES)
        path_bytes = _path_bytes(relative)
        too_long = path_bytes is None
        too_many = (
            len(files) >= MAX_FILES
            or broken >= MAX_BROKEN
            or (is_notebook and notebooks > MAX_NOTEBOOKS)
            or of_paths + (path_bytes or 0) > MAX_PATHS_BYTES
        )
        if too_long or too_many or size > limit or so_far + size > most:
            reason = (
                f"{_shown(relative)} has too long a name"
                if too_long
                else f"{_shown(relative)} is too large ({size / 1e6:.1f} MB)"
                if size > limit
                else f"{_shown(relative)} is one file too many"
            )
            refused[str(relative)] = reason
            if len(notes) < 50:
                notes.append(f"{reason} (left out)")
            continue
        try:
            content = read(source)
        except Exception as error:  # a zip can be broken in as many ways as there are decompressors
            broken += 1
            refused[str(relative)] = f"{_shown(relative)} cannot be read: {plain_text(str(error))}"
            notes.append(f"{refused[str(relative)]} (left out)")
            continue
        if len(content) > size:
            broken += 1
            refused[str(relative)] = f"{_shown(relative)} is larger than it says"
            notes.append(f"{refused[str(relative)]} (left out)")
            continue
        if is_notebook:
            of_notebooks += size
            try:
                module = module_source(content, allowance)
            except (NotNotebook, MemoryError) as error:
                refused[str(relative)] = f"{_shown(relative)} cannot be read as a notebook: {error}"
                notes.append(f"{refused[str(relative)]} (left out)")
                continue
            notes += [f"{_shown(relative)}: {note}" for note in module.notes[:10]]
            content = module.source.encode("utf-8", "replace")
        files[str(relative)] = content
        total += len(content)
        of_paths += path_bytes or 0
    return files


def _path_bytes(path: PurePosixPath) -> int | None:
    """How long a path is; None if it is too long."""
    sizes = [len(part.encode(errors="surrogatepass")) for part in path.parts]
    total = sum(sizes) + len(sizes)
    return None if max(sizes, default=0) > MAX_NAME_BYTES or total > MAX_PATH_BYTES else total


def _take_notebooks(
    files: dict[str, bytes], refused: dict[str, str], notes: list[str], module_names: Sequence[str]
) -> frozenset[str]:
    """Notebooks, which have been read as modules' sources, become the modules; a module of that name goes first.

    Returns the names of those at the top that have.
    """
    taken = set()
    for name in [name for name in files if name.endswith(NOTEBOOK)]:
        source, module = files.pop(name), name.removesuffix(NOTEBOOK) + ".py"
        if "/" not in name and name.removesuffix(NOTEBOOK) not in module_names and len(notes) < 50:
            notes.append(f"{_shown(PurePosixPath(name))} has the name of no exercise and was not graded")
        if module in files:
            notes.append(f"{module} and {name} were both handed in; {module} was graded")
        else:
            files[module] = source
            refused.pop(module, None)
            if "/" not in name:
                taken.add(name.removesuffix(NOTEBOOK))
    for name in [name for name in refused if name.endswith(NOTEBOOK)]:
        module = name.removesuffix(NOTEBOOK) + ".py"
        if module not in files:
            refused.setdefault(module, refused[name])
    return frozenset(taken)


def _name_misspelt(files: Mapping[str, bytes], module_names: Sequence[str], notes: list[str]) -> None:
    """Systems that do not tell capitals from small letters let students hand in a module under another name."""
    wanted = {f"{name}.py" for name in module_names} - files.keys()
    for name in sorted(files):
        if name.lower() in wanted:
            notes.append(f"{_shown(PurePosixPath(name))} was not graded: the module's name is {name.lower()}")


def _leave_out_below_files(files: dict[str, bytes], notes: list[str]) -> None:
    """A zip can hold a file and a folder of one name; no disk can."""
    for name in list(files):
        file = next((str(above) for above in PurePosixPath(name).parents if str(above) in files), None)
        if file is not None:
            del files[name]
            if len(notes) < 50:
                notes.append(f"{_shown(PurePosixPath(name))} lies in what is also a file (left out)")


def _modules_at_top(
    files: dict[str, bytes], refused: dict[str, str], module_names: Sequence[str], notes: list[str]
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Moves the folder that holds the modules to the top: the top itself, `exercises/`, or the only one deeper down."""
    wanted = {f"{name}.py" for name in module_names} | {f"{name}.ipynb" for name in module_names}
    every = [*files, *refused]
    holders = {PurePosixPath(path).parent for path in every if PurePosixPath(path).name in wanted}
    top, exercises = PurePosixPath("."), PurePosixPath("exercises")
    if top in holders or not holders:
        home = top
        if exercises in holders:
            inner = {
                path.removeprefix("exercises/"): data for path, data in files.items() if path.startswith("exercises/")
            }
            files = {**inner, **files}
    elif exercises in holders:
        home = exercises
    else:
        depth = min(len(holder.parts) for holder in holders)
        shallowest = sorted(holder for holder in holders if len(holder.parts) == depth)
        home = shallowest[0]
        if len(shallowest) > 1:
            notes.append(f"modules were found in {len(shallowest)} folders; those in {home} were graded")
    prefix = "" if home == top else f"{home}/"
    return (
        {path.removeprefix(prefix): data for path, data in files.items() if path.startswith(prefix)},
        {path.removeprefix(prefix): reason for path, reason in refused.items() if path.startswith(prefix)},
    )


def _shown(path: PurePosixPath) -> str:
    """A path that can be printed on one line."""
    return plain_text(str(path)[:200]).replace("\n", "\ufffd")

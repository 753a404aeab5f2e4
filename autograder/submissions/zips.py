"""The members of a zip that somebody else packed: their names mended, their dangers named, nothing unpacked unasked."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from collections.abc import Callable
from functools import lru_cache, partial

from autograder.submissions.files import READ_BYTES, Rejected

NAME_CHARACTERS = 1000  # of one file in a zip, folders included
MEMBERS = 200_000       # of one zip
FOLDERS = 32            # one in another
UTF8 = 0x800            # the flag that says that names are UTF-8
UNICODE_PATH = 0x7075   # Info-ZIP's extra field with the name in UTF-8
READ = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others can unpack a kilobyte to gigabytes of memory
ZIP_ERRORS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)

Member = tuple[str, Callable[[], bytes], str, bool]  # name, how to read it, why not, whether it is an empty folder


def opened_zip(content: bytes) -> zipfile.ZipFile:
    """Return the zip in these bytes. Raises Rejected."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # zipfile and its decompressors raise whatever a damaged file makes them
        raise Rejected("unreadable", f"it is no zip, or a damaged one ({type(error).__name__})") from None


@lru_cache(maxsize=1)
def opened_again(content: Callable[[], bytes]) -> zipfile.ZipFile:
    """Return the zip that `content` gives; the latest stays open, because those of a whole class could fill the memory.

    Raises Rejected or OSError.
    """
    return opened_zip(content())


def members(opened: Callable[[], zipfile.ZipFile]) -> list[Member]:
    """Return the files of a zip and its empty folders. Raises Rejected if there are too many.

    opened: gives the zip, also later, when a member is read.
    """
    infos = opened().infolist()
    if len(infos) > MEMBERS:
        raise Rejected("too-large", f"the zip has more than {MEMBERS} files")
    named = [(info, mended_name(info)) for info in infos]
    names = {name.rstrip("/") for info, name in named if name.endswith("/") and not info.file_size}
    found, folders, full = [], [], set()
    for place, (info, name) in enumerate(named):
        problem = zip_problem(info, name)
        if name.endswith("/") and not info.file_size:
            folders.append((name.rstrip("/"), problem))
        else:
            found.append((name if not problem else info.filename.replace("\0", " ").lstrip("/"),
                          partial(read_member, opened, place, info.filename), problem, False))
        if names and not problem:
            full |= names & set(folders_of(name.rstrip("/")))
    found += [(name, bytes, problem, True) for name, problem in folders if name and (problem or name not in full)]
    return found


def folders_of(path: str) -> list[str]:
    """Return the names of the folders around a file."""
    parts = path.split("/")
    return ["/".join(parts[:number]) for number in range(1, len(parts))]


def mended_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name with slashes, as its packer meant it.

    Many packers write UTF-8 and do not set the flag that says so; some write backslashes.
    """
    name = info.filename
    if not info.flag_bits & UTF8:
        with contextlib.suppress(UnicodeError):  # an old code page; cp437 is what the format says
            name = unicode_path(info.extra) or name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/").removeprefix("./")


def unicode_path(extra: bytes) -> str:
    """Return the name in Info-ZIP's extra field, or "". Raises UnicodeError."""
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if kind == UNICODE_PATH and size > 5:
            return extra[9:4 + size].decode("utf-8")
        extra = extra[4 + size:]
    return ""


def zip_problem(info: zipfile.ZipInfo, name: str) -> str:
    """Return why a member of a zip is not unpacked, or nothing."""
    parts = name.rstrip("/").split("/")
    if len(name) > NAME_CHARACTERS:
        return f"its name is longer than {NAME_CHARACTERS} characters"
    if info.filename != info.orig_filename or {"", ".", ".."} & set(parts) or ":" in parts[0]:
        return "its name leads out of the zip"
    if len(parts) > FOLDERS:
        return f"more than {FOLDERS} folders deep"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or special file"
    if info.flag_bits & 1:
        return "encrypted"
    if info.compress_type not in READ:
        return f"packed with {zipfile.compressor_names.get(info.compress_type, 'an unknown method')}; pack it as an " \
               "ordinary zip"
    return "" if info.file_size <= READ_BYTES else f"unpacks to more than {READ_BYTES >> 20} MiB"


def read_member(opened: Callable[[], zipfile.ZipFile], place: int, name: str) -> bytes:
    """Return the content of the member at a place, whatever size it claims. Raises Rejected or OSError."""
    archive = opened()
    try:
        info = archive.infolist()[place]
        if info.filename != name:
            raise Rejected("unreadable", "the zip has changed while it was read")
        with archive.open(info) as member:
            content = member.read(READ_BYTES + 1)
    except Rejected:
        raise
    except Exception as error:  # as in opened_zip
        raise Rejected("unreadable", f"the zip is damaged here ({type(error).__name__})") from None
    if len(content) > READ_BYTES:
        raise Rejected("too-large", f"unpacks to more than {READ_BYTES >> 20} MiB")
    return content

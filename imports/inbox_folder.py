"""The watched folder of one practice as the file system shows it: whoever may write to it may put anything there.

Every step goes by an open directory and follows no link, so that nothing outside of the folder can be read or moved.
"""

import hashlib
import os
import re
import stat
from contextlib import suppress

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NAME_LENGTH = 80
_HARMLESS = re.compile(r"[^\w .()+-]", re.ASCII)


class Folder:
    """An open directory. Raises OSError where it is none, or a link to one."""

    def __init__(self, path, *, within=None):
        self.descriptor = os.open(path, _DIRECTORY, dir_fd=within)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        os.close(self.descriptor)

    def inner(self, name):
        """A folder in this one, made if there is none."""
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=self.descriptor)
        return Folder(name, within=self.descriptor)

    def files(self, *, most):
        """(name, stamp) of the oldest regular files. Links, folders, dot files and files with a second name are none."""
        found = []
        with os.scandir(self.descriptor) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # gone since the directory was read
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and not entry.name.startswith("."):
                        found.append((status.st_mtime_ns, entry.name, stamp(status)))
        return [(name, its_stamp) for _, name, its_stamp in sorted(found)[:most]]

    def has(self, name):
        """Whether anything of that name is there."""
        try:
            os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def open(self, name):
        """The bytes of a regular file. Raises OSError, also for anything else."""
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self.descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError
        return os.fdopen(descriptor, "rb")

    def move(self, name, folder, new_name):
        """Move a file into another folder of the same file system, in one step."""
        os.rename(name, new_name, src_dir_fd=self.descriptor, dst_dir_fd=folder.descriptor)

    def write(self, name, text):
        """Put a file there, whole or not at all."""
        part = f".{name}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(part, flags, 0o640, dir_fd=self.descriptor), "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        self.move(part, self, name)


def stamp(status):
    """Size, modification time and inode: as long as they stay, nobody writes to the file."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def name_hash(name):
    """SHA-256 of a name, which may be any bytes."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()


def safe_name(name):
    """A name in harmless characters and of a length that leaves room for more; the ending stays."""
    stem, ending = os.path.splitext(_HARMLESS.sub("_", name))
    ending = ending[:8]
    return stem[: _NAME_LENGTH - len(ending)].strip(" .") + ending.rstrip(" .") or "file"

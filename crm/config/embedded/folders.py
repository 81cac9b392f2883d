"""Where the embedded services keep their things, all under one data folder."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from crm.config.embedded.refusal import Refusal

# sun_path holds 108 bytes with the closing zero; the longest socket name is PostgreSQL's.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = "postgres/.s.PGSQL.5432"


@dataclass(frozen=True)
class Folders:
    """The data folder and what lies in it."""

    data: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def sockets(self) -> Path:
        """The folder of the unix sockets; a short one when the data folder's path cannot be.

        It cannot when it is too long, or holds the comma by which libpq separates hosts.
        """
        own = self.run / "sockets"
        fits = len(os.fsencode(own / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT
        if fits and not set(',"') & set(str(own)):
            return own
        key = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"fio-{os.getuid()}-{key}"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / "postgres"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey" / "valkey.sock"


def default_data() -> Path:
    """The data folder that FIO_DATA names, or ./var of the checkout."""
    checkout = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("FIO_DATA") or checkout / "var").absolute()


def prepare(data: Path) -> Folders:
    """Creates the folders that are missing and refuses ones that somebody else owns."""
    folders = Folders(Path(os.path.abspath(data)))
    # As root PostgreSQL runs as another user, who must be able to pass through to its folder.
    passable = 0o711 if os.getuid() == 0 else 0o700
    for folder, mode in (
        (folders.data, passable),
        (folders.run, passable),
        (folders.log, 0o700),
        (folders.valkey, 0o700),
        (folders.sockets, passable),
        (folders.valkey_socket.parent, 0o700),
    ):
        _own_folder(folder, mode)
    return folders


def _own_folder(folder: Path, mode: int) -> None:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        facts = folder.lstat()
        ours = stat.S_ISDIR(facts.st_mode) or folder.is_dir()
        if facts.st_uid == os.getuid() and ours:
            folder.chmod(mode)
            return
    except OSError as error:
        raise Refusal(
            f"The folder {folder} cannot be used: {error.strerror}.",
            "Choose another data folder: FIO_DATA=/path make demo",
        ) from error
    raise Refusal(
        f"The folder {folder} belongs to another user (uid {facts.st_uid}).",
        "Start Fio as that user, or choose another data folder: FIO_DATA=/path make demo",
    )

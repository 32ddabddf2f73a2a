"""PostgreSQL on this machine: a primary and its synchronous standby, with the settings of postgresql.conf beside this
file. Used by `cluster` and by the tests."""
import os
import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from processes import (Refused, as_database_user, born, eventually, family, give_to_database_user,
                       require_passable, signal_family)

HERE = Path(__file__).resolve().parent
SLOT = "standby"
OWNER, DATABASE = "frontrow", "frontrow"


def program(name):
    """The newest installed one: Debian keeps most of them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise Refused(f"PostgreSQL's {name} is missing: the package is postgresql")
    return path


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


class Host:
    """One data folder of PostgreSQL and the server on it."""

    def __init__(self, folder, port):
        self.folder, self.port = Path(folder), port
        self.data = self.folder / "data"
        self.log = self.folder / "log"

    @property
    def name(self):
        return self.folder.name

    def pid(self):
        """The postmaster, if it runs here."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
            pid = int(lines[0])
            ours = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if str(self.data).encode() in ours else None

    def is_standby(self):
        return (self.data / "standby.signal").exists()

    def write_local(self, **settings):
        """local.conf: what is this host's alone. PostgreSQL's own file includes it last."""
        settings = {"port": self.port, "cluster_name": self.name, **settings}
        text = "".join(f"{key} = {quoted(value)}\n" for key, value in settings.items())
        path = self.data / "local.conf"
        path.write_text(text)
        path.chmod(0o600)
        give_to_database_user(path)

    def local(self):
        found = re.findall(r"^(\w+) = '(.*)'$", (self.data / "local.conf").read_text(), re.M)
        return {key: value.replace("''", "'") for key, value in found}

    def set(self, **settings):
        """Changes local.conf and makes a running server read it."""
        self.write_local(**{**self.local(), **settings})
        if self.pid():
            os.kill(self.pid(), signal.SIGHUP)

    def start(self):
        as_database_user([program("pg_ctl"), "start", "-D", self.data, "-w", "-t", "60", "-s", "-l", self.log], timeout=70)

    def stop(self, mode="fast"):
        """Ends the server; `immediate` is the crash that says goodbye to nobody."""
        if self.pid():
            self.resume()
            as_database_user([program("pg_ctl"), "stop", "-D", self.data, "-w", "-t", "60", "-s", "-m", mode], timeout=70)

    def kill(self):
        """SIGKILL for the postmaster and each of its children."""
        pid = self.pid()
        if pid:
            members = [(member, born(member)) for member in family(pid)]
            signal_family(pid, signal.SIGKILL)
            eventually(lambda: all(born(member) != start or start is None for member, start in members), 10,
                       "the killed processes are gone")

    def pause(self):
        """SIGSTOP for all of them: the machine hangs, its connections stay open."""
        signal_family(self.pid(), signal.SIGSTOP)

    def resume(self):
        if self.pid():
            signal_family(self.pid(), signal.SIGCONT)


class Database:
    """Two hosts `a` and `b` in one folder, one of them the primary. `secrets` belongs to whoever calls, the rest to
    PostgreSQL's user."""

    def __init__(self, folder, ports):
        self.folder = Path(folder)
        self.hosts = [Host(self.folder / "database" / name, port) for name, port in zip("ab", ports)]
        self.secrets = self.folder / "secrets"

    # ---- building ----

    def create(self, standby=True, settings=None):
        """initdb, roles, and with `standby` a copy that every commit waits for. `settings` are for this machine."""
        self.folder.mkdir(parents=True, exist_ok=True)
        require_passable(self.folder.resolve())
        for folder, mode in ((self.secrets, 0o700), (self.folder / "database", 0o700)):
            folder.mkdir(mode=mode, exist_ok=True)
        for host in self.hosts:
            host.folder.mkdir(mode=0o700, exist_ok=True)
            give_to_database_user(host.folder)
        give_to_database_user(self.folder / "database")
        words = self._make_passwords()
        primary = self.hosts[0]
        self._init(primary, words["postgres"], settings or {})
        primary.start()
        self._make_roles(words)
        if standby:
            self.add_standby()

    def _make_passwords(self):
        """Random ones, in files of libpq's own form: the nodes' and the operator's here, the standby's there."""
        words = {user: secrets.token_urlsafe(24) for user in ("postgres", OWNER, "replica")}
        for path, users in ((self.passfile(OWNER), [OWNER]), (self.passfile("postgres"), ["postgres", OWNER]),
                            (self._replica_passfile(), ["replica"])):
            path.touch(mode=0o600)
            path.write_text("".join(f"127.0.0.1:*:*:{user}:{words[user]}\n" for user in users))
        give_to_database_user(self._replica_passfile())
        return words

    def passfile(self, user):
        return self.secrets / f"{user}.pgpass"

    def _replica_passfile(self):
        return self.folder / "database" / "replica.pgpass"

    def _init(self, host, password, settings):
        word = self.folder / "database" / "password"
        word.touch(mode=0o600)
        word.write_text(password + "\n")
        give_to_database_user(word)
        as_database_user([program("initdb"), "-D", host.data, "-U", "postgres", "--pwfile", word, "--auth=scram-sha-256",
                          "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"], timeout=120)
        word.unlink()
        for name in ("postgresql.conf", "pg_hba.conf"):
            target = host.data / ("frontrow.conf" if name == "postgresql.conf" else name)
            shutil.copyfile(HERE / name, target)
            give_to_database_user(target)
        machine = host.data / "machine.conf"
        machine.write_text("".join(f"{key} = {quoted(value)}\n" for key, value in settings.items()))
        give_to_database_user(machine)
        with open(host.data / "postgresql.conf", "a") as own:
            own.write("include 'frontrow.conf'\ninclude 'machine.conf'\ninclude 'local.conf'\n")
        host.write_local()

    def _make_roles(self, words):
        self.sql(f"CREATE ROLE {OWNER} LOGIN PASSWORD {quoted(words[OWNER])};"
                 f"CREATE ROLE replica LOGIN REPLICATION PASSWORD {quoted(words['replica'])};")
        # pg_monitor: `frontrow doctor` reads the standby's state.
        self.sql(f"GRANT pg_monitor TO {OWNER};")
        self.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER};")

    def add_standby(self):
        """Makes the other host a fresh copy of the primary, and lets every commit wait for it."""
        primary = self.primary()
        standby = self.other(primary)
        standby.stop("immediate")
        shutil.rmtree(standby.data, ignore_errors=True)
        self.sql(f"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '{SLOT}' AND NOT active;")
        source = f"host=127.0.0.1 port={primary.port} user=replica passfile={self._replica_passfile()} application_name={SLOT}"
        as_database_user([program("pg_basebackup"), "-D", standby.data, "-d", source, "-C", "-S", SLOT, "-X", "stream",
                          "--checkpoint=fast", "--status-interval=1", "--no-password", "--no-sync"], timeout=300)
        standby.write_local(primary_conninfo=source, primary_slot_name=SLOT, synchronous_standby_names="")
        (standby.data / "standby.signal").touch()
        give_to_database_user(standby.data / "standby.signal")
        os.sync()  # once for both, instead of PostgreSQL's sync of each of a thousand files
        standby.start()
        # Only now: from here on nothing is acknowledged that the standby has not synced.
        primary.set(synchronous_standby_names=f"FIRST 1 ({SLOT})")
        eventually(self.is_synchronous, 30, "the standby is synchronous")

    # ---- asking ----

    def primary(self):
        """The host that is no standby; refuses where that is not exactly one."""
        found = [host for host in self.hosts if (host.data / "PG_VERSION").exists() and not host.is_standby()]
        if len(found) != 1:
            raise Refused(f"{len(found)} primaries in {self.folder}")
        return found[0]

    def other(self, host):
        return next(one for one in self.hosts if one is not host)

    def standby(self):
        other = self.other(self.primary())
        return other if other.is_standby() else None

    def connect_string(self, user=OWNER, database=DATABASE, hosts=None, **options):
        """A URI for libpq. Both hosts stand in it: whoever takes writes is used, so that a promotion needs no new settings."""
        hosts = hosts or [("127.0.0.1", host.port) for host in self.hosts if host.port]
        options = {"target_session_attrs": "read-write", "connect_timeout": 2, "sslmode": "disable", "gssencmode": "disable",
                   "passfile": self.passfile(user).resolve(), **options}
        return (f"postgresql://{user}@{','.join(f'{name}:{port}' for name, port in hosts)}/{database}?" +
                "&".join(f"{key}={value}" for key, value in options.items() if value is not None))

    def sql(self, text, host=None, database="postgres", user="postgres", timeout=30, check=True):
        """Runs SQL by psql, rows as lines, columns separated by `|`; on the primary where no host is named."""
        done = subprocess.run([program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self._address(host, database, user), "-c", text],
                              capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        if check and done.returncode:
            raise Refused(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def sql_process(self, text, host=None, database="postgres", user="postgres"):
        """The same, not waited for: a Popen."""
        return subprocess.Popen([program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self._address(host, database, user), "-c", text],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def _address(self, host, database, user):
        host = host or self.primary()
        return self.connect_string(user, database, [("127.0.0.1", host.port)], target_session_attrs=None, connect_timeout=5)

    def is_synchronous(self):
        """Whether a commit waits for a standby that is connected."""
        return self.sql(f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{SLOT}'") == "sync"

    # ---- running ----

    def start(self):
        """Starts what was created; the standby first, so that the primary's first commit need not wait."""
        for host in sorted(self.hosts, key=Host.is_standby, reverse=True):
            if (host.data / "PG_VERSION").exists() and not host.pid():
                host.start()

    def stop(self, mode="fast"):
        """The primary first: it waits until the standby has all of its log."""
        failure = None
        for host in sorted(self.hosts, key=Host.is_standby):
            try:
                host.stop(mode)
            except (Refused, subprocess.TimeoutExpired) as error:
                failure = error
                host.kill()
        if failure and mode != "immediate":
            raise failure

    def promote(self):
        """Makes the standby the primary. The old one is stopped first and can start as a standby only: with two
        primaries nodes would write to both."""
        old, new = self.primary(), self.standby()
        if not new:
            raise Refused("there is no standby to promote")
        old.kill()
        (old.data / "standby.signal").touch()
        give_to_database_user(old.data / "standby.signal")
        new.set(synchronous_standby_names="")  # until add_standby: else every commit would wait for nobody
        as_database_user([program("pg_ctl"), "promote", "-D", new.data, "-w", "-t", "60", "-s"], timeout=70)
        eventually(lambda: not new.is_standby(), 10, "the promotion is finished")
        return new

    def state(self):
        """A line for each host, for people."""
        for host in self.hosts:
            if not (host.data / "PG_VERSION").exists():
                continue
            role = "standby" if host.is_standby() else "primary"
            doing = f"pid {host.pid()}" if host.pid() else "stopped"
            more = ""
            if role == "primary" and host.pid():
                more = self.sql("SELECT coalesce(string_agg(application_name || ' ' || sync_state || ', behind by ' || "
                                "pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn) || ' bytes', '; '), 'no standby') FROM pg_stat_replication", host)
            yield f"database {host.name}  127.0.0.1:{host.port}  {role}  {doing}  {more}".rstrip()

    def destroy(self):
        """Ends both servers at once and removes the folder."""
        for host in self.hosts:
            host.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

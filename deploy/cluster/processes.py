"""Processes that outlive the command that started them: a pid file names the process, and its start time makes sure
that it is still the same one, so that nothing else is ever signalled. Linux alone (/proc)."""
import os
import pwd
import signal
import socket
import subprocess
import time
from pathlib import Path


class Refused(Exception):
    """Something that the caller has to put right; its text says what."""


# ---- one process ----

def born(pid):
    """When the process started, in the kernel's ticks since boot; None where there is none, or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def family(pid):
    """The process and all that descend from it, parents first."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def signal_family(pid, number):
    """Sends a signal to a process and its descendants. Before SIGKILL all are stopped, so that no child of a dead
    parent goes on for a moment."""
    numbers = (signal.SIGSTOP, number) if number == signal.SIGKILL else (number,)
    members = []
    for each in numbers:
        members = members if members else family(pid)
        for member in members:
            try:
                os.kill(member, each)
            except ProcessLookupError:
                pass
        if each == signal.SIGSTOP:
            members = sorted({*members, *family(pid)})


def wait_gone(pid, start, seconds):
    """Whether the process ended in time."""
    end = time.monotonic() + seconds
    while born(pid) == start is not None:
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class PidFile:
    def __init__(self, path):
        self.path = Path(path)

    def write(self, pid):
        self.path.write_text(f"{pid} {born(pid)}\n")

    def pid(self):
        """The process, if it still runs; else None."""
        try:
            pid, start = self.path.read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if str(born(int(pid))) == start else None

    def end(self, seconds=30, number=signal.SIGTERM):
        """Ends the process, at last with SIGKILL; whether it ended by itself in time."""
        pid = self.pid()
        clean = True
        if pid is not None:
            start = born(pid)
            os.kill(pid, number)
            clean = wait_gone(pid, start, seconds)
            if not clean:
                os.kill(pid, signal.SIGKILL)
                wait_gone(pid, start, 5)
        self.path.unlink(missing_ok=True)
        return clean


def start(command, log, pid_file, environment=None):
    """Starts a process in a session of its own, its output appended to a file."""
    with open(log, "ab") as out:
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   start_new_session=True, env={**os.environ, **(environment or {})})
    PidFile(pid_file).write(process.pid)
    return process


# ---- users and ports ----

def database_user():
    """Whom PostgreSQL's programs run as: they refuse root. None: as whoever calls."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Refused("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")


def as_database_user(command, timeout=60, environment=None):
    """Runs a program of PostgreSQL to its end. Requires: it leaves no process behind that holds the output."""
    user = database_user()
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    home = {"HOME": user.pw_dir} if user else {}
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout, cwd="/", env={**os.environ, **home, **(environment or {})}, **who)
    if done.returncode:
        raise Refused(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def give_to_database_user(path):
    user = database_user()
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def require_passable(folder):
    """Refuses a folder that PostgreSQL's user could not reach."""
    user = database_user()
    for parent in [folder, *folder.parents] if user else []:
        state = parent.stat()
        if not state.st_mode & 0o001 and state.st_uid != user.pw_uid:
            raise Refused(f"{parent} is closed to the user {user.pw_name}, whom PostgreSQL runs as: chmod o+x {parent}, or another folder")


def free_ports(count):
    """Ports of the loopback that nobody listens on at this moment."""
    taken = [socket.socket() for _ in range(count)]
    try:
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]
    finally:
        for one in taken:
            one.close()


def eventually(condition, seconds, what):
    """The condition's first true value; refuses when there is none in time."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise Refused(f"not within {seconds} s: {what}")
        time.sleep(0.05)
    return value

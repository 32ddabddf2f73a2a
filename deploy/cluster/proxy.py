"""HAProxy with haproxy.cfg beside this file, for the nodes that there are."""
import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from processes import PidFile, Refused, eventually, start

HERE = Path(__file__).resolve().parent
SERVER = re.compile(r"^    server node1 \S+ (.*)$\n(?:    server .*\n?)*", re.M)


def program():
    path = shutil.which("haproxy") or shutil.which("/usr/sbin/haproxy")
    if not path:
        raise Refused("HAProxy is missing: the package is haproxy")
    return path


def configuration(listen, nodes):
    """haproxy.cfg with this address in front and a server line for each node (HOST:PORT) behind."""
    def lines(match):
        return "".join(f"    server node{number} {address} " + re.sub(r"\b(id |node)1\b", rf"\g<1>{number}", match[1]) + "\n"
                       for number, address in enumerate(nodes, 1))
    text = (HERE / "haproxy.cfg").read_text()
    text = re.sub(r'bind "[^"]*"', f"bind {listen}", text)
    return SERVER.sub(lines, text)


class Proxy:
    """One HAProxy with its files in one folder."""

    def __init__(self, folder, listen, nodes):
        self.folder, self.listen, self.nodes = Path(folder), listen, nodes
        self.file, self.log = self.folder / "haproxy.cfg", self.folder / "haproxy.log"
        self.pid_file = PidFile(self.folder / "haproxy.pid")
        # Relative to the folder, because the path of a socket may have 107 bytes only.
        self.environment = {"FRONTROW_PROXY_SOCKET": "unix@haproxy.sock"}

    def write(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file.write_text(configuration(self.listen, self.nodes))
        done = subprocess.run([program(), "-c", "-f", str(self.file)], capture_output=True, text=True, timeout=30)
        if done.returncode:
            raise Refused(f"haproxy refuses {self.file}: {done.stderr}")

    def start(self):
        self.write()
        start([program(), "-db", "-C", self.folder.resolve(), "-f", self.file.resolve()], self.log, self.pid_file.path, self.environment)
        eventually(lambda: self.pid_file.pid() is None or (self.folder / "haproxy.sock").is_socket(), 10, "HAProxy listens")
        if self.pid_file.pid() is None:
            raise Refused(f"HAProxy ended: {self.log.read_text()[-2000:]}")

    def stop(self):
        """SIGUSR1 lets what is under way end; whoever is left after some seconds is cut off."""
        self.pid_file.end(seconds=3, number=signal.SIGUSR1)
        (self.folder / "haproxy.sock").unlink(missing_ok=True)

    def ask(self, command):
        """What HAProxy answers to a command of its control socket, for example `show stat`."""
        folder = os.open(self.folder, os.O_PATH)  # a short name for a long path
        try:
            with socket.socket(socket.AF_UNIX) as control:
                control.settimeout(5)
                control.connect(f"/proc/self/fd/{folder}/haproxy.sock")
                control.sendall(command.encode() + b"\n")
                return b"".join(iter(lambda: control.recv(65536), b"")).decode()
        finally:
            os.close(folder)

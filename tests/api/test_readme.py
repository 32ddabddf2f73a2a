"""The commands of the README are pasted into a shell, against a demonstration, and do what the page says."""
import re
import subprocess

import pytest

from tests.lib.server import PROGRAM, ROOT, eventually


def blocks(page):
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)


def paste(server, script, folder):
    """Runs it as bash reads a paste: one line after the other, whatever fails; standard output and error."""
    script = script.replace("http://127.0.0.1:8080", "http://%s:%d" % server.address)
    script = script.replace("build/frontrow", str(PROGRAM)).replace("--data data", f"--data {server.data}")
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60)
    assert "command not found" not in done.stderr and "jq: error" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture
def demo(make_server):
    return make_server(options=("--demo",)).start()


@pytest.mark.sqlite
@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_way_to_a_ticket_and_the_staffs_commands(demo, tmp_path, page):
    found = blocks(page)
    buyer = next(block for block in found if "queue-tokens" in block)
    staff = next(block for block in found if "staff-key create" in block)
    output = paste(demo, buyer + staff, tmp_path)
    assert '"insufficient_balance"' in output, "too few points leave the hold as it was"
    assert '"payment_id"' in output and output.count('"status": "valid"') == 2
    assert "<svg" in (tmp_path / "ticket.svg").read_text()
    assert '"phase":"paused"' in output and '"phase":"open"' in output and '"revenue"' in output


def test_what_the_demonstration_prints_can_be_pasted(demo, tmp_path):
    eventually(lambda: "/stats" in demo.text())  # it is printed when the server is ready already
    indented = re.findall(r"^  (\S.*)$", demo.text(), re.M)
    script = "\n".join(indented[next(n for n, line in enumerate(indented) if line.startswith("BASE=")):])
    output = paste(demo, script, tmp_path)
    assert '"payment_id"' in output and '"lobby_number"' in output and '"waiting"' in output

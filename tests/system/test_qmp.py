# SPDX-License-Identifier: MIT
"""QMP: the protocol, its commands and events; the same conversation with the reference emulator."""

import json
import os
import shutil
import socket
import subprocess

import pytest

from machine import SLOW, TOP, Machine, boot_args, emulator_args, quern_binary
from quern.qmp import QMPClient, QMPClosed, QMPError

REFERENCE = shutil.which("qemu-system-aarch64")
BARE = ["-M", "virt", "-display", "none", "-S"]


@pytest.fixture
def qmp(start):
    return start(BARE, qmp=True).qmp


class Raw:
    """A connection before the greeting, for what a client may send."""

    def __init__(self, binary=None, options=""):
        ours, theirs = socket.socketpair()
        self.proc = subprocess.Popen(
            [*emulator_args(binary or quern_binary(), BARE),
             "-chardev", f"socket,id=q,fd={theirs.fileno()}",
             "-mon", f"chardev=q,mode=control{options}"],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self.qmp = QMPClient(ours.detach(), negotiate=False, timeout=20 * SLOW)

    def ask(self, text):
        self.qmp.send_raw(text if isinstance(text, bytes) else text.encode())
        return self.qmp.response()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.proc.kill()
        self.proc.wait()
        self.qmp.close()


@pytest.fixture
def raw():
    with Raw() as connection:
        yield connection


# --- the protocol ---

def test_greeting_and_negotiation(raw):
    greeting = raw.qmp.receive()
    assert list(greeting) == ["QMP"] and greeting["QMP"]["capabilities"] == []
    assert greeting["QMP"]["version"]["qemu"] == {"major": 11, "minor": 1, "micro": 0}
    assert greeting["QMP"]["version"]["package"].startswith("Quern ")
    early = raw.ask('{"execute": "query-status", "id": 7}')
    assert early["error"]["class"] == "CommandNotFound" and early["id"] == 7
    assert "qmp_capabilities" in early["error"]["desc"]
    refused = raw.ask('{"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}}')
    assert refused["error"]["class"] == "GenericError"
    assert raw.ask('{"execute": "qmp_capabilities"}') == {"return": {}}
    assert raw.ask('{"execute": "qmp_capabilities"}')["error"]["class"] == "CommandNotFound"
    assert raw.ask('{"execute": "query-status"}')["return"]["status"] == "prelaunch"


def test_pieces_and_several_at_once(raw):
    raw.qmp.receive()
    for byte in b"{'execute' : 'qmp_capabilities', 'id': ['\\u00e9', null, 1.5]}":
        raw.qmp.send_raw(bytes([byte]))
    assert raw.qmp.response() == {"return": {}, "id": ["\u00e9", None, 1.5]}
    raw.qmp.send_raw(b"".join(b'{"execute":"query-name","id":%d}' % n for n in range(500)))
    assert [raw.qmp.response()["id"] for _ in range(500)] == list(range(500))


MALFORMED = [
    b'{"execute": "query-status" @ }', b'{"execute": }\n', b"]", b"[1, 2", b'{"a" 1}', b"nul\n",
    b'{"execute": "query-status", "execute": "stop"}', b'{"execute": "\xc3("}', b'"\x01"',
    b'{"x": 99e9999e}', b"[" * 5000 + b"]" * 5000, b'{"\\q": 1}', b"{]", b"\x00", b"/* */",
    b'{"execute": "query-status",}', b"[1 2]", b"\xff",
]


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: repr(text[:24]))
def test_malformed_input_is_refused_and_recovered_from(raw, text):
    raw.qmp.receive()
    answer = raw.ask(text + b"\xff")
    assert answer["error"]["class"] == "GenericError"
    assert "JSON" in answer["error"]["desc"]
    # Whatever else the text was taken for, after a byte that is in no JSON all is well again.
    raw.qmp.send_raw(b'\xff{"execute": "qmp_capabilities", "id": "good"}')
    while raw.qmp.response().get("id") != "good":
        pass
    assert raw.ask('{"execute": "query-status"}')["return"]["status"] == "prelaunch"


REQUESTS = [
    ("[1]", "must be a JSON object"), ("42\n", "must be a JSON object"),
    ('{"exec": "stop"}', "'exec' is unexpected"), ('{"execute": 1}', "must be a string"),
    ("{}", "lacks member 'execute'"), ('{"execute": "stop", "arguments": []}', "must be an object"),
    ('{"execute": "stop", "arguments": {"x": 1}}', "'x' is unexpected"),
    ('{"execute": "qom-get", "arguments": {"path": "/"}}', "'property' is missing"),
    ('{"execute": "qom-get", "arguments": {"path": 1, "property": "x"}}', "expected: string"),
    ('{"execute": "set-action", "arguments": {"reboot": "explode"}}', "explode"),
]


@pytest.mark.parametrize("text,desc", REQUESTS)
def test_requests_that_make_no_sense(raw, text, desc):
    raw.qmp.receive()
    raw.ask('{"execute": "qmp_capabilities"}')
    error = raw.ask(text)["error"]
    assert error["class"] == "GenericError" and desc in error["desc"]


def test_pretty_is_on_several_lines():
    with Raw(options=",pretty=on") as raw:
        raw.qmp.receive()
        raw.qmp.send_raw(b'{"execute": "qmp_capabilities"}')
        assert raw.qmp.response() == {"return": {}}


def test_a_client_that_does_not_read_is_not_waited_for(start, tmp_path):
    """It stops being served; the guest and other clients go on."""
    path = tmp_path / "b"
    machine = start([*BARE[:-1], "-chardev", f"socket,id=b,path={path},server=on,wait=off",
                     "-mon", "chardev=b,mode=control"], qmp=True)
    other = QMPClient.connect(path)
    os.set_blocking(other._write, False)
    asked = 0
    try:
        while asked < 100000:
            asked += os.write(other._write, b'{"execute": "query-qmp-schema"}\n') > 0
    except BlockingIOError:
        pass
    assert asked < 100000
    for _ in range(50):
        machine.qmp.execute("stop")
        machine.qmp.execute("cont")
    assert machine.qmp.execute("query-status")["running"]
    other.close()
    with QMPClient.connect(path) as again:
        assert again.execute("query-status")["running"]


# --- commands ---

def test_queries(start):
    qmp = start([*BARE, "-smp", "2", "-cpu", "cortex-a57", "-name", "box",
                 "-uuid", "550e8400-e29b-41d4-a716-446655440000"], qmp=True).qmp
    assert qmp.execute("query-name") == {"name": "box"}
    assert qmp.execute("query-uuid") == {"UUID": "550e8400-e29b-41d4-a716-446655440000"}
    assert qmp.execute("query-target") == {"arch": "aarch64"}
    assert qmp.execute("query-kvm")["enabled"] is False
    cpus = qmp.execute("query-cpus-fast")
    assert [cpu["cpu-index"] for cpu in cpus] == [0, 1]
    assert "cortex-a57" in qmp.command("qom-get", path=cpus[1]["qom-path"], property="type")
    assert {"label": "qmp", "frontend-open": True}.items() <= next(
        c for c in qmp.execute("query-chardev") if c["label"] == "qmp").items()
    machines = {m.get("alias", m["name"]): m for m in qmp.execute("query-machines")}
    assert machines["virt"]["cpu-max"] >= 2
    assert "cortex-a57" in [c["name"] for c in qmp.execute("query-cpu-definitions")]
    assert "socket" in [b["name"] for b in qmp.execute("query-chardev-backends")]


def test_objects(qmp):
    def find(path, kind):
        return next(p["name"] for p in qmp.command("qom-list", path=path)
                    if p["type"] == f"child<{kind}>")

    assert "unattached" in [p["name"] for p in qmp.command("qom-list", path="/machine")]
    uart = "/machine/unattached/" + find("/machine/unattached", "pl011")
    assert qmp.command("qom-get", path=uart, property="realized") is True
    assert qmp.command("qom-get", path=uart, property="chardev") == ""
    region = uart + "/pl011[0]"
    assert qmp.command("qom-get", path=region, property="addr") == 0x09000000
    with pytest.raises(QMPError) as error:
        qmp.command("qom-set", path=uart, property="chardev", value="x")
    assert "realized" in error.value.desc
    with pytest.raises(QMPError) as error:
        qmp.command("qom-get", path="/nowhere", property="x")
    assert error.value.error_class == "DeviceNotFound"
    with pytest.raises(QMPError) as error:
        qmp.command("qom-set", path="/machine", property="highmem", value="yes")
    assert error.value.error_class == "GenericError"


def test_properties_of_every_type_and_object(qmp):
    """Nothing that can be listed or read fails to be, or ends the emulator."""
    for kind in qmp.command("qom-list-types", abstract=True):
        properties = qmp.command("qom-list-properties", typename=kind["name"])
        assert all(p["name"] and p["type"] for p in properties)
    pending, seen = ["/"], 0
    while pending:
        path = pending.pop()
        for prop in qmp.command("qom-list", path=path):
            seen += 1
            try:
                value = qmp.command("qom-get", path=path, property=prop["name"])
            except QMPError as error:
                assert "not readable" in error.desc
                continue
            if prop["type"].startswith("child<"):
                pending.append(value)
    assert seen > 500


def test_devices_come_and_go(start):
    qmp = start([*BARE, "-device", "virtio-serial-device,id=vs,max_ports=3",
                 "-chardev", "ringbuf,id=r"], qmp=True).qmp
    for round_ in range(20):
        qmp.command("device_add", driver="virtserialport", id="p", chardev="r", name="x")
        assert qmp.command("qom-get", path="/machine/peripheral/p", property="hotplugged") is True
        with pytest.raises(QMPError):
            qmp.command("device_add", driver="virtserialport", id="p")
        qmp.command("device_del", id="p" if round_ % 2 else "/machine/peripheral/p")
        assert qmp.wait_event("DEVICE_DELETED", 10)["data"] == {
            "device": "p", "path": "/machine/peripheral/p"}
        with pytest.raises(QMPError):
            qmp.command("qom-list", path="/machine/peripheral/p")
    for driver, desc in (("nope", "not a valid"), ("pl011", "pluggable"), ("device", "abstract"),
                         ("virtio-rng-device", "does not support hotplugging")):
        with pytest.raises(QMPError) as error:
            qmp.command("device_add", driver=driver)
        assert desc in error.value.desc
    for arguments in ({"nr": "1"}, {"nr": 99}, {"bus": "nope.0"}, {"driver": 5}, {"id": "0/x"}):
        with pytest.raises(QMPError):
            qmp.execute("device_add", {"driver": "virtserialport", **arguments})
    with pytest.raises(QMPError) as error:
        qmp.command("device_del", id="vs")
    assert "does not support hotplugging" in error.value.desc
    with pytest.raises(QMPError) as error:
        qmp.command("device_del", id="nope")
    assert error.value.error_class == "DeviceNotFound"
    assert qmp.command("human-monitor-command",
                       command_line="device_add virtserialport,id=q") == ""
    assert qmp.command("qom-get", path="/machine/peripheral/q", property="realized") is True
    qmp.command("human-monitor-command", command_line="device_del q")
    qmp.wait_event("DEVICE_DELETED", 10)


def test_ring_buffer(start):
    qmp = start([*BARE, "-chardev", "ringbuf,id=r,size=16"], qmp=True).qmp
    qmp.command("ringbuf-write", device="r", data="gr\u00fc\u00df")
    assert qmp.command("ringbuf-read", device="r", size=100) == "gr\u00fc\u00df"
    qmp.command("ringbuf-write", device="r", data="AP8=", format="base64")
    assert qmp.command("ringbuf-read", device="r", size=100, format="base64") == "AP8="
    assert qmp.command("ringbuf-read", device="r", size=1) == ""
    for arguments in ({"device": "none", "size": 1}, {"device": "r", "size": -1},
                      {"device": "qmp", "size": 1}):
        with pytest.raises(QMPError):
            qmp.command("ringbuf-read", **arguments)
    with pytest.raises(QMPError):
        qmp.command("ringbuf-write", device="r", data="%%%", format="base64")


def test_objects_that_users_make(start, qmp):
    qmp.command("object-add", qom_type="rng-random", id="r0", filename="/dev/zero")
    assert qmp.command("qom-get", path="/objects/r0", property="filename") == "/dev/zero"
    for arguments in ({"qom-type": "rng-random", "id": "r0"}, {"qom-type": "nope", "id": "x"},
                      {"qom-type": "rng-random"}, {"qom-type": "rng-random", "id": "0/1"},
                      {"qom-type": "rng-random", "id": "r1", "filename": 5},
                      {"qom-type": "rng-random", "id": "r1", "nonsense": 5}):
        with pytest.raises(QMPError):
            qmp.execute("object-add", arguments)
    qmp.command("object-del", id="r0")
    with pytest.raises(QMPError):
        qmp.command("object-del", id="r0")


def test_options_in_json(start):
    qmp = start([*BARE, "-object", '{"qom-type": "rng-random", "id": "r", "filename": "/dev/zero"}',
                 "-device", '{"driver": "virtio-rng-device", "id": "d", "rng": "r", '
                 '"max-bytes": 12345, "period": 1000}'], qmp=True).qmp
    assert qmp.command("qom-get", path="/objects/r", property="filename") == "/dev/zero"
    assert qmp.command("qom-get", path="/machine/peripheral/d", property="max-bytes") == 12345
    assert qmp.command("qom-get", path="/machine/peripheral/d", property="rng") == "/objects/r"
    for option, text, message in (
            ("-device", "{", "the text ends"), ("-device", "{}", "type is missing"),
            ("-device", '{"driver": 1}', "expected: string"),
            ("-device", '{"driver": "virtio-rng-device", "max-bytes": "1"}', "expected: uint64"),
            ("-device", '{"driver": "virtio-rng-device", "period": 1.5}', "'period'"),
            ("-object", '{"qom-type": "rng-random"}', "id is missing"),
            ("-object", '{"qom-type": "rng-random", "id": "a", "filename": null}', "is null")):
        done = subprocess.run([*emulator_args(quern_binary(), BARE), option, text], text=True,
                              capture_output=True, timeout=20 * SLOW, check=False)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
        assert message in done.stderr


def test_the_other_monitor(qmp):
    assert "paused" in qmp.command("human-monitor-command", command_line="info status")
    assert "unknown" in qmp.command("human-monitor-command", command_line="nonsense")
    with pytest.raises(QMPError):
        qmp.command("human-monitor-command", command_line="info cpus", cpu_index=5)


def test_introspection_is_complete(qmp):
    """Every command is described, every type that is mentioned too, and nothing else is there."""
    schema = {entry["name"]: entry for entry in qmp.execute("query-qmp-schema")}
    commands = {c["name"] for c in qmp.execute("query-commands")}
    assert commands == {n for n, e in schema.items() if e["meta-type"] == "command"}
    mentioned = set()
    for entry in schema.values():
        mentioned |= {entry[key] for key in ("arg-type", "ret-type", "element-type")
                      if key in entry}
        mentioned |= {m["type"] for m in entry.get("members", []) if "type" in m}
        mentioned |= {v["type"] for v in entry.get("variants", [])}
    types = {n for n, e in schema.items() if e["meta-type"] not in ("command", "event")}
    assert mentioned == types
    conforms(schema, "[" + element(schema, "query-qmp-schema") + "]", list(schema.values()))


def element(schema, command):
    return schema[command]["ret-type"].strip("[]")


JSON_TYPES = {"string": str, "number": (int, float), "int": int, "boolean": bool,
              "null": type(None), "object": dict, "array": list, "value": object}


def conforms(schema, name, value):
    """Is VALUE of the type called NAME?"""
    kind = schema[name]
    meta = kind["meta-type"]
    if meta == "builtin":
        assert isinstance(value, JSON_TYPES[kind["json-type"]]), (name, value)
    elif meta == "array":
        assert isinstance(value, list)
        for part in value:
            conforms(schema, kind["element-type"], part)
    elif meta == "enum":
        assert value in [m["name"] for m in kind["members"]]
    elif meta == "object":
        members = list(kind["members"])
        if "tag" in kind:
            variant = next(v for v in kind["variants"] if v["case"] == value[kind["tag"]])
            members += schema[variant["type"]]["members"]
        assert set(value) <= {m["name"] for m in members}, (name, value)
        for member in members:
            assert member["name"] in value or "default" in member, (member, value)
            if member["name"] in value:
                conforms(schema, member["type"], value[member["name"]])


def test_answers_are_what_introspection_says(qmp):
    schema = {entry["name"]: entry for entry in qmp.execute("query-qmp-schema")}
    for command in sorted(schema):
        if command.startswith("query-") and not schema[schema[command]["arg-type"]]["members"]:
            conforms(schema, schema[command]["ret-type"], qmp.execute(command))


# --- events ---

def test_events_of_the_run_state(qmp):
    qmp.execute("cont")
    resume = qmp.wait_event("RESUME", 10)
    assert set(resume) == {"timestamp", "event"}
    assert resume["timestamp"]["seconds"] > 1e9 and resume["timestamp"]["microseconds"] < 1e6
    assert qmp.execute("query-status") == {"running": True, "status": "running"}
    qmp.execute("cont")
    qmp.execute("stop")
    qmp.wait_event("STOP", 10)
    qmp.execute("stop")
    assert qmp.execute("query-status") == {"running": False, "status": "paused"}
    qmp.execute("system_reset")
    assert qmp.wait_event("RESET", 10)["data"] == {"guest": False,
                                                    "reason": "host-qmp-system-reset"}
    assert qmp.execute("query-status")["status"] == "prelaunch"
    qmp.execute("system_powerdown")
    qmp.wait_event("POWERDOWN", 10)
    assert qmp.poll_events() == []
    with pytest.raises(QMPError):
        qmp.execute("system_wakeup")


def test_quit(start):
    machine = start(BARE, qmp=True)
    machine.qmp.execute("quit")
    assert machine.qmp.wait_event("SHUTDOWN", 10)["data"] == {"guest": False,
                                                               "reason": "host-qmp-quit"}
    with pytest.raises(QMPClosed):
        machine.qmp.receive()
    assert machine.wait() == 0


def test_power_button_and_power_off(guest, start):
    """The guest takes the button for what it is, and its power off can be looked at afterwards."""
    machine = start(boot_args(guest, "-no-shutdown", append="quiet"), qmp=True).wait_shell()
    machine.send("poweroff\r")
    shutdown = machine.qmp.wait_event("SHUTDOWN", 60 * SLOW)
    assert shutdown["data"] == {"guest": True, "reason": "guest-shutdown"}
    machine.qmp.wait_event("STOP", 10)
    assert machine.qmp.execute("query-status") == {"running": False, "status": "shutdown"}
    with pytest.raises(QMPError):
        machine.qmp.execute("cont")
    machine.qmp.execute("system_reset")
    machine.qmp.wait_event("RESET", 10)
    machine.qmp.execute("cont")
    machine.wait_shell()
    machine.qmp.execute("quit")
    assert machine.wait() == 0


# --- forms of the command line ---

def test_options(start, tmp_path):
    path = tmp_path / "qmp"
    for option, value in (("-qmp", f"unix:{path},server=on,wait=off"),
                          ("-qmp-pretty", f"unix:{path},server=on,wait=off")):
        machine = start([*BARE, option, value])
        with QMPClient.connect(path) as qmp:
            assert "compat_monitor0" in [c["label"] for c in qmp.execute("query-chardev")]
            # A second client has to wait for the first to go.
            qmp.execute("quit")
        assert machine.wait() == 0


def test_on_standard_input():
    done = subprocess.run([*emulator_args(quern_binary(), BARE), "-qmp", "stdio"], text=True,
                          input='{"execute": "qmp_capabilities"}\n{"execute": "quit", "id": 1}\n',
                          capture_output=True, timeout=20 * SLOW, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert "QMP" in lines[0] and {"return": {}, "id": 1} in lines
    assert lines[-1].get("event") == "SHUTDOWN"


def test_shell():
    done = subprocess.run([TOP / "scripts/qmp-shell", "--", *emulator_args(quern_binary(), BARE)],
                          input="query-status\nqom-get path=/machine property=type\nhelp qom-set\n"
                          "nonsense\nqom-get path\n", text=True, capture_output=True,
                          timeout=30 * SLOW, check=True).stdout
    for text in ("prelaunch", "virt", "property: str", "CommandNotFound", "form KEY=VALUE"):
        assert text in done, done


# --- the reference ---

CONVERSATION = """
{"execute": "qmp_capabilities", "id": 1}
{"execute": "qmp_capabilities"}
{"execute": "query-kvm"} {"execute": "query-target"}
{'execute': 'query-name', 'id': {'a': [1, 2.5, null]}}
{"execute": "query-uuid"}
{"execute": "nope", "id": "x"}
{"exec": "nope"}
{"execute": 1}
{"execute": "stop", "arguments": []}
{"execute": "stop", "arguments": {"x": 1}}
{"execute": "stop", "foo": 1}
[1]
"x"
{"execute": "query-status", "execute": "stop"}
{"execute": "qom-get", "arguments": {}}
{"execute": "qom-get", "arguments": {"path": 1, "property": "x"}}
{"execute": "qom-get", "arguments": {"path": "/nope", "property": "x"}}
{"execute": "qom-get", "arguments": {"path": "/machine", "property": 1}}
{"execute": "qom-list", "arguments": {"path": "uart"}}
{"execute": "cont"}
{"execute": "stop"}
{"execute": "query-status"}
{"execute": "human-monitor-command", "arguments": {"command-line": "info status"}}
{"execute": "device_add", "arguments": {"driver": "nope"}}
{"execute": "device_add", "arguments": {}}
{"execute": "device_add", "arguments": {"driver": "pl011"}}
{"execute": "device_del", "arguments": {"id": "nope"}}
{"execute": "system_wakeup"}
{"execute": "device-list-properties", "arguments": {"typename": "nope"}}
{"execute": "qom-list-properties", "arguments": {"typename": "nope"}}
{"execute": "query-status", "id": "\\u0000"}
""".strip().splitlines()


def converse(binary):
    answers = []
    with Raw(binary) as raw:
        raw.qmp.receive()
        for line in CONVERSATION:
            raw.qmp.send_raw(line.encode() + b"\n")
            answers += [raw.qmp.receive() for _ in range(line.count("} {") + 1)]
            if "event" in answers[-1]:
                answers.append(raw.qmp.receive())
    for answer in answers:
        answer.pop("timestamp", None)
        if isinstance(answer.get("return"), dict):
            answer["return"].pop("singlestep", None)  # went away in QEMU 9
            answer["return"].pop("present", None)     # may differ with the build
    return answers


@pytest.mark.skipif(not REFERENCE, reason="no reference emulator")
def test_same_conversation_as_the_reference():
    ours, theirs = converse(quern_binary()), converse(REFERENCE)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        assert mine == other


@pytest.mark.skipif(not REFERENCE, reason="no reference emulator")
def test_same_shapes_as_the_reference():
    """Commands take what the reference takes: arguments by name, type and need."""
    schemas = []
    for binary in (quern_binary(), REFERENCE):
        with Machine(BARE, binary=binary, qmp=True) as machine:
            schemas.append({e["name"]: e for e in machine.qmp.execute("query-qmp-schema")})
    ours, theirs = schemas
    # Theirs is a union by an enumeration of types, which ours will be too.
    different = {"object-add"}
    for name, entry in ours.items():
        if entry["meta-type"] not in ("command", "event") or name in different:
            continue
        assert theirs[name]["meta-type"] == entry["meta-type"]
        for key in {"arg-type", "ret-type"} & set(entry):
            other = theirs[name][key]
            same_members(ours, entry[key], theirs, other)


def same_members(ours, mine, theirs, other):
    if ours[mine]["meta-type"] != "object" or mine not in ours:
        assert ours[mine]["meta-type"] == theirs[other]["meta-type"]
        return
    wanted = {m["name"]: m for m in theirs[other]["members"]}
    for member in ours[mine]["members"]:
        if member["name"] in wanted:
            reference = wanted[member["name"]]
            assert ("default" in member) == ("default" in reference)
            assert ours[member["type"]]["meta-type"] == theirs[reference["type"]]["meta-type"]

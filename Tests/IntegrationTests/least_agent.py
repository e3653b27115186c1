"""The least agent of proto/PROTOCOL.md, section 12, written from that page and lapwing.proto alone.

usage: least_agent.py GENERATED ENDPOINT GATEWAY_PUBLIC_KEY_FILE OWN_KEY_FILE UPDATES

It says Hello, checks what it is welcomed with, sends UPDATES gradients (one twice), takes the policies that come
back, and says Goodbye. It prints one line of JSON: what it saw. Exit 0 when everything was as the page says.
"""

import json
import struct
import sys
import time

import zmq

generated, endpoint, gateway_file, own_file, updates = sys.argv[1:6]
sys.path.insert(0, generated)
import lapwing_pb2 as wire  # noqa: E402  (protoc wrote it a moment ago)


def keys(path):
    """The words of a key file: `public-key = Z85`, `secret-key = Z85`."""
    pairs = [line.split(" = ") for line in open(path) if " = " in line and not line.startswith("#")]
    return {word.strip(): value.strip().encode() for word, value in pairs}


own = keys(own_file)
socket = zmq.Context().socket(zmq.DEALER)
socket.curve_serverkey = keys(gateway_file)["public-key"]
socket.curve_publickey = own["public-key"]
socket.curve_secretkey = own["secret-key"]
socket.linger = 500
socket.maxmsgsize = 1 << 20
socket.connect(endpoint)


def exchange(message, wanted):
    """Sends until an answer that `wanted` accepts comes; what is unasked in between is dropped."""
    payload = message.SerializeToString()
    for _ in range(10):
        socket.send(payload)
        deadline = time.monotonic() + 2
        while socket.poll(max(0, int(1000 * (deadline - time.monotonic())))):
            answer = wire.GatewayMessage.FromString(socket.recv())
            kind = answer.WhichOneof("body")
            if kind == "reject":
                sys.exit(f"rejected: {wire.RejectReason.Name(answer.reject.reason)} {answer.reject.detail}")
            found = wanted(kind, getattr(answer, kind))
            if found is not None:
                return found
    sys.exit("no answer")


# A clock that does not go back may stand in for an epoch on disk (section 3).
epoch = int(time.time())
hello = wire.AgentMessage(
    hello=wire.Hello(
        protocol_version=1, agent_name="least-agent", boot_epoch=epoch, codecs=1 << wire.CODEC_DENSE_FLOAT32,
        largest_message_bytes=1 << 20, distribution=wire.DISTRIBUTION_SOFTMAX, observation_count=4, action_count=2,
        hidden_widths=[8, 8], software_version="least 1"))
welcome = exchange(hello, lambda kind, body: body if kind == "welcome" else None)
shape = welcome.specification
assert (shape.observation_count, shape.action_count, list(shape.hidden_widths)) == (4, 2, [8, 8])
assert welcome.protocol_version == 1 and not welcome.waiting and welcome.HasField("policy")


def floats(vector):
    assert vector.codec == wire.CODEC_DENSE_FLOAT32 and len(vector.data) == 4 * vector.count
    return struct.unpack(f"<{vector.count}f", vector.data)


widths = [4, 8, 8, 2]
count = sum((i + 1) * o for i, o in zip(widths, widths[1:]))
version, parameters = welcome.policy.version, floats(welcome.policy.parameters)
assert len(parameters) == count
seen = [version]
outcomes = []

for sequence in range(1, int(updates) + 1):
    gradient = [(-1) ** i * 0.5 for i in range(count)]
    message = wire.AgentMessage(
        update=wire.Update(
            report=wire.Report(
                boot_epoch=epoch, sequence=sequence, base_version=version, trajectories=1, steps=100,
                returns=wire.ReturnStatistics(episodes=1, mean=20, minimum=20, maximum=20, mean_steps=20)),
            gradient=wire.Vector(
                codec=wire.CODEC_DENSE_FLOAT32, count=count, data=struct.pack(f"<{count}f", *gradient))))

    def answers(kind, body):
        if kind == "policy" and (body.answers_epoch, body.answers_sequence) == (epoch, sequence):
            return body
        return None

    policy = exchange(message, answers)
    outcomes.append(wire.Outcome.Name(policy.outcome))
    if sequence == 1:
        # The same bytes again are a duplicate: applied once.
        outcomes.append(wire.Outcome.Name(exchange(message, answers).outcome))
    assert policy.version > version, "a policy of this answer's own"
    before, version, parameters = parameters, policy.version, floats(policy.parameters)
    seen.append(version)
    moved = [b - a for a, b in zip(before, parameters)]
    assert all(m * g > 0 for m, g in zip(moved, gradient)), "the policy follows the gradient upwards"

socket.send(wire.AgentMessage(goodbye=wire.Goodbye(boot_epoch=epoch, reason="done")).SerializeToString())
print(json.dumps({"versions": seen, "outcomes": outcomes, "federation": welcome.federation_name}))

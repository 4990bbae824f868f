"""Prints what `outrider drive --publish ADDRESS` sends, one JSON object a line, until it is stopped or COUNT are read.

    python read_verdicts.py tcp://127.0.0.1:5560 [COUNT]
"""

import itertools
import json
import sys
from pathlib import Path

import zmq
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

ROOT = Path(__file__).resolve().parents[2]
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString((ROOT / "src/messages/generated/descriptors.binpb").read_bytes()).file:
    pool.Add(file)


def message_class(name):
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


Header = message_class("outrider.WireHeader")
CLASSES = {
    b"/planners/verdict": message_class("outrider.Verdict"),
    b"/tasks/plan": message_class("outrider.Plan"),
    b"/pipeline/fault": message_class("outrider.Fault"),
    b"/sensors/fault": message_class("outrider.Fault"),
}

socket = zmq.Context().socket(zmq.SUB)
socket.setsockopt(zmq.LINGER, 0)
socket.connect(sys.argv[1])
socket.subscribe(b"")

for _ in range(int(sys.argv[2])) if len(sys.argv) > 2 else itertools.count():
    topic, header, payload = socket.recv_multipart()
    message = json_format.MessageToDict(CLASSES[topic].FromString(payload), preserving_proto_field_name=True)
    print(json.dumps({"topic": topic.decode(), "sequence": Header.FromString(header).sequence, "message": message}), flush=True)

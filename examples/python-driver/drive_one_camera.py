"""A whole sensor driver: one camera at 12 Hz with ego state, until it is stopped or COUNT frames are sent.

    python drive_one_camera.py ipc://car.sock front.jpg [COUNT]
"""

import itertools
import sys
import time
from pathlib import Path

import zmq
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROOT = Path(__file__).resolve().parents[2]
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString((ROOT / "src/messages/generated/descriptors.binpb").read_bytes()).file:
    pool.Add(file)
Header, Image, Ego = (
    message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
    for name in ("outrider.WireHeader", "foxglove.CompressedImage", "outrider.EgoState")
)

address, jpeg = sys.argv[1], Path(sys.argv[2]).read_bytes()
count = int(sys.argv[3]) if len(sys.argv) > 3 else None

socket = zmq.Context().socket(zmq.XPUB)
socket.setsockopt(zmq.IMMEDIATE, 1)  # a drive that comes back must not be fed what waited for the one that went
socket.setsockopt(zmq.LINGER, 2000)
socket.connect(address)
socket.recv()  # the drive has subscribed: nothing sent from here on is lost

for sequence in itertools.count() if count is None else range(count):
    now_ns = time.time_ns()
    image = Image(frame_id="camera/front", format="jpeg", data=jpeg)
    image.timestamp.FromNanoseconds(now_ns)
    ego = Ego(capture_time_ns=now_ns, yaw_rate_radps=0.0)
    ego.velocity_in_ego_mps.x = 8.0
    for topic, message in ((b"/sensors/camera/front", image), (b"/sensors/ego", ego)):
        header = Header(sequence=sequence, sent_time_ns=time.time_ns())
        socket.send_multipart([topic, header.SerializeToString(), message.SerializeToString()])
    time.sleep(1 / 12)

"""Reads a tape as an outsider would: MCAP and protobuf libraries, docs/tape.md, and nothing of Outrider.

Prints one JSON object: messages per topic, whether every message decodes in a strict descriptor pool, and the head of
the hash chain, recomputed.
"""
import hashlib
import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from mcap.reader import make_reader
from mcap.stream_reader import StreamReader
from mcap_protobuf.decoder import DecoderFactory


def message_class(schema):
    """A pool of its own, files added one by one: it refuses a file whose dependencies have not come before."""
    files = descriptor_pb2.FileDescriptorSet.FromString(schema.data)
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
        pool.FindFileByName(file.name)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(schema.name))


def framed(data):
    return struct.pack("<I", len(data)) + data


def schema_sha256(schema):
    return hashlib.sha256(framed(schema.name.encode()) + framed(schema.data)).digest()


def chain_next(head, channel, schema, message):
    return hashlib.sha256(
        head
        + framed(channel.topic.encode())
        + struct.pack("<QQI", message.log_time, message.publish_time, message.sequence)
        + schema_sha256(schema)
        + struct.pack("<Q", len(message.data))
        + message.data
    ).digest()


def seeking(path):
    """Through the summary, in log time order, decoded by mcap-protobuf-support."""
    topics = {}
    with open(path, "rb") as stream:
        reader = make_reader(stream, validate_crcs=True, decoder_factories=[DecoderFactory()])
        for _, channel, _, _ in reader.iter_decoded_messages():
            topics[channel.topic] = topics.get(channel.topic, 0) + 1
    return topics


def streaming(path):
    """Record by record, in file order."""
    schemas, channels, classes, chain_records = {}, {}, {}, []
    head, undecoded, messages = bytes(32), [], 0
    with open(path, "rb") as stream:
        for record in StreamReader(stream, validate_crcs=True).records:
            kind = type(record).__name__
            if kind == "Schema":
                schemas[record.id] = record
                classes[record.id] = message_class(record)
            elif kind == "Channel":
                channels[record.id] = record
            elif kind == "Message":
                channel = channels[record.channel_id]
                schema = schemas[channel.schema_id]
                decoded = classes[schema.id].FromString(record.data)
                if decoded.SerializeToString(deterministic=True) != record.data:
                    undecoded.append(channel.topic)
                head = chain_next(head, channel, schema, record)
                messages += 1
            elif kind == "Metadata" and record.name.startswith("outrider.chain/"):
                chain_records.append(record.metadata["sha256"] == head.hex() and record.metadata["messages"] == str(messages))
    return {"chain": head.hex(), "messages": messages, "chainRecords": chain_records, "undecoded": sorted(set(undecoded))}


print(json.dumps({"topics": seeking(sys.argv[1]), **streaming(sys.argv[1])}))

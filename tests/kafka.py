"""A Kafka broker of a test's own: KRaft mode, on loopback, from the jars of `make setup`."""

import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple

from pyspark.sql import SparkSession

from tests.conftest import ROOT

CLUSTER_ID = "dmVyYmF0aW0tdGVzdHMtMQ"
"""Any 16 bytes, in base64."""

SECONDS_TO_START = 60.0

JAVA = ("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
BYTES = "org.apache.kafka.common.serialization.ByteArraySerializer"


class Message(NamedTuple):
    topic: str
    value: bytes | None
    at: datetime
    key: bytes | None = None


class Broker:
    """One node that is broker and controller; keeps its ports and messages over a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        port, controller = _free_ports(2)
        self.address = f"127.0.0.1:{port}"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "broker.log"
        self._properties = folder / "broker.properties"
        self._properties.write_text(
            f"""process.roles=broker,controller
node.id=1
listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=BROKER://127.0.0.1:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller}
log.dirs={folder / "log"}
num.partitions=1
offsets.topic.replication.factor=1
# The demo's messages are months old by their own clock.
log.retention.ms=-1
""",
            encoding="utf-8",
        )
        self._run_to_end(
            "kafka.tools.StorageTool",
            *("format", "--cluster-id", CLUSTER_ID, "--config", str(self._properties)),
        )

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._java("kafka.Kafka", str(self._properties)),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        began = monotonic()
        while True:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            if self._process.poll() is not None or (
                monotonic() - began > SECONDS_TO_START
            ):
                self.stop()
                raise RuntimeError(f"No broker: {self._log.read_text()[-2_000:]}")
            sleep(0.2)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def produce(self, spark: SparkSession, messages: Iterable[Message]) -> None:
        """Send messages, each with the time it is said to have been sent at.

        Through the client that Spark itself reads with: its Kafka sink sets no times.
        """
        jvm: Any = spark._jvm
        options = jvm.java.util.HashMap()
        options.put("bootstrap.servers", self.address)
        options.put("key.serializer", BYTES)
        options.put("value.serializer", BYTES)
        clients = jvm.org.apache.kafka.clients.producer
        producer = clients.KafkaProducer(options)
        no_headers = jvm.java.util.ArrayList()
        try:
            for each in messages:
                sent_at = int(each.at.timestamp() * 1000)
                producer.send(
                    clients.ProducerRecord(
                        *(each.topic, 0, sent_at, each.key, each.value, no_headers)
                    )
                )
            producer.flush()
        finally:
            producer.close()

    def _run_to_end(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            self._java(name, *arguments), capture_output=True, timeout=60, check=False
        )
        if done.returncode:
            raise RuntimeError((done.stdout + done.stderr).decode()[-2_000:])

    def _java(self, name: str, *arguments: str) -> list[str]:
        return [*JAVA, "-cp", f"{ROOT}/var/broker/*", name, *arguments]


@contextmanager
def running_broker(folder: Path) -> Iterator[Broker]:
    broker = Broker(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()

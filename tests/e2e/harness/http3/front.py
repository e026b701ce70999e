"""An HTTP/3 front with WebTransport: the bytes of each session's first stream go to a TCP connection of their own, and back.

    front.py UDP_PORT TCP_PORT

Listens on 127.0.0.1 with a certificate made for this run, and prints its SHA-256 in hexadecimal when it is ready. A session that the
browser ends closes its TCP connection, and the other way round.
"""

import asyncio
import datetime
import ipaddress
import sys

from aioquic.asyncio import serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived, WebTransportStreamDataReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, ProtocolNegotiated, StreamReset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


class Session:
    """One session: the queue of what its stream brought, `None` for its end, and the task that passes it on."""

    def __init__(self, front, session_id, tcp_port):
        self.front = front
        self.id = session_id
        self.stream = None
        self.received = asyncio.Queue()
        self.task = asyncio.ensure_future(self.run(tcp_port))

    async def run(self, tcp_port):
        reader, writer = await asyncio.open_connection(HOST, tcp_port)
        back = None
        while (data := await self.received.get()) is not None:
            # Only now there is a stream to send on.
            back = back or asyncio.ensure_future(self.send_back(reader))
            writer.write(data)
            await writer.drain()
        if back is not None:
            back.cancel()
        writer.close()

    async def send_back(self, reader):
        try:
            while data := await reader.read(65536):
                self.front._quic.send_stream_data(self.stream, data)
                self.front.transmit()
        except ConnectionError:
            pass
        # The other side is gone: that ends the session.
        self.front.http.send_data(self.id, b"", end_stream=True)
        self.front.transmit()


class Front(QuicConnectionProtocol):
    tcp_port = 0

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = None
        self.sessions = {}

    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic, enable_webtransport=True)
        elif isinstance(event, ConnectionTerminated):
            for session_id in list(self.sessions):
                self.end(session_id)
        elif isinstance(event, StreamReset):
            self.end(event.stream_id)
        if self.http is not None:
            for http_event in self.http.handle_event(event):
                self.http_event_received(http_event)

    def http_event_received(self, event):
        if isinstance(event, HeadersReceived):
            headers = dict(event.headers)
            if headers.get(b":protocol") not in (b"webtransport", b"webtransport-h3"):
                return self.http.send_headers(event.stream_id, [(b":status", b"404")], end_stream=True)
            self.sessions[event.stream_id] = Session(self, event.stream_id, self.tcp_port)
            self.http.send_headers(event.stream_id, [(b":status", b"200"), (b"sec-webtransport-http3-draft", b"draft02")])
        elif isinstance(event, WebTransportStreamDataReceived):
            session = self.sessions.get(event.session_id)
            if session is not None:
                session.stream = event.stream_id
                session.received.put_nowait(event.data)
        elif isinstance(event, DataReceived) and event.stream_ended:
            # The request's stream carries capsules. Whatever the last one says, with the stream the session ends.
            self.end(event.stream_id)

    def end(self, session_id):
        session = self.sessions.pop(session_id, None)
        if session is not None:
            session.received.put_nowait(None)


def certificate():
    """A key and a certificate as browsers ask for to be named by a hash: P-256, valid for at most two weeks."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=10))
        # Without an extension Chromium takes it for no certificate.
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, made


async def main(udp_port, tcp_port):
    Front.tcp_port = tcp_port
    key, made = certificate()
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN, is_client=False, max_datagram_frame_size=65536)
    configuration.certificate, configuration.private_key = made, key
    await serve(HOST, udp_port, configuration=configuration, create_protocol=Front)
    print(made.fingerprint(hashes.SHA256()).hex(), flush=True)
    await asyncio.Event().wait()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))

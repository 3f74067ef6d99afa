# SPDX-License-Identifier: MIT
"""`sipstrata serve` as a user runs it: usage `serve_test.py PROGRAM`. Loopback only, ports of the system's choice."""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)


class Server:
    def __init__(self, *args, stdin=None):
        self.process = subprocess.Popen([PROGRAM, "serve", *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if stdin is not None:
            self.process.stdin.write(stdin)
        self.process.stdin.close()
        self.ports = {}
        for _ in range(sum(arg in ("--udp", "--tcp", "--ws") for arg in args)):
            line = self.process.stdout.readline().split()
            self.ports[line[1].decode()] = int(line[2].rsplit(b":", 1)[1])

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(10)
        output = self.process.stdout.read(), self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, *output


class Udp:
    def __init__(self, server):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(10)
        self.port = self.socket.getsockname()[1]
        self.server = ("127.0.0.1", server.ports["udp"])

    def send(self, first, cseq, *headers):
        lines = [first, f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{cseq.replace(' ', '')}{self.port};rport",
                 "From: <sip:alice@127.0.0.1>;tag=1", "To: <sip:alice@127.0.0.1>", f"Call-ID: c{self.port}", f"CSeq: {cseq}",
                 "Max-Forwards: 70", *headers, "Content-Length: 0", "", ""]
        self.socket.sendto("\r\n".join(lines).encode(), self.server)

    def receive(self):
        return self.socket.recv(65536).decode()

    def close(self):
        self.socket.close()


class Serve(unittest.TestCase):
    def test_it_says_where_it_listens_and_stops_on_ctrl_c(self):
        server = Server("--udp", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--ws", "127.0.0.1:0")
        self.assertEqual(set(server.ports), {"udp", "tcp", "ws"})
        self.assertTrue(all(server.ports.values()))
        code, _, errors = server.stop()
        self.assertEqual((code, errors), (0, b""))

    def test_registration_and_trace(self):
        with tempfile.TemporaryDirectory() as folder:
            trace = os.path.join(folder, "t.pcapng")
            server = Server("--udp", "127.0.0.1:0", "--trace", trace, "-vv")
            phone = Udp(server)
            phone.send(f"REGISTER sip:127.0.0.1:{phone.server[1]} SIP/2.0", "1 REGISTER", f"Contact: <sip:alice@127.0.0.1:{phone.port}>",
                       'Authorization: Digest username="a", realm="r", nonce="n", uri="sip:r", response="c0ffee"')
            answer = phone.receive()
            phone.close()
            self.assertTrue(answer.startswith("SIP/2.0 200 "), answer)
            self.assertIn(f"Contact: <sip:alice@127.0.0.1:{phone.port}>;expires=3600", answer)
            code, _, errors = server.stop()
            with open(trace, "rb") as file:
                octets = file.read()
        self.assertEqual(code, 0)
        self.assertIn(b"REGISTER sip:", octets)
        self.assertIn(b"SIP/2.0 200 ", octets)
        self.assertNotIn(b"c0ffee", octets + errors)

    def test_users_are_challenged(self):
        server = Server("--udp", "127.0.0.1:0", "--users", "-", stdin=b"alice:secret\n")
        phone = Udp(server)
        phone.send("REGISTER sip:127.0.0.1 SIP/2.0", "1 REGISTER", f"Contact: <sip:alice@127.0.0.1:{phone.port}>")
        answer = phone.receive()
        phone.close()
        self.assertTrue(answer.startswith("SIP/2.0 401 "), answer)
        self.assertIn("algorithm=SHA-256", answer)
        self.assertNotIn("secret", answer)
        self.assertEqual(server.stop()[0], 0)

    def test_tcp_and_garbage(self):
        server = Server("--udp", "127.0.0.1:0", "--tcp", "127.0.0.1:0")
        junk = Udp(server)
        junk.socket.sendto(os.urandom(2000), junk.server)
        junk.close()
        with socket.create_connection(("127.0.0.1", server.ports["tcp"]), 10) as stream:
            stream.settimeout(10)
            stream.sendall(b"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
                           b"To: <sip:127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
            self.assertTrue(stream.recv(4096).startswith(b"SIP/2.0 200 "))
        self.assertEqual(server.stop()[0], 0)

    def test_what_cannot_be_is_usage(self):
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for args in (["--udp", "localhost"], ["--tcp", f"127.0.0.1:{taken.getsockname()[1]}"], ["--udp", "127.0.0.1:0", "--users", "/no/such"],
                     ["--auth-calls"]):
            result = subprocess.run([PROGRAM, "serve", *args], capture_output=True, timeout=20)
            self.assertEqual(result.returncode, 2, args)
            self.assertTrue(result.stderr)
        taken.close()

    def test_json(self):
        process = subprocess.Popen([PROGRAM, "serve", "--udp", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE)
        event = json.loads(process.stdout.readline())
        self.assertEqual((event["event"], event["transport"]), ("listening", "udp"))
        process.terminate()
        self.assertEqual(process.wait(10), 0)
        process.stdout.close()


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""TLS and secure WebSocket from the command line: usage `tls_test.py PROGRAM WRITE_CERTIFICATES`. Loopback only."""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

PROGRAM, WRITE_CERTIFICATES = sys.argv.pop(1), sys.argv.pop(1)
OPTIONS = (b"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
           b"To: <sip:127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")


def run(*args):
    done = subprocess.run([PROGRAM, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


class Tls(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        subprocess.run([WRITE_CERTIFICATES, self.directory.name], check=True)
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "-v", "--tls", "127.0.0.1:0", "--wss", "127.0.0.1:0", "--tls-cert", self.file("cert.pem"),
             "--tls-key", self.file("key.pem")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        lines = [self.server.stdout.readline().split() for _ in range(2)]
        self.address = {transport: address for _, transport, address in lines}

    def tearDown(self):
        self.server.send_signal(signal.SIGINT)
        self.server.communicate(timeout=20)
        self.directory.cleanup()

    def file(self, name):
        return os.path.join(self.directory.name, name)

    def ca(self):
        return "--tls-ca", self.file("ca.pem")

    def foreign_client(self):
        context = ssl.create_default_context(cafile=self.file("ca.pem"))
        port = int(self.address["tls"].rsplit(":", 1)[1])
        return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20), server_hostname="127.0.0.1")

    def test_options_and_register_over_both(self):
        tls, wss = self.address["tls"], self.address["wss"]
        self.assertEqual(run("options", f"sips:{tls}", *self.ca())[0], 0)
        self.assertEqual(run("options", f"sip:{tls}", "--transport", "tls", *self.ca())[0], 0)
        self.assertEqual(run("options", f"sip:{wss}", "--transport", "wss", *self.ca())[0], 0)
        for proxy in (f"tls://{tls}", f"wss://{wss}"):
            self.assertEqual(run("register", "--from", "sip:alice@127.0.0.1", "--proxy", proxy, *self.ca())[0], 0, proxy)

    def test_a_server_that_is_not_trusted_ends_with_3_and_says_why(self):
        code, _, error = run("options", f"sips:{self.address['tls']}")
        self.assertEqual((code, error), (3, "options: the peer's certificate comes from no trusted issuer\n"))
        self.assertEqual(run("options", f"sips:{self.address['tls']}", "--tls-insecure")[0], 0)

    def test_what_cannot_be_is_usage(self):
        for args in (["serve", "--tls", "127.0.0.1:0"], ["serve", "--tls-cert", self.file("cert.pem")],
                     ["serve", "--tls", "127.0.0.1:0", "--tls-cert", self.file("cert.pem"), "--tls-key", self.file("other-key.pem")],
                     ["options", "sips:127.0.0.1", "--tls-ca", "/no/such.pem"]):
            code, _, error = run(*args)
            self.assertEqual(code, 2, args)
            self.assertTrue(error)

    def test_a_foreign_client_is_answered_and_close_notify_ends_it(self):
        with self.foreign_client() as stream:
            stream.sendall(OPTIONS)
            self.assertTrue(stream.recv(4096).startswith(b"SIP/2.0 200 "))
            stream.unwrap()

    def test_hangup_reads_the_certificate_again_and_keeps_connections(self):
        with self.foreign_client() as stream:
            shutil.copy(self.file("other.pem"), self.file("cert.pem"))
            self.server.send_signal(signal.SIGHUP)
            self.assertIn("the old ones stay", self.server.stderr.readline())
            self.assertEqual(run("options", f"sips:{self.address['tls']}", *self.ca())[0], 0)
            shutil.copy(self.file("other-key.pem"), self.file("key.pem"))
            self.server.send_signal(signal.SIGHUP)
            self.assertEqual(self.server.stdout.readline(), "reloaded\n")
            code, _, error = run("options", f"sips:{self.address['tls']}", *self.ca())
            self.assertEqual((code, error), (3, "options: the peer's certificate is for another name\n"))
            stream.sendall(OPTIONS)
            self.assertTrue(stream.recv(4096).startswith(b"SIP/2.0 200 "))


if __name__ == "__main__":
    unittest.main()

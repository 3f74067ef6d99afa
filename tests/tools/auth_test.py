# SPDX-License-Identifier: MIT
"""`sipstrata auth` as a user runs it: usage `auth_test.py PROGRAM`."""
import json
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop()
SECRET = "Circle of Life"

# RFC 7616 §3.9.1, and §3.9.2 with the response of erratum 4897.
MUFASA = ('Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={}, '
          'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
          'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{}"')
MD5 = MUFASA.format("MD5", "8ca523f5e9506fed4657c9700eebdbec")
SHA256 = MUFASA.format("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")


def auth(*args, secret=SECRET):
    done = subprocess.run([PROGRAM, "auth", *args, "--password-file", "-"], input=secret + "\n", capture_output=True, text=True,
                          timeout=30)
    assert secret not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


class Auth(unittest.TestCase):
    def test_the_examples_of_rfc_7616_are_right_and_anything_else_is_wrong(self):
        for line in (MD5, SHA256, "Proxy-Authorization: " + MD5):
            self.assertEqual(auth(line, "--method", "GET"), (0, "right\n", ""))
            self.assertEqual(auth(line, "--method", "POST")[:2], (1, "wrong response\n"))
            self.assertEqual(auth(line, "--method", "GET", secret="circle of life")[0], 1)
            self.assertEqual(auth(line, "--method", "GET", "--user", "Simba")[:2], (1, "another user\n"))
            self.assertEqual(auth(line, "--method", "GET", "--uri", "/")[:2], (1, "another uri\n"))
        self.assertEqual(auth(MD5.replace("MD5", "MD4"), "--method", "GET")[:2], (1, "an unknown algorithm\n"))

    def test_an_answer_of_each_algorithm_is_found_right(self):
        for algorithm in ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"):
            challenge = f'Digest realm="a \\"b\\"", nonce="c", qop="auth,auth-int", algorithm={algorithm}, opaque="d"'
            for more in ((), ("--auth-int", "--body", __file__)):
                code, out, _ = auth("WWW-Authenticate: " + challenge, "--method", "REGISTER", "--uri", "sip:example.com", "--user",
                                    "alice", *more)
                self.assertEqual(code, 0)
                self.assertIn("qop=auth-int" if more else "qop=auth,", out)
                self.assertTrue(out.startswith('Authorization: Digest username="alice", realm="a \\"b\\"",'), out)
                check = (out.strip(), "--method", "REGISTER", "--uri", "sip:example.com", *more[1:])
                self.assertEqual(auth(*check)[0], 0, out)
                if more:
                    self.assertEqual(auth(*check[:-2])[0], 1, out)

    def test_the_strongest_of_several_challenges_is_answered_as_a_proxy_asks(self):
        lines = [f'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm={name}' for name in ("MD5", "SHA-256")]
        code, out, _ = auth(*lines, "--method", "INVITE", "--uri", "sip:b", "--user", "a", "--json")
        answer = json.loads(out)
        self.assertEqual((code, answer["header"]), (0, "Proxy-Authorization"))
        self.assertIn("algorithm=SHA-256", answer["value"])

    def test_what_cannot_be_answered_says_why_and_what_is_no_use_ends_with_2(self):
        for challenge, why in (('Basic realm="a"', "not Digest"), ('Digest realm="a", nonce="b", algorithm=SHA-1', "unknown or too weak"),
                               ('Digest realm="a", nonce="b", qop="auth-conf"', "quality of protection"), ('Digest realm="a"', "malformed")):
            code, out, _ = auth(challenge, "--method", "GET", "--uri", "sip:a", "--user", "b")
            self.assertEqual(code, 1)
            self.assertIn(why, out)
        self.assertEqual(auth(MD5)[0], 2)  # no method
        self.assertEqual(auth("Digest realm", "--method", "GET")[0], 2)
        self.assertEqual(auth('Digest realm="a", nonce="b"', "--method", "GET")[0], 2)  # for whom?
        self.assertEqual(auth(MD5, "--method", "GET", "--ha1-file", "-")[0], 2)

    def test_a_hash_stands_for_the_password(self):
        for line, code in ((MD5, 0), (SHA256, 1)):
            done = subprocess.run([PROGRAM, "auth", line, "--method", "GET", "--ha1-file", "-"],
                                  input="3d78807defe7de2157e2b0b6573a855f\n", capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, code, done.stdout)


unittest.main(verbosity=2)

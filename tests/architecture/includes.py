# SPDX-License-Identifier: MIT
"""A library includes itself and what stands below it, through public headers only."""
import re

import tree

STANDARD = re.compile(r"^[a-z_0-9]+$")         # <vector>, <cstdint>
SIMD = re.compile(r"^([a-z]*mmintrin|arm_neon)\.h$")
IMPURE_STANDARD = {"thread", "mutex", "shared_mutex", "condition_variable", "fstream", "iostream", "semaphore", "future"}
NAMESPACES = {"sipmsg": "libsipmsg", "siptxn": "libsiptxn", "sipdialog": "libsipdialog", "sipua": "libsipua",
              "sipmedia": "libsipmedia-gst"}
OPERATING_SYSTEM = {"sys", "linux", "netinet", "arpa", "net", "unistd.h", "fcntl.h", "netdb.h", "poll.h", "signal.h", "ifaddrs.h"}
OPENSSL_TLS = {"openssl/ssl.h", "openssl/bio.h", "openssl/tls1.h"}

# The first match wins: what a file under this path may include beyond the standard library.
ZONES = [
    (r"libsipmsg/include/sipmsg/fmt\.hpp$",         {"sipmsg", "fmt"}),
    (r"libsipmsg/",                                 {"sipmsg"}),
    (r"libsiptxn/(include/siptxn|src)/auth/",       {"sipmsg", "siptxn", "fmt", "openssl"}),
    (r"libsiptxn/(include/siptxn|src)/net/",        {"sipmsg", "siptxn", "fmt", "asio", "openssl", "ares", "wslay"}
                                                    | OPERATING_SYSTEM),
    (r"libsiptxn/",                                 {"sipmsg", "siptxn", "fmt"}),
    (r"libsipdialog/",                              {"sipmsg", "siptxn", "sipdialog"}),
    (r"libsipua/src/es256\.cpp$",                  {"sipua", "openssl"}),
    (r"libsipua/src/passport\.cpp$",               {"sipua", "nlohmann"}),
    (r"libsipua/",                                  {"sipmsg", "siptxn", "sipdialog", "sipua", "asio", "fmt"}),
    (r"libsipmedia-gst/",                           {"sipmsg", "siptxn", "sipdialog", "sipua", "sipmedia", "asio", "fmt",
                                                     "gst", "gio", "glib", "glib-object", "openssl"} | OPERATING_SYSTEM),
    # The proof that a proxy author needs no more than messages and transactions.
    (r"tools/sipstrata/(serve|proxy/)",             {"sipmsg", "siptxn", "fmt", "asio", "CLI", "nlohmann", "openssl"}
                                                    | OPERATING_SYSTEM),
]
PURE = re.compile(r"libsipmsg/|libsiptxn/(?!(include/siptxn|src)/net/)|libsipdialog/")

GOOD = {
    "libsipmsg/include/sipmsg/uri.hpp": "#include <sipmsg/error.hpp>\n#include <string_view>\n",
    "libsipmsg/include/sipmsg/error.hpp": "#include <expected>\n",
    "libsipmsg/include/sipmsg/fmt.hpp": "#include <fmt/format.h>\n",
    "libsipmsg/src/uri.cpp": '#include <sipmsg/uri.hpp>\n#include "scan.hpp"\n#include <emmintrin.h>\n',
    "libsipmsg/src/scan.hpp": "",
    "libsiptxn/include/siptxn/net/udp.hpp": "#include <asio/ip/udp.hpp>\n",
    "libsiptxn/src/net/udp.cpp": "#include <siptxn/net/udp.hpp>\n#include <sys/socket.h>\n#include <thread>\n",
    "libsiptxn/src/auth/hash.cpp": "#include <openssl/evp.h>\n#include <sipmsg/uri.hpp>\n",
    "libsipua/src/agent.cpp": "#include <siptxn/net/udp.hpp>\n#include <asio/post.hpp>\n",
    "libsipmedia-gst/src/pipeline.cpp": "#include <gst/gst.h>\n",
    "tools/sipstrata/agent/flags.cpp": '#include "../exit_code.hpp"\n',
    "tools/sipstrata/exit_code.hpp": "",
    "tools/sipstrata/main.cpp": "#include <siptxn/net/udp.hpp>\n#include <CLI/CLI.hpp>\n",
}
BAD = [
    {"libsipmsg/src/uri.cpp": "#include <siptxn/net/udp.hpp>\n"},
    {"libsipmsg/src/uri.cpp": "#include <fmt/format.h>\n"},
    {"libsipmsg/src/uri_parser.rl": "#include <asio.hpp>\n"},
    {"libsipmsg/src/uri.cpp": "#include <mutex>\n"},
    {"libsipmsg/src/lanes.ipp": "#include <mutex>\n"},
    {"libsipmsg/src/kernel.ipp": '#include "uri_parser.ipp"\n'},
    {"libsipmsg/src/uri.cpp": "#include <unistd.h>\n"},
    {"libsipmsg/src/uri.cpp": '#include "../../libsiptxn/src/net/secret.hpp"\n'},
    {"libsiptxn/src/layer.cpp": "#include <siptxn/net/udp.hpp>\n"},
    {"libsiptxn/src/layer.cpp": "#include <openssl/evp.h>\n"},
    {"libsiptxn/src/auth/hash.cpp": "#include <openssl/ssl.h>\n"},
    {"libsipdialog/src/dialog.cpp": "#include <siptxn/net/udp.hpp>\n"},
    {"libsipdialog/src/dialog.cpp": "#include <asio/post.hpp>\n"},
    {"libsipua/src/agent.cpp": "#include <gst/gst.h>\n"},
    {"libsipua/src/agent.cpp": "#include <openssl/evp.h>\n"},
    {"libsipua/src/agent.cpp": "#include <sipmsg/not_there.hpp>\n"},
    {"tools/sipstrata/agent/flags.cpp": '#include "../../../libsipua/src/agent_impl.hpp"\n', "libsipua/src/agent_impl.hpp": ""},
    {"tools/sipstrata/main.cpp": '#include "agent_impl.hpp"\n', "libsipua/src/agent_impl.hpp": ""},
    {"tools/sipstrata/main.cpp": "#include <sipua/agent_impl.hpp>\n", "libsipua/src/agent_impl.hpp": ""},
    {"tools/sipstrata/proxy/route.cpp": "#include <sipdialog/dialog.hpp>\n", "libsipdialog/include/sipdialog/dialog.hpp": ""},
    {"tools/sipstrata/serve_proxy.cpp": "#include <sipua/agent.hpp>\n", "libsipua/include/sipua/agent.hpp": ""},
]


def problems(root):
    for name, path in tree.files(root, tree.SOURCES):
        if not name.startswith(("lib", "tools/")):
            continue
        for opening, included in re.findall(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', tree.text(path), re.M):
            if reason := refusal(root, name, opening, included):
                yield f"{name}: includes {opening}{included}: {reason}"


def refusal(root, name, opening, included):
    if ".." in included.split("/") and (opening == "<" or not is_private(root, name, included)):
        return "a path out of its library or program"
    package = re.sub(r"\.h(pp)?$", "", included.split("/")[0]) if not included in OPERATING_SYSTEM else included
    if package in NAMESPACES and "/" in included:
        public = root / NAMESPACES[package] / "include" / included
        if not public.exists() and not is_private(root, name, included):
            return "no such public header"
    elif opening == '"':
        return None if is_private(root, name, included) else "not a file of this library or program"
    elif STANDARD.match(included):
        return "I/O and threads have their homes" if PURE.match(name) and included in IMPURE_STANDARD else None
    elif SIMD.match(included) and name.startswith("libsipmsg/src/"):
        return None
    return layer_refusal(name, package, included)


def is_private(root, name, included):
    """A file under the src/ (or tools/PROGRAM) that this one belongs to, named from there or from beside this one."""
    home = root / (name.split("/")[0] + "/src" if name.startswith("lib") else "/".join(name.split("/")[:2]))
    beside = ((root / name).parent / included).resolve()
    if (home / included).with_suffix(".rl").exists() and included.endswith("_parser.ipp"):
        return True  # what Ragel makes of it
    return (home / included).exists() or beside.exists() and beside.is_relative_to(home.resolve())


def layer_refusal(name, package, included):
    for pattern, allowed in ZONES:
        if re.match(pattern, name):
            if package not in allowed:
                return "above this layer, or not among its packages"
            if included.startswith("siptxn/net/") and PURE.match(name):
                return "the sockets stand above this"
            if included in OPENSSL_TLS and "/net/" not in name and not name.startswith("libsipmedia-gst/"):
                return "TLS belongs to net/"
            return None
    return None

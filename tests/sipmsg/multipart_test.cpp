// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/message.hpp>
#include <sipmsg/multipart.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace sipmsg;

namespace {

Result<Multipart> split(std::string_view body, std::string_view boundary = "edge", const ParseOptions& options = {}) {
    static std::string value;
    value = "multipart/mixed;boundary=\"" + std::string(boundary) + "\"";
    return Multipart::parse(*ContentType::parse(value), body, options);
}

ParseErrc code_of(std::string_view body) { return split(body).error().code; }

/// `levels` multiparts, each in the one before it.
std::string nested(int levels) {
    std::string body = "\r\ninnermost";
    for (int level = levels; level > 0; --level) {
        const auto boundary = "level" + std::to_string(level) + ".";
        const auto inner = level == levels ? body
                                           : "Content-Type: multipart/mixed; boundary=level" +
                                                 std::to_string(level + 1) + ".\r\n\r\n" + body;
        body = "--" + boundary + "\r\n" + inner + "\r\n--" + boundary + "--\r\n";
    }
    return body;
}

}  // namespace

TEST_CASE("a multipart body is parts between boundary lines (RFC 2046 §5.1.1)") {
    const auto body = crlf(
        "Nobody reads this.\n"
        "--edge\n"
        "Content-Type: application/sdp\n"
        "\n"
        "v=0\n"
        "\n"
        "--edge  \t\n"
        "\n"
        "no head\n"
        "--edge\n"
        "content-id : <photo@host.example>\n"
        "X-Long: a\n"
        " b\n"
        "Content-Type: image/png\n"
        "\n"
        "\n"
        "--edge\n"
        "Content-Type: text/css\n"
        "\n"
        "--edge--\n"
        "Nor this.");
    const auto multipart = split(body);
    REQUIRE(multipart);
    CHECK(multipart->preamble() == "Nobody reads this.");
    CHECK(multipart->epilogue() == "Nor this.");
    const auto parts = multipart->parts();
    REQUIRE(parts.size() == 4);
    CHECK(parts[0].body() == "v=0\r\n");
    CHECK(parts[0].content_type()->is("application", "sdp"));
    CHECK(parts[1].head().empty());
    CHECK(parts[1].body() == "no head");
    CHECK(parts[1].content_type()->is("text", "plain"));
    CHECK(parts[2].content_id() == "photo@host.example");
    CHECK(unfold(*parts[2].raw("x-long")) == "a b");
    CHECK(parts[2].raw("CONTENT-TYPE") == "image/png");
    CHECK(!parts[2].raw("Subject"));
    CHECK(parts[2].body().empty());
    CHECK(parts[3].head() == "Content-Type: text/css\r\n");
    CHECK(parts[3].body().empty());
    auto rest = parts[2].head();
    std::vector<std::string> names;
    while (const auto field = BodyPart::next_field(rest)) names.emplace_back(field->name);
    CHECK(names == std::vector<std::string>{"content-id", "X-Long", "Content-Type"});
}

TEST_CASE("a part is found by its Content-ID and by its type, at any level (RFC 5621)") {
    const auto body = crlf(
        "--edge\n"
        "Content-Type: multipart/alternative;boundary=\"in side\"\n"
        "Content-ID: <all@x>\n"
        "\n"
        "--in side\n"
        "Content-Type: text/plain\n"
        "\n"
        "plain\n"
        "--in side\n"
        "Content-Type: Text/HTML; charset=utf-8\n"
        "Content-ID: <50%@x>\n"
        "\n"
        "<p>\n"
        "--in side--\n"
        "--edge\n"
        "Content-Type: application/sdp\n"
        "\n"
        "v=0\n"
        "--edge--");
    const auto multipart = split(body);
    REQUIRE(multipart);
    REQUIRE(multipart->parts().size() == 2);
    const auto& alternative = multipart->parts()[0];
    CHECK(alternative.is_multipart());
    CHECK(alternative.depth() == 1);
    REQUIRE(multipart->parts(alternative).size() == 2);
    CHECK(multipart->parts(alternative)[1].body() == "<p>");
    CHECK(multipart->parts(alternative)[1].depth() == 2);
    CHECK(multipart->parts(multipart->parts()[1]).empty());
    CHECK(multipart->all().size() == 4);
    CHECK(multipart->find_id("all@x") == &alternative);
    CHECK(multipart->find_id("<all@x>") == &alternative);
    CHECK(multipart->find_id("CID:50%25@x") == &multipart->all()[3]);
    CHECK(multipart->find_id("50%@x") == &multipart->all()[3]);
    CHECK(multipart->find_id("ALL@x") == nullptr);
    CHECK(multipart->find_id("") == nullptr);
    CHECK(multipart->find_type("text", "html") == &multipart->all()[3]);
    CHECK(multipart->find_type("application", "sdp") == &multipart->parts()[1]);
    CHECK(multipart->find_type("application", "json") == nullptr);
}

TEST_CASE("a session description is for the session and all else to be rendered, unless it says so (RFC 3261 §20.11)") {
    CHECK(Disposition::of(std::nullopt, "Application/SDP;x=1")->type == "session");
    CHECK(Disposition::of(std::nullopt, "text/plain")->type == "render");
    CHECK(Disposition::of(std::nullopt, std::nullopt)->type == "render");
    CHECK(Disposition::of(std::nullopt, "///")->type == "render");
    CHECK(Disposition::of(std::nullopt, "text/plain")->handling == Handling::required);
    CHECK(Disposition::of("early-session", "application/sdp")->type == "early-session");
    CHECK(Disposition::of("icon ; Handling=OPTIONAL", "text/plain")->handling == Handling::optional);
    CHECK(Disposition::of("icon;handling=required", "text/plain")->handling == Handling::required);
    CHECK(Disposition::of("icon;handling=perhaps", "text/plain")->handling == Handling::required);
    CHECK(!Disposition::of("a b", "text/plain"));
    const auto text = crlf("MESSAGE sip:a@b SIP/2.0\nContent-Type: application/sdp\nContent-Disposition: @\n\n");
    CHECK(Disposition::of(*parse(text)).error().offset == text.find('@', 20));
    CHECK(Disposition::of(*parse(text)).error().header == Header::content_disposition);
    const auto body = crlf(
        "--edge\nContent-Disposition: alert;handling=optional\n\n--edge\nContent-Type: "
        "application/sdp\n\n--edge--");
    const auto multipart = split(body);
    REQUIRE(multipart);
    CHECK(multipart->parts()[0].disposition()->type == "alert");
    CHECK(multipart->parts()[0].disposition()->handling == Handling::optional);
    CHECK(multipart->parts()[1].disposition()->type == "session");
}

TEST_CASE("the multipart of a message is read by its Content-Type, and faults are counted in the message") {
    const std::string head = "MESSAGE sip:a@b SIP/2.0\r\nContent-Type: multipart/mixed; boundary=";
    const auto text = head + "b1\r\n\r\n--b1\r\n\r\nx\r\n--b1--\r\n";
    const auto message = parse(text);
    CHECK(Multipart::parse(*message)->parts()[0].body() == "x");
    const auto broken = head + "b1\r\n\r\n--b1\r\nno colon\r\n\r\nx\r\n--b1--\r\n";
    const auto fault = Multipart::parse(*parse(broken)).error();
    CHECK(fault.header == Header::none);
    CHECK(fault.offset == broken.find("colon"));
    const auto unnamed = head + "\"\"\r\n\r\n--b1\r\n\r\nx\r\n--b1--\r\n";
    CHECK(Multipart::parse(*parse(unnamed)).error().header == Header::content_type);
    CHECK(Multipart::parse(*parse(unnamed)).error().offset == unnamed.find("\"\""));
    CHECK(Multipart::parse(*parse("MESSAGE sip:a@b SIP/2.0\r\n\r\n")).error().code == ParseErrc::missing);
    CHECK(Multipart::parse(*parse("MESSAGE sip:a@b SIP/2.0\r\nc: text/plain\r\n\r\n")).error().code ==
          ParseErrc::syntax);
}

TEST_CASE("a boundary is 1 to 70 octets of few kinds (RFC 2046 §5.1.1)") {
    const auto with = [](const std::string& params) {
        return Multipart::parse(*ContentType::parse("multipart/mixed" + params), "--b\r\n\r\n\r\n--b--");
    };
    CHECK(with(";boundary=b"));
    CHECK(with(";x=y;BOUNDARY=\"b\""));
    CHECK(with("").error().code == ParseErrc::missing);
    CHECK(with("").error().header == Header::content_type);
    CHECK(with(";boundary").error().code == ParseErrc::missing);
    CHECK(with(";boundary").error().offset == 0);
    CHECK(with(";boundary=\"\"").error().code == ParseErrc::syntax);
    CHECK(with(";boundary=\"b \"").error().code == ParseErrc::syntax);
    CHECK(with(";boundary=\"b\\\"\"").error().code == ParseErrc::syntax);
    CHECK(with(";boundary=\"<b>\"").error().code == ParseErrc::syntax);
    CHECK(with(";boundary=" + std::string(5'000, 'b')).error().code == ParseErrc::too_large);
    for (std::size_t size : {70U, 71U}) {
        const std::string boundary(size, 'b');
        const auto body = "--" + boundary + "\r\n\r\nx\r\n--" + boundary + "--";
        CHECK(split(body, boundary).has_value() == (size == 70));
    }
}

TEST_CASE("a multipart body that is cut or ambiguous is refused, not guessed at") {
    CHECK(code_of("") == ParseErrc::incomplete);
    CHECK(code_of("--x") == ParseErrc::incomplete);
    CHECK(code_of("--edge") == ParseErrc::incomplete);
    CHECK(code_of("--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n\r\nnever closed") == ParseErrc::incomplete);
    CHECK(code_of("--edge\r\n\r\nnever closed\r\n--edge") == ParseErrc::incomplete);
    CHECK(code_of("--edge\r\nContent-Ty\r\n--edge--") == ParseErrc::incomplete);
    CHECK(code_of("--edge\r\nContent-Type: text/plain\r\n--edge--") == ParseErrc::incomplete);
    CHECK(code_of("--edge\r\nno colon\r\n\r\nx\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n folded: a\r\n\r\nx\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n\r\nx\r\n--edgeX\r\n\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n\r\nx\r\n--edge--X\r\n") == ParseErrc::syntax);
    CHECK(code_of("--edge\n\nx\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n\r\nx\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\nX: a\n\r\nx\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\nX: a\r\n\n\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\n\n\r\n--edge--") == ParseErrc::syntax);
    CHECK(code_of("--edge\r\nContent-Type: multipart/mixed\r\n\r\nx\r\n--edge--") == ParseErrc::missing);
    CHECK(code_of("--edge\r\nContent-Type: multipart/mixed;boundary=in\r\n\r\n--in\r\n\r\nx\r\n--edge--") ==
          ParseErrc::incomplete);
    const std::string whole = "pre\r\n--edge\r\nA: b\r\n\r\nx\r\n--edge\r\n\r\n\r\n--edge--";
    REQUIRE(split(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(!split(std::string_view(whole).substr(0, size)));
    CHECK(split("--edge\r\n\r\na --edge\r\n -- edge\r\n--edg\r\n--edge--")->parts()[0].body() ==
          "a --edge\r\n -- edge\r\n--edg");
}

TEST_CASE("a missing closing boundary and lines that end with LF alone are read on request only") {
    ParseOptions options;
    options.lenient.unclosed_multipart = true;
    const auto open = split("--edge\r\n\r\none\r\n--edge\r\n\r\ntwo", "edge", options);
    REQUIRE(open);
    CHECK(open->parts().size() == 2);
    CHECK(open->parts()[1].body() == "two");
    CHECK(!split("no boundary at all", "edge", options));
    CHECK(!split("--edge\n\none\n--edge--", "edge", options));
    options = {};
    options.lenient.bare_lf = true;
    const auto bare = split("--edge\nA: b\n\none\n--edge--\n", "edge", options);
    REQUIRE(bare);
    CHECK(bare->parts()[0].raw("A") == "b");
    CHECK(bare->parts()[0].body() == "one");
    CHECK(!split("--edge\n\none", "edge", options));
}

TEST_CASE("levels and parts of a multipart body are bounded") {
    for (int levels : {1, 2, 3, 4}) {
        const auto body = nested(levels);
        const auto multipart = split(body, "level1.");
        REQUIRE(multipart);
        CHECK(multipart->all().size() == static_cast<std::size_t>(levels));
        CHECK(multipart->all().back().body() == "innermost");
        CHECK(multipart->all().back().depth() == static_cast<std::size_t>(levels));
    }
    CHECK(split(nested(5), "level1.").error().code == ParseErrc::too_many);
    CHECK(split(nested(300), "level1.").error().code == ParseErrc::too_many);
    const auto of_parts = [](int parts) {
        std::string body;
        for (int i = 0; i < parts; ++i) body += "--edge\r\n\r\nx\r\n";
        return body + "--edge--";
    };
    CHECK(split(of_parts(32)));
    CHECK(code_of(of_parts(33)) == ParseErrc::too_many);
    CHECK(code_of(of_parts(5'000)) == ParseErrc::too_many);
    const auto inner = "--edge\r\nContent-Type: multipart/mixed;boundary=in\r\n\r\n";
    const auto inside = [](int parts) {
        std::string body;
        for (int i = 0; i < parts; ++i) body += "--in\r\n\r\nx\r\n";
        return body + "--in--\r\n--edge--";
    };
    CHECK(split(inner + inside(31)));
    CHECK(code_of(inner + inside(32)) == ParseErrc::too_many);
    ParseOptions options;
    options.limits.multipart_depth = 300;
    options.limits.multipart_parts = 300;
    CHECK(split(nested(300), "level1.", options)->all().size() == 300);
}

TEST_CASE("a part full of boundaries is told from its neighbours by a boundary not much longer") {
    std::string hostile = "--b--b--b" + std::string(100, 'x');
    for (char first = '0'; first <= 'z'; ++first) {
        hostile += "\r\n--b" + std::string(1, first);
        for (char second = '0'; second <= 'Z'; ++second) hostile += "\r\n--b" + std::string{first, second};
    }
    const NewPart parts[] = {{.body = hostile}, {.body = "--b"}};
    const auto text = compose_multipart("mixed", parts, "b");
    const auto type = ContentType::parse(text.content_type);
    REQUIRE(type);
    CHECK(type->params.get("boundary")->size() <= std::string_view("\"b..\"").size());
    const auto multipart = Multipart::parse(*type, text.body);
    REQUIRE(multipart);
    REQUIRE(multipart->parts().size() == 2);
    CHECK(multipart->parts()[0].body() == hostile);
    CHECK(multipart->parts()[1].body() == "--b");
    const std::string longest(70, 'q'), delimiter = "--" + longest;
    const NewPart same[] = {{.body = longest}}, marked[] = {{.body = delimiter}};
    CHECK(compose_multipart("mixed", same, longest).body.starts_with("--" + longest));
    CHECK_THROWS_AS(compose_multipart("mixed", marked, longest), std::invalid_argument);
}

TEST_CASE("what is composed is read back, whatever stands in the parts") {
    const std::vector<std::pair<std::string_view, std::string_view>> fields = {
        {"Content-Language", "de"}
    };
    const NewPart parts[] = {
        {.content_type = "application/sdp",           .body = "v=0\r\n", .disposition = "session;handling=required"},
        {.content_type = "text/plain",
         .body = "--seed\r\n--seedxx\r\n--seedx--",
         .content_id = "a@b",
         .fields = fields},
        {.body = ""               },
    };
    const auto text = compose_multipart("related", parts, "seed");
    CHECK(text.content_type == "multipart/related;boundary=\"seed0\"");
    auto message = Message::request("MESSAGE", "sip:a@b.example");
    message.set_body(text.content_type, text.body);
    const auto multipart = Multipart::parse(message.view());
    REQUIRE(multipart);
    REQUIRE(multipart->parts().size() == 3);
    CHECK(multipart->parts()[0].body() == "v=0\r\n");
    CHECK(multipart->parts()[0].disposition()->type == "session");
    CHECK(multipart->find_id("a@b")->body() == parts[1].body);
    CHECK(multipart->find_id("a@b")->raw("content-language") == "de");
    CHECK(multipart->parts()[2].head().empty());
    CHECK(multipart->parts()[2].body().empty());

    const NewPart outer[] = {
        {.content_type = text.content_type, .body = text.body},
        parts[0]
    };
    const auto twice = compose_multipart("mixed", outer, "seed");
    message.set_body(twice.content_type, twice.body);
    const auto both = Multipart::parse(message.view());
    REQUIRE(both);
    CHECK(both->parts().size() == 2);
    CHECK(both->parts(both->parts()[0]).size() == 3);
    CHECK(compose_multipart("mixed", {parts, 1}, "seed").content_type == "multipart/mixed;boundary=\"seed\"");
}

TEST_CASE("a part that would break the body is refused before anything is built") {
    const auto composes = [](const NewPart& part, std::string_view subtype = "mixed", std::string_view boundary = "b") {
        try {
            return !compose_multipart(subtype, {&part, 1}, boundary).body.empty();
        } catch (const std::invalid_argument&) {
            return false;
        }
    };
    const std::pair<std::string_view, std::string_view> bad_name[] = {
        {"A B", "c"}
    };
    const std::pair<std::string_view, std::string_view> bad_value[] = {
        {"A", "b\r\nC: d"}
    };
    CHECK(composes({.content_type = "text/plain", .body = "x"}));
    CHECK(!composes({.content_type = "text/plain\r\nX: y", .body = "x"}));
    CHECK(!composes({.body = "x", .disposition = "a\nb"}));
    CHECK(!composes({.body = "x", .content_id = std::string_view("a\0b", 3)}));
    CHECK(!composes({.body = "x", .fields = bad_name}));
    CHECK(!composes({.body = "x", .fields = bad_value}));
    CHECK(!composes({.body = "x"}, "mi/xed"));
    CHECK(!composes({.body = "x"}, "mixed", ""));
    CHECK(!composes({.body = "x"}, "mixed", "a\"b"));
    CHECK(!composes({.body = "x"}, "mixed", std::string(71, 'b')));
    const auto full = "--" + std::string(70, 'b');
    CHECK(!composes({.body = full}, "mixed", std::string(70, 'b')));
    CHECK(composes({.body = full}, "mixed", std::string(69, 'b')));
    CHECK_THROWS_AS((void)compose_multipart("mixed", {}, "b"), std::invalid_argument);
}

// SPDX-License-Identifier: MIT
#pragma once

#include "dns_octets.hpp"
#include "net/loop.hpp"

#include <siptxn/dns_message.hpp>
#include <siptxn/sim/zone.hpp>

#include <asio/ip/udp.hpp>
#include <asio/read.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A name server on loopback, UDP and TCP on one port, that answers from a table or misbehaves as it is told.
class NameServer {
public:
    struct Query {
        unsigned id = 0;
        std::string name;
        unsigned type = 0;
        bool over_tcp = false;
    };
    /// What is sent back, octet by octet; nullopt is silence.
    using Reply = std::function<std::optional<std::string>(const Query&)>;

    explicit NameServer(Loop& loop) : acceptor_(loop.context), socket_(loop.context) {
        for (std::error_code taken;;) {
            acceptor_ = asio::ip::tcp::acceptor(loop.context, tcp_endpoint(any_loopback));
            socket_.open(asio::ip::udp::v4());
            socket_.bind({asio::ip::make_address("127.0.0.1"), address().port}, taken);
            if (!taken) break;
            socket_.close();
        }
        receive();
        accept();
    }

    siptxn::SocketAddress address() const { return {any_loopback.ip, acceptor_.local_endpoint().port()}; }

    siptxn::sim::Zone zone;
    std::map<std::string, Reply> replies;  ///< of a name, instead of the table's
    std::vector<Query> queries;            ///< so far

    /// The table's answer. A name without any record of any type does not exist.
    std::string answer(const Query& query, unsigned flags = dns::response) const {
        auto type = type_of(query.type);
        auto records = type ? zone.find(query.name, *type) : std::vector<siptxn::DnsRecord>{};
        return dns::answer(query.name, type.value_or(siptxn::RecordType::a), records, flags, query.id);
    }

private:
    struct Stream {
        explicit Stream(asio::ip::tcp::socket s) : socket(std::move(s)) {}
        asio::ip::tcp::socket socket;
        std::array<std::uint8_t, 2> length{};
        std::string body;
        std::string reply;
    };

    static std::optional<siptxn::RecordType> type_of(unsigned code) {
        using enum siptxn::RecordType;
        for (auto type : {a, aaaa, srv, naptr})
            if (siptxn::code_of(type) == code) return type;
        return std::nullopt;
    }
    static unsigned u16(std::string_view octets, std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(octets[at])) << 8 |
               static_cast<unsigned char>(octets[at + 1]);
    }
    /// Of queries by c-ares, which are sound.
    static Query read(std::string_view octets, bool over_tcp) {
        Query query{u16(octets, 0), {}, 0, over_tcp};
        std::size_t at = 12;
        while (octets[at] != 0) {
            auto size = static_cast<unsigned char>(octets[at]);
            query.name += (query.name.empty() ? "" : ".") + std::string(octets.substr(at + 1, size));
            at += size + 1;
        }
        query.type = u16(octets, at + 1);
        return query;
    }
    std::optional<std::string> respond(std::string_view octets, bool over_tcp) {
        queries.push_back(read(octets, over_tcp));
        auto reply = replies.find(queries.back().name);
        return reply == replies.end() ? answer(queries.back()) : reply->second(queries.back());
    }

    void receive() {
        socket_.async_receive_from(asio::buffer(datagram_), peer_, [this](std::error_code error, std::size_t size) {
            if (error == asio::error::operation_aborted) return;
            auto reply = error ? std::nullopt : respond({datagram_.data(), size}, false);
            if (reply) socket_.send_to(asio::buffer(*reply), peer_);
            receive();
        });
    }
    void accept() {
        acceptor_.async_accept([this](std::error_code error, asio::ip::tcp::socket socket) {
            if (error) return;
            streams_.push_back(std::make_shared<Stream>(std::move(socket)));
            read_length(streams_.back());
            accept();
        });
    }
    void read_length(std::shared_ptr<Stream> stream) {
        asio::async_read(stream->socket, asio::buffer(stream->length),
                         [this, stream](std::error_code error, std::size_t) {
                             if (!error) read_body(stream);
                         });
    }
    void read_body(std::shared_ptr<Stream> stream) {
        stream->body.resize(static_cast<std::size_t>(stream->length[0]) << 8 | stream->length[1]);
        asio::async_read(stream->socket, asio::buffer(stream->body),
                         [this, stream](std::error_code error, std::size_t) {
                             if (error) return;
                             auto reply = respond(stream->body, true);
                             if (!reply) return;
                             stream->reply = DnsOctets().u16(static_cast<unsigned>(reply->size())).text + *reply;
                             asio::async_write(stream->socket, asio::buffer(stream->reply),
                                               [this, stream](std::error_code failed, std::size_t) {
                                                   if (!failed) read_length(stream);
                                               });
                         });
    }

    asio::ip::tcp::acceptor acceptor_;
    asio::ip::udp::socket socket_;
    asio::ip::udp::endpoint peer_;
    std::array<char, 4096> datagram_{};
    std::list<std::shared_ptr<Stream>> streams_;
};

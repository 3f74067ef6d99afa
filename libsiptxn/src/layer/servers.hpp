// SPDX-License-Identifier: MIT
#pragma once

#include "layer/hash_table.hpp"
#include "layer/stateless_answers.hpp"
#include "layer/transaction.hpp"

#include <siptxn/invite_server.hpp>
#include <siptxn/non_invite_server.hpp>

#include <sipmsg/essentials.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <variant>

namespace siptxn {

/// One server transaction: RFC 3261 §17.2. `flow` is where its responses go.
struct Server : Transaction {
    using Machine = std::variant<InviteServer, NonInviteServer>;
    /// One block of memory, with the text of the key behind the rest.
    [[nodiscard]] static Server& make(Machine machine, std::string_view key) {
        return *new (key) Server(std::move(machine), key);
    }
    static void* operator new(std::size_t size, std::string_view key) { return ::operator new(size + key.size()); }
    static void operator delete(void* memory) noexcept { ::operator delete(memory); }
    static void operator delete(void* memory, std::string_view) noexcept { ::operator delete(memory); }

    [[nodiscard]] bool is_terminated() const;
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;

    ServerId id = ServerId::none;
    Machine machine;
    sipmsg::MessagePtr request;  ///< until the final response: then it is the user's alone
    Octets last_response;        ///< as long as it may be sent again
    std::uint16_t sent_by_port = 0;
    bool cancelled = false;
    bool has_origin = false;  ///< it stands among those that may be merged
    HashLink<Server> id_link;
    HashLink<Server> key_link;
    HashLink<Server> origin_link;

private:
    Server(Machine made, std::string_view text) : Transaction(Kind::server), machine(std::move(made)) {
        auto* const behind = reinterpret_cast<char*>(this + 1);
        std::ranges::copy(text, behind);
        key = {behind, text.size()};
    }
};

/// The server side: matching (RFC 3261 §17.2.3), CANCEL (§9.2), ACK, the way back (§18.2.2).
class Servers {
public:
    Servers(Context& context, Flows& flows, StatelessAnswers& answers)
        : context_(context), flows_(flows), answers_(answers) {}
    Servers(const Servers&) = delete;
    Servers& operator=(const Servers&) = delete;
    ~Servers();

    /// A request whose mandatory headers are sound; `head` is of it.
    void on_request(const sipmsg::MessageView& request, const sipmsg::Essentials& head, const Flow& flow,
                    TimePoint now);
    bool respond(ServerId id, sipmsg::Message&& response, TimePoint now);

    void flow_ready(const Waiter& waiter, const Flow& flow, TimePoint now);
    void flow_refused(const Waiter& waiter, std::error_code error, TimePoint now);
    void flow_lost(const Flow& flow, std::error_code error, TimePoint now);
    void expire(Server& server, TimePoint now) { settle(server, now); }
    void report_merged(bool on) noexcept { looks_for_merged_ = on; }

    [[nodiscard]] std::size_t count() const noexcept { return by_id_.size(); }

private:
    struct Key {
        std::string_view text;  ///< in scratch_
        std::uint64_t hash;
    };

    void on_ack(const sipmsg::MessageView& ack, const sipmsg::Essentials& head, const Flow& flow, TimePoint now);
    void on_cancel(const sipmsg::MessageView& request, const sipmsg::Essentials& head, const Flow& flow, TimePoint now);
    void pass_on(const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow);
    void cancel(Server& invite, const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow);
    Server* cancelled_by(const sipmsg::MessageView& request, const sipmsg::Essentials& head);
    Server* acknowledged_by(const sipmsg::MessageView& ack, const sipmsg::Essentials& head);
    void repeated(Server& server, TimePoint now);
    void create(const sipmsg::MessageView& request, const sipmsg::Essentials& head, const Key& key, const Flow& flow,
                TimePoint now);
    void send_trying(Server& server, TimePoint now);
    void send(Server& server, TimePoint now);
    void transmit(Server& server, TimePoint now);
    void transport_error(Server& server, std::error_code error, TimePoint now);
    void carry_out(Server& server, Effects effects, std::error_code error, TimePoint now);
    void settle(Server& server, TimePoint now);
    void end(Server& server);
    [[nodiscard]] bool is_merged(Server& server, const sipmsg::Essentials& head);
    Server* find(ServerId id);
    Server* find(const Key& key);
    [[nodiscard]] Key key_of(const sipmsg::MessageView& request, const sipmsg::Essentials& head,
                             std::string_view method);
    void write_legacy_key(const sipmsg::MessageView& request, const sipmsg::Essentials& head);

    Context& context_;
    Flows& flows_;
    StatelessAnswers& answers_;
    std::uint64_t last_id_ = 0;
    HashTable<Server, &Server::id_link> by_id_;       ///< owns them
    HashTable<Server, &Server::key_link, 2> by_key_;  ///< two: mostly none stands before another
    HashTable<Server, &Server::origin_link> by_origin_;
    bool looks_for_merged_ = false;
    PeerIndex peers_;  ///< those whose response has left over UDP and has not failed yet
    std::string scratch_;
};

}  // namespace siptxn

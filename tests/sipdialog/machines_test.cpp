// SPDX-License-Identifier: MIT
// Each machine, every state with every event: a changed row is a changed line here.
#include "notifier_machine.hpp"
#include "prack_machine.hpp"
#include "progress_machine.hpp"
#include "reinvite_machine.hpp"
#include "session_machine.hpp"
#include "subscriber_machine.hpp"

#include <sipdialog/offer_answer.hpp>
#include <sipdialog/session_timer.hpp>
#include <sipdialog/trickle.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace {

using namespace sipdialog;

template <class Machine, std::size_t N>
std::string written(unsigned effects, const std::array<const char*, N>& names) {
    std::string out;
    for (std::size_t bit = 0; bit < N; ++bit)
        if (effects & (1u << bit)) out += std::string(out.empty() ? "" : "+") + names[bit];
    return out;
}

// Every pair that does something: "state event -> state effects".
template <class Machine, std::size_t N>
std::string figure(int states, int events, Machine (*in)(int), const std::array<const char*, N>& effect_names) {
    std::string out;
    for (int state = 0; state < states; ++state) {
        for (int event = 0; event < events; ++event) {
            auto machine = in(state);
            auto before = machine.state();
            auto effects = machine.on(static_cast<typename Machine::Event>(event));
            if (machine.state() == before && effects == 0) continue;
            out += std::string(to_string(before)) + " " +
                   std::string(to_string(static_cast<typename Machine::Event>(event))) + " -> " +
                   std::string(to_string(machine.state()));
            if (effects) out += " " + written<Machine>(effects, effect_names);
            out += "\n";
        }
    }
    return out;
}

OfferAnswer offer_answer_in(int state) {
    using Event = OfferAnswer::Event;
    OfferAnswer machine;
    switch (static_cast<OfferAnswer::State>(state)) {
        case OfferAnswer::State::stable: break;
        case OfferAnswer::State::making_offer: machine.on(Event::offer_wanted); break;
        case OfferAnswer::State::offered: machine.on(Event::own_offer); break;
        case OfferAnswer::State::making_answer: machine.on(Event::remote_offer); break;
        case OfferAnswer::State::applying_answer:
            machine.on(Event::own_offer);
            machine.on(Event::remote_answer);
            break;
    }
    return machine;
}

std::string offer_answer_figure() {
    constexpr std::array names{"ask", "agree", "roll_back", "drop", "refuse_pending", "refuse_busy"};
    return figure<OfferAnswer>(5, 9, offer_answer_in, names);
}

std::string session_figure() {
    constexpr std::array names{"invite",    "cancel", "success", "refusal", "ack",
                               "establish", "settle", "hang_up", "end"};
    auto in = [](int state) { return SessionMachine(static_cast<SessionMachine::State>(state)); };
    return figure<SessionMachine>(10, 13, +in, names);
}

std::string reinvite_figure() {
    constexpr std::array names{"ask", "send", "back_off", "roll_back", "report", "hang_up", "cancel"};
    auto in = [](int state) { return ReinviteMachine(static_cast<ReinviteMachine::State>(state)); };
    return figure<ReinviteMachine>(5, 9, +in, names);
}

std::string subscriber_figure() {
    constexpr std::array names{"subscribe", "farewell", "end"};
    auto in = [](int state) { return SubscriberMachine(static_cast<SubscriberState>(state)); };
    return figure<SubscriberMachine>(6, 9, +in, names);
}

std::string notifier_figure() {
    constexpr std::array names{"notify", "end"};
    auto in = [](int state) { return NotifierMachine(static_cast<NotifierState>(state)); };
    return figure<NotifierMachine>(4, 7, +in, names);
}

std::string progress_figure() {
    constexpr std::array names{"ask", "send", "confirm", "decline", "report", "refuse", "remember"};
    auto in = [](int state) { return ProgressMachine(static_cast<ProgressMachine::State>(state)); };
    return figure<ProgressMachine>(5, 12, +in, names);
}

std::string prack_figure() {
    constexpr std::array names{"ask", "prack", "settle", "offer"};
    auto in = [](int state) { return PrackMachine(static_cast<PrackMachine::State>(state)); };
    return figure<PrackMachine>(4, 6, +in, names);
}

std::string session_timer_figure() {
    constexpr std::array names{"start", "refresh", "postpone", "hang_up"};
    auto in = [](int state) { return SessionTimer(static_cast<SessionTimer::State>(state)); };
    return figure<SessionTimer>(4, 6, +in, names);
}

std::string trickle_figure() {
    constexpr std::array names{"send"};
    auto in = [](int state) { return TrickleMachine(static_cast<TrickleMachine::State>(state)); };
    return figure<TrickleMachine>(6, 5, +in, names);
}

struct Drawing {
    const char* title;
    std::string (*figure)();
};
constexpr std::array drawings{
    Drawing{"Offer and answer",                      offer_answer_figure },
    Drawing{"A session",                             session_figure      },
    Drawing{"Our re-INVITE or UPDATE",               reinvite_figure     },
    Drawing{"A subscription of ours",                subscriber_figure   },
    Drawing{"A subscription to us",                  notifier_figure     },
    Drawing{"Our provisional response",              progress_figure     },
    Drawing{"A reliable provisional response to us", prack_figure        },
    Drawing{"The session timer",                     session_timer_figure},
    Drawing{"Candidates that follow",                trickle_figure      },
};

/// "state event -> state effects" as a line of a Mermaid diagram: "state --> state: event / effects".
std::string arrow(const std::string& line) {
    std::istringstream words(line);
    std::string from, event, to, effects;
    words >> from >> event >> to >> to >> effects;
    return "    " + from + " --> " + to + ": " + event + (effects.empty() ? "" : " / " + effects) + "\n";
}

std::string page() {
    std::string text =
        "# The state machines of libsipdialog\n\n"
        "Drawn from the tables in `src/`, each arrow `event / what is done`. An event without an arrow changes "
        "nothing.\n"
        "`SIPDIALOG_DRAW=1 build/tests/sipdialog/sipdialog_test` writes this file anew.\n";
    for (const auto& drawing : drawings) {
        text += "\n## " + std::string(drawing.title) + "\n\n```mermaid\nstateDiagram-v2\n";
        std::istringstream lines(drawing.figure());
        for (std::string line; std::getline(lines, line);) text += arrow(line);
        text += "```\n";
    }
    return text;
}

}  // namespace

TEST_CASE("offer/answer does what the figure says in every state for every event (RFC 3261 §13.2.1)") {
    CHECK(offer_answer_figure() ==
          "stable offer_wanted -> making_offer ask\n"
          "stable remote_offer -> making_answer ask\n"
          "stable own_offer -> offered\n"
          "stable own_answer -> stable agree\n"
          "making_offer remote_offer -> making_offer refuse_pending\n"
          "making_offer described -> offered\n"
          "making_offer failed -> stable\n"
          "making_offer withdrawn -> stable roll_back+drop\n"
          "offered remote_offer -> offered refuse_pending\n"
          "offered remote_answer -> applying_answer ask\n"
          "offered refused -> stable roll_back\n"
          "offered withdrawn -> stable roll_back\n"
          "making_answer remote_offer -> making_answer refuse_busy\n"
          "making_answer described -> stable agree\n"
          "making_answer failed -> stable roll_back\n"
          "making_answer withdrawn -> stable roll_back+drop\n"
          "applying_answer remote_offer -> applying_answer refuse_busy\n"
          "applying_answer described -> stable agree\n"
          "applying_answer failed -> stable\n"
          "applying_answer withdrawn -> stable drop\n");
}

TEST_CASE("agreement is remembered once it was reached (RFC 3264 §4)") {
    OfferAnswer machine;
    machine.on(OfferAnswer::Event::remote_offer);
    CHECK_FALSE(machine.is_agreed());
    machine.on(OfferAnswer::Event::described);
    CHECK(machine.is_agreed());
    machine.on(OfferAnswer::Event::offer_wanted);
    machine.on(OfferAnswer::Event::failed);
    CHECK(machine.is_agreed());
    CHECK(machine.is_stable());
}

TEST_CASE("a session does what the figure says in every state for every event (RFC 3261 §9, §13, §15)") {
    CHECK(session_figure() ==
          "offering described -> calling invite\n"
          "offering undescribed -> ended end\n"
          "offering give_up -> ended settle+end\n"
          "calling success -> answering\n"
          "calling failure -> ended settle+end\n"
          "calling give_up -> canceling cancel+settle\n"
          "canceling success -> closing ack+hang_up\n"
          "canceling failure -> ended end\n"
          "canceling timeout -> ended end\n"
          "answering described -> confirmed ack+establish\n"
          "answering undescribed -> closing ack+settle+hang_up\n"
          "answering give_up -> closing ack+settle+hang_up\n"
          "answering peer_bye -> ended ack+settle+end\n"
          "ringing accept -> accepting\n"
          "ringing give_up -> ended refusal+settle+end\n"
          "ringing withdrawn -> ended refusal+settle+end\n"
          "accepting described -> confirmed success+establish\n"
          "accepting undescribed -> ended refusal+settle+end\n"
          "accepting give_up -> ended refusal+settle+end\n"
          "accepting withdrawn -> ended refusal+settle+end\n"
          "confirmed undescribed -> closing settle+hang_up\n"
          "confirmed give_up -> deferring settle\n"
          "confirmed peer_bye -> ended settle+end\n"
          "confirmed no_ack -> closing settle+hang_up\n"
          "confirmed gone -> ended settle+hang_up+end\n"
          "deferring peer_bye -> ended end\n"
          "deferring acknowledged -> closing hang_up\n"
          "deferring no_ack -> closing hang_up\n"
          "closing bye_done -> ended end\n");
}

TEST_CASE("our re-INVITE does what the figure says in every state for every event (RFC 3261 §14.1)") {
    CHECK(reinvite_figure() ==
          "idle start -> offering ask\n"
          "idle start_bare -> sent send\n"
          "idle postpone -> waiting\n"
          "waiting start -> offering ask\n"
          "waiting start_bare -> sent send\n"
          "waiting ended -> idle report\n"
          "offering described -> sent send\n"
          "offering undescribed -> idle report\n"
          "offering ended -> idle report\n"
          "sent success -> settling\n"
          "sent refused -> idle roll_back+report\n"
          "sent pending -> waiting back_off+roll_back\n"
          "sent ended -> idle report+cancel\n"
          "settling described -> idle report\n"
          "settling undescribed -> idle report+hang_up\n"
          "settling ended -> idle report\n");
}

TEST_CASE("a subscriber does what the figure says in every state for every event (RFC 6665 §4.1.2)") {
    CHECK(subscriber_figure() ==
          "notify_wait notify_active -> active\n"
          "notify_wait notify_pending -> pending\n"
          "notify_wait notify_terminated -> terminated end\n"
          "notify_wait refused -> terminated end\n"
          "notify_wait timer_n -> terminated end\n"
          "notify_wait unsubscribe -> forsaken\n"
          "forsaken notify_active -> leaving farewell\n"
          "forsaken notify_pending -> leaving farewell\n"
          "forsaken notify_terminated -> terminated end\n"
          "forsaken refused -> terminated end\n"
          "forsaken timer_n -> terminated end\n"
          "pending notify_active -> active\n"
          "pending notify_terminated -> terminated end\n"
          "pending gone -> terminated end\n"
          "pending timer_n -> terminated end\n"
          "pending expired -> terminated end\n"
          "pending refresh -> pending subscribe\n"
          "pending unsubscribe -> leaving farewell\n"
          "active notify_terminated -> terminated end\n"
          "active gone -> terminated end\n"
          "active timer_n -> terminated end\n"
          "active expired -> terminated end\n"
          "active refresh -> active subscribe\n"
          "active unsubscribe -> leaving farewell\n"
          "leaving notify_terminated -> terminated end\n"
          "leaving gone -> terminated end\n"
          "leaving timer_n -> terminated end\n"
          "leaving expired -> terminated end\n");
}

TEST_CASE("a notifier does what the figure says in every state for every event (RFC 6665 §4.2.2)") {
    CHECK(notifier_figure() ==
          "resp_wait refuse -> terminated end\n"
          "resp_wait hold -> pending notify\n"
          "resp_wait grant -> active notify\n"
          "resp_wait close -> terminated notify+end\n"
          "resp_wait expired -> terminated end\n"
          "pending hold -> pending notify\n"
          "pending grant -> active notify\n"
          "pending refreshed -> pending notify\n"
          "pending close -> terminated notify+end\n"
          "pending expired -> terminated notify+end\n"
          "pending failed -> terminated end\n"
          "active grant -> active notify\n"
          "active refreshed -> active notify\n"
          "active close -> terminated notify+end\n"
          "active expired -> terminated notify+end\n"
          "active failed -> terminated end\n");
}

TEST_CASE("our provisional response does what the figure says in every state for every event (RFC 3262 §3, §5)") {
    CHECK(progress_figure() ==
          "idle describe -> describing ask\n"
          "idle send -> awaiting_prack send\n"
          "idle send_once -> idle send+report\n"
          "describing described -> awaiting_prack send\n"
          "describing described_once -> idle send+report\n"
          "describing undescribed -> idle report\n"
          "describing ended -> idle report\n"
          "awaiting_prack prack -> idle confirm+report\n"
          "awaiting_prack prack_answer -> applying ask+confirm\n"
          "awaiting_prack prack_offer -> answering ask\n"
          "awaiting_prack prack_unanswered -> idle confirm+report+refuse\n"
          "awaiting_prack no_prack -> idle report+refuse\n"
          "awaiting_prack ended -> idle report+remember\n"
          "applying described -> idle report\n"
          "applying undescribed -> idle report+refuse\n"
          "applying ended -> idle report\n"
          "answering described -> idle confirm+report\n"
          "answering undescribed -> idle decline+report\n"
          "answering ended -> idle decline+report\n");
}

TEST_CASE("reliable responses to us do what the figure says in every state for every event (RFC 3262 §4)") {
    CHECK(prack_figure() ==
          "idle response -> idle prack\n"
          "idle response_offer -> answering ask\n"
          "idle response_answer -> applying\n"
          "answering described -> idle prack+settle\n"
          "answering undescribed -> idle prack+settle\n"
          "answering ended -> idle\n"
          "applying described -> offering offer\n"
          "applying undescribed -> idle prack\n"
          "applying ended -> idle\n"
          "offering described -> idle\n"
          "offering undescribed -> idle prack\n"
          "offering ended -> idle\n");
}

TEST_CASE("the first reliable response and the next in order are taken, copies and gaps are not (RFC 3262 §4)") {
    PrackMachine machine;
    CHECK_FALSE(machine.takes(0));  // RSeq is 1 at least (RFC 3262 §7.1)
    CHECK(machine.takes(4'294'967'295));
    CHECK(machine.takes(7));
    machine.count(7);
    CHECK_FALSE(machine.takes(7));
    CHECK_FALSE(machine.takes(6));
    CHECK_FALSE(machine.takes(9));
    CHECK(machine.takes(8));
    machine.on(PrackMachine::Event::response_offer);
    CHECK_FALSE(machine.takes(8));  // not before its predecessor has its PRACK
}

TEST_CASE("a session timer does what the figure says in every state for every event (RFC 4028 §10)") {
    CHECK(session_timer_figure() ==
          "off ours -> refreshing start\n"
          "off theirs -> watching start\n"
          "refreshing ours -> refreshing start\n"
          "refreshing theirs -> watching start\n"
          "refreshing none -> off\n"
          "refreshing due -> awaiting refresh\n"
          "refreshing expired -> off hang_up\n"
          "awaiting ours -> refreshing start\n"
          "awaiting theirs -> watching start\n"
          "awaiting none -> off\n"
          "awaiting refused -> refreshing postpone\n"
          "awaiting expired -> off hang_up\n"
          "watching ours -> refreshing start\n"
          "watching theirs -> watching start\n"
          "watching none -> off\n"
          "watching expired -> off hang_up\n");
}

TEST_CASE("candidates that follow go one INFO at a time, to a peer that takes them (RFC 8840 §4.3, RFC 6086 §4.2.2)") {
    CHECK(trickle_figure() ==
          "quiet more -> kept\n"
          "quiet opened -> idle\n"
          "quiet closed -> over\n"
          "kept opened -> sending send\n"
          "kept closed -> over\n"
          "idle more -> sending send\n"
          "sending more -> behind\n"
          "sending taken -> idle\n"
          "sending refused -> over\n"
          "behind taken -> sending send\n"
          "behind refused -> over\n");
}

TEST_CASE("the diagrams are those of the tables") {
    if (std::getenv("SIPDIALOG_DRAW") != nullptr) std::ofstream(DIAGRAMS) << page();
    std::ifstream file(DIAGRAMS);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == page());
}

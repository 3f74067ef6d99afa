// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipdialog {

/// Reliable provisional responses to our INVITE, in one early dialog: which are taken, and when their PRACK goes out.
/// RFC 3262 §4.
///
///   idle --response_offer---> answering --described--> idle                          (the PRACK carries the answer)
///   idle --response_answer--> applying --described--> offering --described--> idle   (the PRACK carries a new offer)
///   idle --response---------> idle                                                   (PRACK at once)
class PrackMachine {
public:
    enum class State : std::uint8_t { idle, answering, applying, offering };
    enum class Event : std::uint8_t {
        response,         ///< the next in order
        response_offer,   ///< the next in order, and it carries the offer our INVITE had not
        response_answer,  ///< the next in order, it carries the answer, and its PRACK is to carry a new offer
        described,
        undescribed,
        ended,  ///< a final response, or another dialog won
    };
    enum Effect : unsigned {
        none = 0,
        ask = 1,
        prack = 2,
        settle = 4,  ///< this dialog has its answer, or never will: the session may go on
        offer = 8,   ///< begin the exchange whose offer the PRACK carries
    };

    PrackMachine() = default;
    PrackMachine(State state) noexcept : state_(state) {}
    [[nodiscard]] State state() const noexcept { return state_; }
    /// Whether the response with that RSeq is the first one or the next in order. Copies and gaps are not, nor is
    /// anything that comes before its predecessor has been dealt with: its copy comes again.
    [[nodiscard]] bool takes(std::uint32_t rseq) const noexcept;
    /// Counts a response that was taken.
    void count(std::uint32_t rseq) noexcept { last_ = rseq; }
    unsigned on(Event event) noexcept;

private:
    State state_ = State::idle;
    std::optional<std::uint32_t> last_;
};

[[nodiscard]] std::string_view to_string(PrackMachine::State state) noexcept;
[[nodiscard]] std::string_view to_string(PrackMachine::Event event) noexcept;

}  // namespace sipdialog

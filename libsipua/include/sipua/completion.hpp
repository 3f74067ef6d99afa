// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/opening.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <system_error>
#include <type_traits>
#include <utility>

namespace sipua {

/// What an operation calls when it is over: posted to the executor that belongs to the caller's completion token, never
/// run inside the function that started it.
using Completion = std::move_only_function<void(std::error_code)>;
/// A completion token, and not the headers that an overload takes in its place.
template <class Token>
concept CompletionTokenOnly = !std::same_as<std::remove_cvref_t<Token>, sipdialog::HeaderList>;
/// Ends an operation early: it completes with operation_aborted at once. Harmless when the operation is over.
using CancelFunction = std::function<void()>;

/// Turns `start(Completion) -> CancelFunction` into an Asio operation with the signature void(std::error_code):
/// callbacks, futures and coroutines all work, and cancellation of any type reaches the CancelFunction.
template <class CompletionToken, class Start>
auto initiate(const asio::any_io_executor& executor, CompletionToken&& token, Start start) {
    return asio::async_initiate<CompletionToken, void(std::error_code)>(
        [](auto handler, asio::any_io_executor fallback, Start begin) {
            auto slot = asio::get_associated_cancellation_slot(handler);
            auto where = asio::prefer(asio::get_associated_executor(handler, fallback),
                                      asio::execution::outstanding_work.tracked);
            Completion done([handler = std::move(handler), where](std::error_code error) mutable {
                asio::post(where, [handler = std::move(handler), error]() mutable { std::move(handler)(error); });
            });
            if (!slot.is_connected()) return void(begin(std::move(done)));
            // The slot first: the operation may be over, and the next one using the slot, before begin() returns here.
            auto cancel = std::make_shared<CancelFunction>();
            slot.assign([cancel](asio::cancellation_type) {
                if (*cancel) (*cancel)();
            });
            *cancel = begin(std::move(done));
        },
        token, executor, std::move(start));
}

}  // namespace sipua

// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/sound.hpp>

#include <sipua/completion.hpp>

#include <asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>
#include <utility>

namespace sipmedia {

/// Writes a call to one wav file: what we say on the left, what we hear on the right, in step. Files are written by a
/// thread of the library, never by the call's. Any thread.
///
///     sipmedia::Recorder tape(executor, "call.wav");
///     tape.record(sipmedia::sound_of(call));
///     ...
///     co_await tape.finish();
class Recorder {
public:
    /// Throws std::system_error when the file cannot be made. `rate` in hertz.
    Recorder(asio::any_io_executor executor, const std::filesystem::path& path, unsigned rate = 16'000);
    ~Recorder();  ///< finishes the file a moment later; a pending finish() ends with operation_aborted
    Recorder(Recorder&&) noexcept;
    Recorder& operator=(Recorder&&) noexcept;

    /// From now on; one session at a time. A null pointer stops it.
    void record(std::shared_ptr<SessionSound> sound);
    /// Stops, and completes when the file is whole: with an error when it could not be written.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto finish(CompletionToken&& token = {}) {
        return sipua::initiate(executor_, std::forward<CompletionToken>(token),
                               [impl = impl_](sipua::Completion done) { return start_finish(impl, std::move(done)); });
    }

private:
    class Impl;
    static sipua::CancelFunction start_finish(const std::shared_ptr<Impl>& impl, sipua::Completion done);

    asio::any_io_executor executor_;
    std::shared_ptr<Impl> impl_;
};

}  // namespace sipmedia

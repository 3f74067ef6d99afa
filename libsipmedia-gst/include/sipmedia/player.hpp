// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/sound.hpp>

#include <sipua/completion.hpp>

#include <asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace sipmedia {

/// Plays a sound file (what GStreamer can decode: wav, ogg with Opus or Vorbis, webm, mp3, ...) or anything a launch line
/// makes into a call. Starts when the call first asks, and goes on only while one does.
///
/// Throws std::system_error (Errc::engine_failure) when it cannot be built. Completions run on the executor that was
/// named. Any thread.
class Player {
public:
    [[nodiscard]] static Player file(asio::any_io_executor executor, const std::filesystem::path& path,
                                     bool loop = false);
    /// `launch`: the beginning of a GStreamer launch line that ends in raw audio, live or not. Trusted.
    [[nodiscard]] static Player launch(asio::any_io_executor executor, const std::string& launch);
    ~Player();  ///< what waits completes with operation_aborted
    Player(Player&&) noexcept;
    Player& operator=(Player&&) noexcept;

    [[nodiscard]] std::shared_ptr<SampleSource> source() const;

    /// Completes when the end has been played; Errc::engine_failure when it cannot be read. Never with `loop`.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto finished(CompletionToken&& token = {}) {
        return sipua::initiate(executor_, std::forward<CompletionToken>(token), [impl = impl_](sipua::Completion done) {
            return start_finished(impl, std::move(done));
        });
    }

private:
    class Impl;
    Player(asio::any_io_executor executor, std::shared_ptr<Impl> impl);
    static sipua::CancelFunction start_finished(const std::shared_ptr<Impl>& impl, sipua::Completion done);

    asio::any_io_executor executor_;
    std::shared_ptr<Impl> impl_;
};

}  // namespace sipmedia

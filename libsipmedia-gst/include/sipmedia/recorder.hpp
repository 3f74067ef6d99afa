// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/picture.hpp>
#include <sipmedia/sound.hpp>

#include <sipua/completion.hpp>

#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sipmedia {

/// What a recording is written as.
enum class Container : std::uint8_t {
    by_ending,  ///< .webm is webm, .mkv and .mka are matroska, all others are wav
    wav,        ///< sound alone, uncompressed
    webm,       ///< Opus and VP8
    matroska,   ///< the same in the container that webm is a part of
};

struct RecorderOptions {
    Container container = Container::by_ending;
    unsigned rate = 0;  ///< hertz; 0: 16'000 in a wav, 48'000 in the others
    /// Pixels of the recorded pictures; those of another size are scaled into them, with borders. 0: as the first one
    /// that comes in the first second of the recording, else 640 x 480.
    unsigned width = 0;
    unsigned height = 0;
};

/// Writes a call to one file: what we say on the left, what we hear on the right, in step, and, in webm and matroska,
/// the pictures that the peer shows, as they came. The file is black before the first one; while none come, as on hold,
/// the last one stays. Files are written by threads of the library, never by the call's. Any thread.
///
///     sipmedia::Recorder tape(executor, "call.webm");
///     tape.record(sipmedia::sound_of(call), sipmedia::picture_of(call));
///     ...
///     co_await tape.finish();
///
/// The file is whole, with its duration and an index, when finish() completes, a moment after the recorder went, or
/// after the session that it records has ended. Of a process that died, webm and matroska are readable up to its last
/// second.
class Recorder {
public:
    /// Throws std::system_error when the file cannot be made, or an element is not installed (Errc::missing_plugin).
    Recorder(asio::any_io_executor executor, const std::filesystem::path& path, const RecorderOptions& options = {});
    ~Recorder();  ///< finishes the file a moment later; a pending finish() ends with operation_aborted
    Recorder(Recorder&&) noexcept;
    Recorder& operator=(Recorder&&) noexcept;

    /// From now on; one session at a time, in turn. Null pointers stop it. Whether the file has pictures is what the
    /// first call says: with `picture`, it has, if its container can, whether or not one ever comes.
    void record(std::shared_ptr<SessionSound> sound, std::shared_ptr<SessionPicture> picture = nullptr);
    /// Stops, and completes when the file is whole: with an error when it could not be written (no_space_on_device,
    /// io_error, Errc::engine_failure).
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

/// The GStreamer elements that a recording in that container needs and that are not installed. Any thread.
[[nodiscard]] std::vector<std::string> missing_elements(Container container);

}  // namespace sipmedia

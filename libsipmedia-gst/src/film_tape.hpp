// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"
#include "tape.hpp"

#include <sipmedia/recorder.hpp>

#include <cstdint>
#include <filesystem>

namespace sipmedia {

/// A webm or matroska file, by a pipeline of its own. What is written and shown waits in its appsrcs, whose queues are
/// bounded.
///
/// A muxer writes nothing of one track before it has the next piece of the other, and takes no change of size. So the
/// last picture is shown again whenever the sound has come half a second further, and all have one size.
class FilmTape final : public Tape {
public:
    /// Throws std::system_error when the file cannot be made or an element is missing. `container` is no wav.
    FilmTape(const std::filesystem::path& path, Container container, unsigned rate, unsigned width, unsigned height);
    ~FilmTape() override;

    void begin(bool pictures) override;
    void write(std::span<const std::int16_t> pairs) override;
    void show(const Picture& picture, std::chrono::nanoseconds at) override;
    [[nodiscard]] std::error_code finish() override;

private:
    void push(std::span<const std::int16_t> pairs);
    void push_picture(std::chrono::nanoseconds at);
    void begin_black();
    void keep_pictures_going();
    void choose_size(unsigned width, unsigned height);
    [[nodiscard]] std::chrono::nanoseconds position() const;
    [[nodiscard]] std::error_code drain();

    std::filesystem::path path_;
    Container container_;
    unsigned rate_;
    unsigned width_;
    unsigned height_;
    std::uint64_t pairs_ = 0;
    std::chrono::nanoseconds shown_{-1};  // when the last picture was
    SamplePtr last_;
    std::error_code failure_;
    ObjectPtr<GstElement> pipeline_;
    ObjectPtr<GstElement> sound_;
    ObjectPtr<GstElement> picture_;  // null: no track of pictures
};

}  // namespace sipmedia

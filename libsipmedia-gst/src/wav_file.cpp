// SPDX-License-Identifier: MIT
#include "wav_file.hpp"

#include <bit>
#include <string_view>

namespace sipmedia {
namespace {

constexpr std::uint32_t header_octets = 44;
static_assert(std::endian::native == std::endian::little, "wav files are little-endian");

template <class Number>
void put(std::ostream& out, Number number) {
    out.write(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

WavFile::WavFile(const std::filesystem::path& path, unsigned rate, unsigned channels)
    : file_(path, std::ios::binary | std::ios::trunc), rate_(rate), channels_(channels) {
    if (!file_) throw std::system_error(std::make_error_code(std::errc::io_error), path.string());
    write_header();
}

void WavFile::write_header() {
    file_ << std::string_view("RIFF");
    put(file_, header_octets - 8 + octets_);
    file_ << std::string_view("WAVEfmt ");
    put(file_, std::uint32_t{16});
    put(file_, std::uint16_t{1});  // plain samples
    put(file_, static_cast<std::uint16_t>(channels_));
    put(file_, static_cast<std::uint32_t>(rate_));
    put(file_, static_cast<std::uint32_t>(rate_ * channels_ * 2));
    put(file_, static_cast<std::uint16_t>(channels_ * 2));
    put(file_, std::uint16_t{16});
    file_ << std::string_view("data");
    put(file_, octets_);
}

// The format ends at 4 GB: 18 hours of a call. What comes later is left out.
void WavFile::write(std::span<const std::int16_t> samples) {
    const auto octets = samples.size_bytes();
    if (octets > UINT32_MAX - header_octets - octets_) return;
    file_.write(reinterpret_cast<const char*>(samples.data()), static_cast<std::streamsize>(octets));
    octets_ += static_cast<std::uint32_t>(octets);
}

std::error_code WavFile::finish() {
    file_.seekp(0);
    write_header();
    file_.close();
    return file_ ? std::error_code() : std::make_error_code(std::errc::io_error);
}

}  // namespace sipmedia

// SPDX-License-Identifier: MIT
#include <sipmedia/player.hpp>

#include "gst_setup.hpp"
#include "pipeline.hpp"
#include "reaper.hpp"
#include "sample_feed.hpp"
#include "waiters.hpp"

#include <gst/app/gstappsink.h>
#include <asio/error.hpp>

#include <atomic>
#include <optional>

namespace sipmedia {
namespace {

constexpr unsigned rate = 48'000;
constexpr const char* ending =
    " ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate=48000"
    " ! appsink name=out sync=false max-buffers=16";

std::vector<std::int16_t> samples_of(GstSample* sample) {
    auto* buffer = gst_sample_get_buffer(sample);
    std::vector<std::int16_t> samples(buffer ? gst_buffer_get_size(buffer) / sizeof(std::int16_t) : 0);
    if (buffer) gst_buffer_extract(buffer, 0, samples.data(), samples.size() * sizeof(std::int16_t));
    return samples;
}

}  // namespace

/// A pipeline of its own; the queue of its appsink holds it back while no call asks.
class Player::Impl final : public SampleSource, public std::enable_shared_from_this<Impl> {
public:
    explicit Impl(bool loop) : loop_(loop) {}

    void build(const std::string& launch, const std::filesystem::path& file);
    std::size_t read(std::span<std::int16_t> samples, unsigned wanted) override;

    Waiters over;

private:
    [[nodiscard]] std::vector<std::int16_t> pull();
    void rewind();

    const bool loop_;
    std::optional<Pipeline> pipeline_;
    ObjectPtr<GstElement> sink_;
    SampleFeed feed_;  // the streaming thread's alone
    std::atomic<bool> rewinding_ = false;
};

void Player::Impl::build(const std::string& launch, const std::filesystem::path& file) {
    auto fail = [](const EngineError& error) { throw std::system_error(error.code, error.detail); };
    if (auto ready = initialise_gstreamer(); !ready) fail(ready.error());
    pipeline_.emplace([weak = weak_from_this()](const std::string&) {
        if (auto self = weak.lock()) self->over.finish(Errc::engine_failure);
    });
    auto bin = pipeline_->add_bin(launch + ending, Pipeline::Ends::closed);
    if (!bin) fail(bin.error());
    sink_.reset(gst_bin_get_by_name(*bin, "out"));
    if (ObjectPtr<GstElement> source(gst_bin_get_by_name(*bin, "file")); source && !file.empty())
        g_object_set(source.get(), "location", file.c_str(), nullptr);
    if (auto playing = pipeline_->play(); !playing) fail(playing.error());
}

std::size_t Player::Impl::read(std::span<std::int16_t> samples, unsigned wanted) {
    const auto count = feed_.fill(samples, rate, wanted, [this] { return pull(); });
    if (count < samples.size() && !rewinding_ && gst_app_sink_is_eos(GST_APP_SINK(sink_.get())))
        loop_ ? rewind() : over.finish({});
    return count;
}

// Never waits: what is not decoded yet is silence now.
std::vector<std::int16_t> Player::Impl::pull() {
    SamplePtr sample(gst_app_sink_try_pull_sample(GST_APP_SINK(sink_.get()), 0));
    return sample ? samples_of(sample.get()) : std::vector<std::int16_t>();
}

// A seek waits for the pipeline, so it is not for the call's thread.
void Player::Impl::rewind() {
    rewinding_ = true;
    Reaper::instance().add([self = shared_from_this()] {
        constexpr auto flags = static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT);
        if (!gst_element_seek_simple(self->sink_.get(), GST_FORMAT_TIME, flags, 0))
            self->over.finish(Errc::engine_failure);
        self->rewinding_ = false;
    });
}

Player Player::file(asio::any_io_executor executor, const std::filesystem::path& path, bool loop) {
    auto impl = std::make_shared<Impl>(loop);
    impl->build("filesrc name=file ! decodebin", path);
    return {std::move(executor), std::move(impl)};
}

Player Player::launch(asio::any_io_executor executor, const std::string& launch) {
    auto impl = std::make_shared<Impl>(false);
    impl->build(launch, {});
    return {std::move(executor), std::move(impl)};
}

Player::Player(asio::any_io_executor executor, std::shared_ptr<Impl> impl)
    : executor_(std::move(executor)), impl_(std::move(impl)) {}

Player::~Player() {
    if (impl_) impl_->over.finish(asio::error::operation_aborted);
}

Player::Player(Player&&) noexcept = default;
// What was here ends with `other`.
Player& Player::operator=(Player&& other) noexcept {
    executor_.swap(other.executor_);
    impl_.swap(other.impl_);
    return *this;
}

std::shared_ptr<SampleSource> Player::source() const { return impl_; }

sipua::CancelFunction Player::start_finished(const std::shared_ptr<Impl>& impl, sipua::Completion done) {
    const auto id = impl->over.wait(std::move(done));
    return [impl, id] { impl->over.cancel(id); };
}

}  // namespace sipmedia

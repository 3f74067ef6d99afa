// SPDX-License-Identifier: MIT
#include "texts.hpp"

#include "../terminal_text.hpp"

#ifdef SIPSTRATA_WITH_MEDIA
#include <sipmedia/data_channel.hpp>
#endif

#include <utility>
#include <vector>

namespace sipstrata {

#ifdef SIPSTRATA_WITH_MEDIA
namespace {

using Done = std::move_only_function<void(std::error_code)>;

class ChannelTexts final : public Texts {
public:
    ChannelTexts(sipmedia::DataChannel channel, const Program& program)
        : channel_(std::move(channel)), program_(program) {
        watch();
    }
    ~ChannelTexts() override { channel_.watch({}); }
    ChannelTexts(const ChannelTexts&) = delete;
    ChannelTexts& operator=(const ChannelTexts&) = delete;

    void send(const std::string& text, Done done) override {
        if (channel_.state() == sipmedia::DataState::waiting) {
            waiting_.emplace_back(text, std::move(done));
        } else {
            channel_.send(text, std::move(done));
        }
    }

private:
    void watch() {
        sipmedia::DataChannelDelegate delegate;
        delegate.on_open = [this] {
            for (auto& [text, done] : std::exchange(waiting_, {})) channel_.send(text, std::move(done));
        };
        delegate.on_message = [this](const sipmedia::DataMessage& message) {
            auto text = terminal_text(message.content);
            program_.say("text from the peer: " + text, {
                                                            {"event", "text"},
                                                            {"text",  text  }
            });
        };
        delegate.on_close = [this](std::error_code reason) {
            for (auto& [text, done] : std::exchange(waiting_, {}))
                done(reason ? reason : std::make_error_code(std::errc::not_connected));
        };
        channel_.watch(std::move(delegate));
    }

    sipmedia::DataChannel channel_;
    const Program& program_;
    std::vector<std::pair<std::string, Done>> waiting_;
};

}  // namespace
#endif

std::unique_ptr<Texts> texts_of([[maybe_unused]] const sipua::Session& call, [[maybe_unused]] const Program& program) {
#ifdef SIPSTRATA_WITH_MEDIA
    auto channel = sipmedia::data_channel_of(call);
    if (!channel) return nullptr;
    return std::make_unique<ChannelTexts>(*std::move(channel), program);
#else
    return nullptr;
#endif
}

}  // namespace sipstrata

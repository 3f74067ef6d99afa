// SPDX-License-Identifier: MIT
#pragma once

#include "data_port.hpp"
#include "picture_port.hpp"
#include "sound_port.hpp"

#include <sipmedia/events.hpp>
#include <sipua/session_description_handler.hpp>

#include <memory>
#include <utility>

namespace sipmedia {

/// What the handlers of this library have in common: the sound, pictures and data channel of their session, and who
/// watches it.
class MediaHandler : public sipua::SessionDescriptionHandler {
public:
    [[nodiscard]] const std::shared_ptr<SoundPort>& sound() const { return sound_; }
    /// Before the first description: another handler's port, which may be in use already.
    void set_sound(std::shared_ptr<SoundPort> sound) { sound_ = std::move(sound); }
    /// Null when there is none to be had.
    [[nodiscard]] const std::shared_ptr<DataPort>& data() const { return data_; }
    /// As set_sound(); has an effect where there is one.
    void set_data(std::shared_ptr<DataPort> data) {
        if (data_) data_ = std::move(data);
    }
    /// The same of pictures.
    [[nodiscard]] const std::shared_ptr<PicturePort>& picture() const { return picture_; }
    void set_picture(std::shared_ptr<PicturePort> picture) {
        if (picture_) picture_ = std::move(picture);
    }
    bool set_muted(bool muted) override {
        sound_->set_muted(muted);
        return true;
    }

    /// Where the delegate of the session stands; handlers of one session share it. Held while it is called.
    struct Watch {
        std::shared_ptr<MediaDelegate> delegate = std::make_shared<MediaDelegate>();
    };
    [[nodiscard]] const std::shared_ptr<Watch>& watch() const { return watch_; }
    void set_watch(std::shared_ptr<Watch> watch) { watch_ = std::move(watch); }
    /// Whether it tells a delegate anything.
    [[nodiscard]] virtual bool is_watchable() const { return false; }

    /// See events.hpp.
    virtual bool stop_gathering() { return false; }
    /// See video.hpp.
    virtual bool add_video() { return false; }

protected:
    /// Sound, pictures and data: the session is over.
    void end_ports() {
        sound_->clear();
        if (picture_) picture_->clear();
        if (data_) data_->end();
    }
    void hear_dtmf(char tone) {
        if (on_dtmf) on_dtmf({.tone = tone, .in_media = true});
    }

    template <class Member, class Value>
    void tell(Member MediaDelegate::*event, const Value& value) {
        const auto delegate = watch_->delegate;
        if ((*delegate).*event) ((*delegate).*event)(value);
    }

    std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
    std::shared_ptr<SoundPort> sound_ = std::make_shared<SoundPort>();
    std::shared_ptr<DataPort> data_;
    std::shared_ptr<PicturePort> picture_;
};

}  // namespace sipmedia

// SPDX-License-Identifier: MIT
#pragma once

#include "sound_port.hpp"

#include <sipua/session_description_handler.hpp>

#include <memory>
#include <utility>

namespace sipmedia {

/// What the handlers of this library have in common: the sound of their session.
class MediaHandler : public sipua::SessionDescriptionHandler {
public:
    [[nodiscard]] const std::shared_ptr<SoundPort>& sound() const { return sound_; }
    /// Before the first description: another handler's port, which may be in use already.
    void set_sound(std::shared_ptr<SoundPort> sound) { sound_ = std::move(sound); }
    bool set_muted(bool muted) override {
        sound_->set_muted(muted);
        return true;
    }

    /// See video.hpp.
    virtual bool add_video() { return false; }

protected:
    void hear_dtmf(char tone) {
        if (on_dtmf) on_dtmf({.tone = tone, .in_media = true});
    }

    std::shared_ptr<SoundPort> sound_ = std::make_shared<SoundPort>();
};

}  // namespace sipmedia

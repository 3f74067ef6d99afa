// SPDX-License-Identifier: MIT
#include "picture_port.hpp"

#include "media_handler.hpp"

#include <sipua/session.hpp>

#include <algorithm>
#include <utility>

namespace sipmedia {

void PicturePort::add_seen(std::shared_ptr<PictureSink> sink) {
    std::lock_guard lock(mutex_);
    if (std::ranges::find(seen_, sink) == seen_.end()) seen_.push_back(std::move(sink));
}

void PicturePort::remove(const std::shared_ptr<PictureSink>& sink) {
    std::lock_guard lock(mutex_);
    std::erase(seen_, sink);
}

bool PicturePort::is_seen() const {
    std::lock_guard lock(mutex_);
    return !seen_.empty();
}

void PicturePort::incoming(const Picture& picture) {
    std::unique_lock lock(mutex_);
    const auto seen = seen_;
    lock.unlock();
    for (const auto& sink : seen) sink->write(picture);
}

void PicturePort::clear() {
    std::unique_lock lock(mutex_);
    const auto seen = std::exchange(seen_, {});
    lock.unlock();
    for (const auto& sink : seen) sink->ended();
}

std::shared_ptr<SessionPicture> picture_of(sipua::SessionDescriptionHandler* handler) {
    const auto* ours = dynamic_cast<MediaHandler*>(handler);
    return ours ? ours->picture() : nullptr;
}

std::shared_ptr<SessionPicture> picture_of(const sipua::Session& session) {
    return picture_of(session.session_description_handler());
}

}  // namespace sipmedia

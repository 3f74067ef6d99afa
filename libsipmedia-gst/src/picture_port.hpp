// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/picture.hpp>

#include <mutex>
#include <vector>

namespace sipmedia {

/// As SoundPort, for what is seen.
class PicturePort final : public SessionPicture {
public:
    void add_seen(std::shared_ptr<PictureSink> sink) override;
    void remove(const std::shared_ptr<PictureSink>& sink) override;

    /// Pictures from the decoder.
    void incoming(const Picture& picture);
    /// Whether incoming() would do anything: else a picture need not be mapped.
    [[nodiscard]] bool is_seen() const;
    /// Sinks go: the session is over.
    void clear();

private:
    mutable std::mutex mutex_;  // never held while a sink is called
    std::vector<std::shared_ptr<PictureSink>> seen_;
};

}  // namespace sipmedia

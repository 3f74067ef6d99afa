// SPDX-License-Identifier: MIT
#pragma once

#include "checks.hpp"
#include "core.hpp"

#include <atomic>
#include <memory>

namespace sipua {

/// The one answer to an incoming request, inside a session or outside.
class Responder : public std::enable_shared_from_this<Responder> {
public:
    Responder(std::shared_ptr<Core> core, siptxn::ServerId transaction, sipmsg::MessagePtr request,
              sipdialog::SessionId session = sipdialog::SessionId::none)
        : core_(std::move(core)), transaction_(transaction), request_(std::move(request)), session_(session) {}

    [[nodiscard]] const sipmsg::Message& request() const noexcept { return *request_; }
    /// False when it has been answered before. Any thread.
    bool answer(int status, const sipdialog::HeaderList& headers, const sipdialog::Body& body);
    /// 100, over a reliable transport. False when it has been answered. Any thread.
    bool trying();

private:
    void say_trying();

    std::shared_ptr<Core> core_;
    siptxn::ServerId transaction_;
    sipmsg::MessagePtr request_;
    sipdialog::SessionId session_;
    bool tried_ = false;
    std::atomic<bool> answered_ = false;
};

}  // namespace sipua

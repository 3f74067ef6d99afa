// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session_description_handler.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace support {

/// Does what another handler does; a test overrides what it wants to see or to change.
class WrappedHandler : public sipua::SessionDescriptionHandler {
public:
    explicit WrappedHandler(std::shared_ptr<sipua::SessionDescriptionHandler> inner) : inner_(std::move(inner)) {}
    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        inner_->get_description(options, std::move(done));
    }
    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options,
                         Completion done) override {
        inner_->set_description(remote, options, std::move(done));
    }
    bool has_description(std::string_view type) const override { return inner_->has_description(type); }
    void rollback() override { inner_->rollback(); }
    void close() override { inner_->close(); }

private:
    std::shared_ptr<sipua::SessionDescriptionHandler> inner_;
};

}  // namespace support

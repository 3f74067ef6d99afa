// SPDX-License-Identifier: MIT
#include "header_json.hpp"

namespace sipstrata {

Json header_items(const sipmsg::MessageView& message, const sipmsg::HeaderField& field) {
    Json items = Json::array();
    visit(message, field, [&](const auto& item) {
        if (item) items.push_back(json_of(*item));
    });
    return items;
}

}  // namespace sipstrata

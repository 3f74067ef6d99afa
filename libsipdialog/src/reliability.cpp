// SPDX-License-Identifier: MIT
#include <sipdialog/reliability.hpp>

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {
namespace {

template <class Tags>
bool lists_100rel(const sipmsg::MessageView& message) {
    for (auto tag : message.all<Tags>())
        if (tag && sipmsg::iequals(tag->text, "100rel")) return true;
    return false;
}

}  // namespace

Reliability reliability_of(const sipmsg::MessageView& invite) {
    if (lists_100rel<sipmsg::Require>(invite)) return Reliability::required;
    return lists_100rel<sipmsg::Supported>(invite) ? Reliability::supported : Reliability::none;
}

}  // namespace sipdialog

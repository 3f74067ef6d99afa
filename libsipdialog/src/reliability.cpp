// SPDX-License-Identifier: MIT
#include <sipdialog/reliability.hpp>

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {
Reliability reliability_of(const sipmsg::MessageView& invite) {
    if (lists_tag<sipmsg::Require>(invite, "100rel")) return Reliability::required;
    return lists_tag<sipmsg::Supported>(invite, "100rel") ? Reliability::supported : Reliability::none;
}

}  // namespace sipdialog

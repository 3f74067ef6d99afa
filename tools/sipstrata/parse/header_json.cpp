// SPDX-License-Identifier: MIT
#include "header_json.hpp"

#include <array>

namespace sipstrata {
namespace {

using Reader = Json (*)(const sipmsg::MessageView&);
struct Row {
    sipmsg::Header id;
    Reader read;
};

template <class T>
Json items_of(const sipmsg::MessageView& message) {
    Json items = Json::array();
    for (const auto& item : message.all<T>()) {
        if (item) items.push_back(json_of(*item));
    }
    return items;
}

template <class... T>
constexpr auto rows() {
    return std::array{
        Row{T::id, &items_of<T>}
        ...
    };
}

constexpr auto readers =
    rows<sipmsg::Via, sipmsg::From, sipmsg::To, sipmsg::Route, sipmsg::RecordRoute, sipmsg::ReplyTo, sipmsg::ReferTo,
         sipmsg::ReferredBy, sipmsg::Path, sipmsg::ServiceRoute, sipmsg::PAssertedIdentity, sipmsg::Contact,
         sipmsg::CSeq, sipmsg::CallId, sipmsg::MaxForwards, sipmsg::ContentLength, sipmsg::Expires, sipmsg::MinExpires,
         sipmsg::RSeq, sipmsg::RAck, sipmsg::Supported, sipmsg::Require, sipmsg::ProxyRequire, sipmsg::Unsupported,
         sipmsg::Allow, sipmsg::AllowEvents, sipmsg::ContentEncoding, sipmsg::ContentType, sipmsg::ContentDisposition,
         sipmsg::Event, sipmsg::SubscriptionState, sipmsg::Reason, sipmsg::RetryAfter, sipmsg::SessionExpires,
         sipmsg::WwwAuthenticate, sipmsg::ProxyAuthenticate, sipmsg::Authorization, sipmsg::ProxyAuthorization>();

}  // namespace

Json header_items(const sipmsg::MessageView& message, const sipmsg::HeaderField& field) {
    for (const Row& row : readers) {
        if (row.id == field.id) return row.read(message);
    }
    return Json::array({unfolded(message.value(field))});
}

}  // namespace sipstrata

// SPDX-License-Identifier: MIT
#include <sipdialog/default_answer.hpp>

#include <string>

namespace sipdialog {

DefaultAnswer default_answer(sipmsg::Method method, std::string_view allow, std::string_view accept) {
    using sipmsg::Method;
    switch (method) {
        case Method::info: return {469, {{"Recv-Info", ""}}};
        case Method::message:
        case Method::notify: return {200};
        case Method::refer: return {480};
        case Method::options:
            return {
                200, {{"Allow", std::string(allow)}, {"Accept", std::string(accept)}}
            };
        default: return {405, {{"Allow", std::string(allow)}}};
    }
}

}  // namespace sipdialog

// SPDX-License-Identifier: MIT
#pragma once

// Everything of libsipmsg but SDP (sipmsg/sdp/sdp.hpp) and the fmt adapters (sipmsg/fmt.hpp).

#include <sipmsg/build.hpp>
#include <sipmsg/disposition.hpp>
#include <sipmsg/error.hpp>
#include <sipmsg/essentials.hpp>
#include <sipmsg/forwarded.hpp>
#include <sipmsg/framer.hpp>
#include <sipmsg/header/auth.hpp>
#include <sipmsg/header/content.hpp>
#include <sipmsg/header/date.hpp>
#include <sipmsg/header/events.hpp>
#include <sipmsg/header/identity.hpp>
#include <sipmsg/header/info.hpp>
#include <sipmsg/header/location.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/p_headers.hpp>
#include <sipmsg/header/preferences.hpp>
#include <sipmsg/header/replaces.hpp>
#include <sipmsg/header/security.hpp>
#include <sipmsg/header/session.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/value.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/header_lines.hpp>
#include <sipmsg/header_name.hpp>
#include <sipmsg/host.hpp>
#include <sipmsg/identifiers.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/message.hpp>
#include <sipmsg/message_view.hpp>
#include <sipmsg/method.hpp>
#include <sipmsg/multipart.hpp>
#include <sipmsg/owned_uri.hpp>
#include <sipmsg/padded_buffer.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/sipfrag.hpp>
#include <sipmsg/stateless.hpp>
#include <sipmsg/status.hpp>
#include <sipmsg/tel.hpp>
#include <sipmsg/uri.hpp>
#include <sipmsg/uuid.hpp>
#include <sipmsg/validate.hpp>
#include <sipmsg/visit.hpp>

// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline.hpp"

#include <sipmedia/sdes.hpp>

namespace sipmedia {

/// Before the element starts. The key is not in any caps of the pipeline, so GStreamer's log does not show it.
void set_send_key(GstElement* srtpenc, const SrtpKey& key);
/// For every stream that comes.
void set_receive_key(Pipeline& pipeline, GstElement* srtpdec, const SrtpKey& key);

}  // namespace sipmedia

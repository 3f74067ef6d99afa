// SPDX-License-Identifier: MIT
#include <sipmedia/gst_engine.hpp>

#include "gst_engine_core.hpp"
#include "gst_setup.hpp"
#include "reaper.hpp"

namespace sipmedia {

GstEngine::GstEngine(asio::any_io_executor executor, WebRtcOptions options, EngineEvents events)
    : core_(std::make_shared<Core>(std::move(executor), std::move(options), std::move(events))) {}

GstEngine::~GstEngine() { core_->close(); }

void GstEngine::create_offer(DescriptionHandler handler) { core_->create_offer(std::move(handler)); }

void GstEngine::accept_answer(std::string_view answer, Handler handler) {
    core_->accept_answer(answer, std::move(handler));
}

void GstEngine::accept_offer(std::string_view offer, DescriptionHandler handler) {
    core_->accept_offer(offer, std::move(handler));
}

void GstEngine::trickle() { core_->trickle(); }

bool GstEngine::stop_gathering() { return core_->stop_gathering(); }

void GstEngine::add_candidate(std::size_t mline, const std::string& candidate) {
    core_->add_candidate(mline, candidate);
}

void GstEngine::set_gate(std::size_t mline, Gate gate) { core_->set_gate(mline, gate); }

bool GstEngine::send_dtmf(std::string_view tones, std::chrono::milliseconds duration, std::chrono::milliseconds gap) {
    return core_->send_dtmf(tones, duration, gap);
}

void GstEngine::statistics(StatisticsHandler handler) { core_->statistics(std::move(handler)); }

void GstEngine::close() { core_->close(); }

// The first DTLS element of a process makes an RSA key that nobody uses, which takes up to 300 ms.
void warm_up() {
    Reaper::instance().add([] {
        if (!initialise_gstreamer()) return;
        if (auto* element = gst_element_factory_make("dtlsdec", nullptr))
            gst_object_unref(gst_object_ref_sink(element));
    });
}

void wait_for_teardown() { Reaper::instance().wait_until_idle(); }

}  // namespace sipmedia
